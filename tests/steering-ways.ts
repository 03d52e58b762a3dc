import type { Steer } from '../src/engine/shared/steer.ts';

/** A golden of tests/fixtures/steering-ways, as tools/goldens/steering_ways.py writes it. */
export interface WaysGolden {
  /** Every how many places a logit is kept. */
  readonly stride: number;
  readonly tokens: readonly number[];
  readonly vectors: Readonly<Record<string, readonly number[]>>;
  readonly cases: readonly {
    readonly name: string;
    /** As the engine takes it, with names for vectors. */
    readonly steer: readonly Readonly<Record<string, unknown>>[];
    readonly logits: readonly number[];
    /** Last token, [layers][hidden]. */
    readonly residual: readonly (readonly number[])[];
  }[];
}

export interface WaysCase {
  readonly name: string;
  readonly steer: readonly Steer[];
  readonly logits: readonly number[];
  readonly residual: readonly (readonly number[])[];
}

/** The golden's cases with vectors in the place of their names. */
export function waysCases({ vectors, cases }: WaysGolden): WaysCase[] {
  const named = (name: unknown): unknown =>
    Array.isArray(name) ? name.map(named) : Float32Array.from(vectors[String(name)] ?? []);
  return cases.map(({ steer, ...one }) => ({
    ...one,
    steer: steer.map(
      (entry) =>
        ({
          ...entry,
          ...('vector' in entry ? { vector: named(entry['vector']) } : {}),
          ...('plane' in entry ? { plane: named(entry['plane']) } : {}),
        }) as unknown as Steer,
    ),
  }));
}

/** Every `stride`-th value. */
export const thinned = (values: ArrayLike<number>, stride: number): number[] =>
  Array.from(values).filter((_, i) => i % stride === 0);

/** The largest absolute value. */
export const largest = (values: readonly number[]): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
