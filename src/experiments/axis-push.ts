import type { VectorSet } from '../runs/vector-set.ts';
import { ADDED } from '../science/push.ts';
import { vectorPush as pushOf, type RecordedPush } from './push.ts';

/** Where vectors of small decoders usually work: after the early layers, before the late ones that push words. */
export const USUAL_DEPTH = 0.4;

export const usualLayer = (layers: number): number => Math.round(USUAL_DEPTH * layers);

/** The push of a set's vector at one layer, added at every position; none where the set has no vector there. */
export function vectorPush(set: VectorSet, layer: number, strength: number): readonly RecordedPush[] {
  const push = strength === 0 ? undefined : pushOf(set, layer, strength, ADDED);
  return push ? [push] : [];
}
