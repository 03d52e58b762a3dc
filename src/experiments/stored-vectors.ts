import type { Engine } from '../engine/client/engine.ts';
import type { RunStore } from '../runs/run-store.ts';
import { VECTOR_SCHEMA, vectorKey, type VectorOrigin, type VectorSet } from '../runs/vector-set.ts';
import { selectionName } from '../science/directions/selection.ts';
import { readResiduals, type LearnOptions } from './residual-table.ts';
import { loadedProvenance } from './stored-ask.ts';
import type { PairSource } from './text-pairs.ts';
import { makeVectors, pairsOf, type VectorRequest } from './vectors.ts';

export interface StoredVectorOptions extends LearnOptions {
  /** Seed of the agreement's resampling. */
  readonly seed: number;
}

/**
 * The vectors of the loaded model that are asked for, in that order: from this device where they were made before; what
 * is missing is made from one reading of all pairs, and kept.
 * @throws LeewayError as `makeVectors` and `readResiduals` do.
 */
export async function storedVectors(
  engine: Engine,
  store: RunStore,
  { name, sha256, pairs }: PairSource,
  requests: readonly VectorRequest[],
  { seed, ...options }: StoredVectorOptions,
): Promise<readonly VectorSet[]> {
  const model = loadedProvenance(engine);
  const data = { name, sha256, n: pairs.length };
  const wanted = requests.map((request) => {
    const selection = selectionName(request.selection);
    const { method, shuffle } = request;
    const origin: VectorOrigin =
      shuffle === undefined ? { data, method, selection } : { data, method: 'shuffled', selection, shuffle };
    // A selection without a pair is told before the model reads anything.
    return {
      request,
      origin,
      key: vectorKey(model, origin),
      pairs: pairsOf(request.selection, pairs).length,
    };
  });
  const sets = await Promise.all(wanted.map(({ key }) => store.vectors(key)));
  if (sets.every((set): set is VectorSet => set !== undefined)) return sets;
  const table = await readResiduals(engine, pairs, options);
  const made: VectorSet[] = [];
  for (const [i, { request, origin, key, pairs: count }] of wanted.entries()) {
    const kept = sets[i];
    const set: VectorSet = kept ?? {
      schema: VECTOR_SCHEMA,
      key,
      updated: new Date().toISOString(),
      model,
      ...origin,
      seed,
      pairs: count,
      // Nobody asks whether pairs agree whose poles were dealt by chance.
      layers: await makeVectors(table, pairs, request, {
        ...(request.shuffle === undefined ? { seed } : {}),
        signal: options.signal,
      }),
    };
    if (!kept) await store.keepVectors(set);
    made.push(set);
  }
  return made;
}
