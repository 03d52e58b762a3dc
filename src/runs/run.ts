import type { LoadedModel } from '../engine/shared/protocol.ts';
import type { OrderReading } from '../science/choice.ts';
import type { Axis } from '../science/item.ts';
import type { Protocol } from '../science/prompt.ts';

/** The shape of stored runs; raised when a field changes its meaning. */
export const RUN_SCHEMA = 1;

/** What a figure depends on: with these the run can be made again. */
export interface Provenance {
  readonly model: Pick<
    LoadedModel,
    'id' | 'revision' | 'dtype' | 'backend' | 'runtime' | 'layers' | 'hidden' | 'selfCheck'
  >;
  readonly protocol: Protocol;
  readonly scenarios: { readonly name: string; readonly sha256: string };
  /** Seed of every resampling of this run. */
  readonly seed: number;
}

/** One stored answer, by the dilemma's id. */
export interface StoredAnswer {
  readonly id: string;
  readonly logOddsHigh: number;
  readonly positionBias?: number;
  readonly answerMass?: number;
  readonly orders?: readonly OrderReading[];
}

/** The steering that a run stood under. */
export interface SteeringRecord {
  readonly axis: Axis;
  readonly layer: number;
  readonly strength: number;
  readonly unit: 'norm' | 'raw';
}

export interface ProbeRun extends Provenance {
  readonly schema: typeof RUN_SCHEMA;
  readonly key: string;
  /** ISO time of the last answer. */
  readonly updated: string;
  readonly steering?: SteeringRecord;
  readonly answers: readonly StoredAnswer[];
}

/** One stored set of axis vectors: all layers of both axes, [layers][hidden]. */
export interface VectorRun {
  readonly schema: typeof RUN_SCHEMA;
  readonly key: string;
  readonly updated: string;
  readonly model: Provenance['model'];
  readonly scenarios: Provenance['scenarios'];
  readonly directions: Readonly<Record<Axis, readonly Float32Array[]>>;
  readonly residualNorms: readonly number[];
  readonly pairs: Readonly<Record<Axis, number>>;
}

/** What makes two measurements of one model the same. */
export function modelKey({ id, revision, dtype, backend }: Provenance['model']): string {
  return [id, revision, dtype, backend].join('|');
}

/** The key under which a run is found again. */
export function probeKey(run: Provenance & { readonly steering?: SteeringRecord }): string {
  const steering = run.steering
    ? [run.steering.axis, run.steering.layer, run.steering.strength, run.steering.unit]
    : [];
  return ['probe', modelKey(run.model), run.protocol, run.scenarios.sha256, ...steering].join('|');
}
