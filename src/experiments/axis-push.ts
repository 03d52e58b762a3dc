import type { VectorSet } from '../runs/vector-set.ts';
import { readSelection } from '../science/directions/selection.ts';
import type { RecordedPush } from './push.ts';

/** Where vectors of small decoders usually work: after the early layers, before the late ones that push words. */
export const USUAL_DEPTH = 0.4;

export const usualLayer = (layers: number): number => Math.round(USUAL_DEPTH * layers);

/** The push of a set's vector at one layer, added at every position; none where the set has no vector there. */
export function vectorPush(set: VectorSet, layer: number, strength: number): readonly RecordedPush[] {
  const vector = set.layers.find((candidate) => candidate.layer === layer);
  if (!vector || strength === 0) return [];
  const selection = readSelection(set.selection);
  return [
    {
      vector,
      strength,
      unit: 'norm',
      way: 'add',
      at: 'all',
      record: {
        vector: set.selection,
        ...(selection?.kind === 'axis' ? { axis: selection.axis } : {}),
        ...(set.method === 'mean' ? {} : { method: set.method }),
        layer,
        strength,
        unit: 'norm',
        training: { sha256: set.data.sha256, n: set.data.n },
      },
    },
  ];
}
