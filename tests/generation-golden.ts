import type { Steer } from '../src/engine/shared/steer.ts';

/** A golden of tests/fixtures/generation, as tools/goldens/generation.py writes it. */
export interface GenerationGolden {
  /** What is read: this layer along `vectors[direction]`. */
  readonly layer: number;
  readonly direction: string;
  readonly prompt: readonly number[];
  readonly vectors: Readonly<Record<string, readonly number[]>>;
  readonly cases: readonly {
    readonly name: string;
    /** As the engine takes it, with names for vectors, and 'generated' for a place. */
    readonly steer: readonly Readonly<Record<string, unknown>>[];
    readonly tokens: readonly number[];
    readonly log_probabilities: readonly number[];
    readonly projections: readonly number[];
  }[];
}

/** The steering of a golden's case, with vectors in the place of their names. */
export function steeringOf({ vectors, prompt }: GenerationGolden, entries: readonly object[]): Steer[] {
  const named = (name: unknown): unknown =>
    Array.isArray(name) ? name.map(named) : Float32Array.from(vectors[String(name)] ?? []);
  return entries.map((entry) => {
    const fields = { ...(entry as Record<string, unknown>) };
    for (const key of ['vector', 'plane']) if (key in fields) fields[key] = named(fields[key]);
    if (fields['at'] === 'generated') fields['at'] = { from: prompt.length };
    return fields as unknown as Steer;
  });
}
