import type { Agreement } from '../science/directions/agreement.ts';
import { AXES, type Axis } from '../science/item.ts';
import type { LayerVector } from '../science/steering-vector.ts';
import { modelKey, type Material, type Provenance } from './run.ts';
import type { VectorMethod } from './vector-method.ts';

/** The shape of stored vectors. 1: learned otherwise, not taken up. 2: mean differences of both axes in one record. */
export const VECTOR_SCHEMA = 3;

/** A layer's vector, and what is known of it. */
export interface StoredLayerVector extends LayerVector {
  /** How far its pairs agree; absent where it was not measured. */
  readonly agreement?: Agreement;
  /** Stands where the method's search stopped short of its tolerance. */
  readonly converged?: false;
}

/** What tells vector sets of one model apart. */
export interface VectorOrigin {
  /** Where the pairs come from; `n`: how many of the file's first ones were read, the layers' norms are means over them. */
  readonly data: Material;
  /** `imported`: made elsewhere, `data` is then the file. */
  readonly method: VectorMethod;
  /** Which of the pairs the vectors are made of: see `selectionName`. */
  readonly selection: string;
  /** Seed by which the pairs' poles were dealt, where the method is `shuffled`. */
  readonly shuffle?: number;
}

/** One stored set of vectors: those of some layers, made by one method of one selection of pairs. */
export interface VectorSet extends VectorOrigin {
  readonly schema: typeof VECTOR_SCHEMA;
  readonly key: string;
  /** ISO time. */
  readonly updated: string;
  readonly model: Provenance['model'];
  /** Seed of the agreement's resampling; the vectors themselves do not depend on it. */
  readonly seed: number;
  /** Pairs behind the vectors. */
  readonly pairs: number;
  readonly layers: readonly StoredLayerVector[];
  /** What a file that was brought said of its vectors, and how its layers and signs were understood. */
  readonly imported?: {
    readonly notes: Readonly<Record<string, string | number>>;
    readonly convention: string;
  };
}

/** The key under which a set is found again. */
export function vectorKey(
  model: Provenance['model'],
  { data, method, selection, shuffle }: VectorOrigin,
): string {
  const dealt = shuffle === undefined ? [] : [shuffle];
  return ['vectors', modelKey(model), data.sha256, data.n, method, selection, ...dealt].join('|');
}

/** Both axes' vectors as schema 2 kept them: mean differences at every layer, [layers][hidden]. */
export interface OldVectors {
  readonly schema: 2;
  readonly key: string;
  readonly updated: string;
  readonly model: Provenance['model'];
  readonly scenarios: Pick<Material, 'name' | 'sha256'>;
  readonly directions: Readonly<Record<Axis, readonly Float32Array[]>>;
  readonly residualNorms: readonly number[];
  readonly pairs: Readonly<Record<Axis, number>>;
}

/** The vectors of schema 2 in today's shape: one set for each axis. No seed went into them. */
export function fromAxisVectors(old: OldVectors): VectorSet[] {
  const { model, updated, scenarios, directions, residualNorms, pairs } = old;
  const data = { ...scenarios, n: AXES.reduce((sum, axis) => sum + pairs[axis], 0) };
  return AXES.map((axis) => {
    const origin = { data, method: 'mean', selection: `axis:${axis}` } as const;
    return {
      schema: VECTOR_SCHEMA,
      key: vectorKey(model, origin),
      updated,
      model,
      ...origin,
      seed: 0,
      pairs: pairs[axis],
      layers: directions[axis].map((direction, layer) => ({
        layer,
        direction,
        residualNorm: residualNorms[layer] ?? 0,
      })),
    };
  });
}
