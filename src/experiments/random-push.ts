import type { VectorSet } from '../runs/vector-set.ts';
import { randomVector } from '../science/directions/random-direction.ts';
import type { PushManner } from '../science/push.ts';
import { vectorName, vectorPush, type RecordedPush } from './push.ts';

/** A push with a random vector in place of a set's, of its norm at its layer. */
export function randomPush(
  set: VectorSet,
  layer: number,
  strength: number,
  manner: PushManner,
  seed: number,
): RecordedPush | undefined {
  const push = vectorPush(set, layer, strength, manner);
  if (!push) return undefined;
  // In units of the norm the length is the layer's; else it is that of the vector it stands in for.
  const name = manner.unit === 'raw' ? `random:${seed}/${vectorName(set)}` : `random:${seed}`;
  const { training } = push.record;
  return {
    ...push,
    // Each layer draws its own.
    vector: randomVector(push.vector, seed * 1000 + layer),
    record: {
      ...{ vector: name, method: 'random', layer, strength, unit: manner.unit },
      ...(manner.way === 'add' ? {} : { way: manner.way }),
      ...(manner.at === 'all' ? {} : { at: manner.at }),
      ...(training ? { training } : {}),
    },
  };
}
