import type { CachePair } from './caches.ts';
import type { CutLine } from './cuts.ts';
import { segmentBehind } from './cuts.ts';
import type { DataFlow, Step } from './data-flow.ts';
import { layerMismatch, noResidual } from './faults.ts';
import { isAttention, isScore } from './operators.ts';

/**
 * Segments in which positions are mixed (attention, or another operator with a state), in order: one a layer.
 * `expected`: the number of layers that the config promises.
 * Throws onnx-no-residual where there is none, onnx-layer-mismatch where caches tell another story.
 */
export function findMixers(
  flow: DataFlow,
  line: CutLine,
  caches: readonly CachePair[],
  expected?: number,
): number[] {
  const owners = cacheOwners(flow, line, caches);
  const counts = line.segments.map((steps) => attentionsIn(steps, flow));
  const mixers = line.segments.flatMap((_, i) => (owners.has(i) || (counts[i] ?? 0) > 0 ? [i] : []));
  if (mixers.length === 0) {
    throw noResidual(
      `No layer was found between embedding and logits: ${String(line.cuts.length)} values are on every path, with no attention between two of them.`,
    );
  }
  const crowded = counts.findIndex((count) => count > 1);
  if (caches.length > 0) checkOwners(mixers, owners, line, caches);
  else if (crowded >= 0 && expected === undefined) {
    throw noResidual(
      `After ${line.cuts[crowded] ?? ''} stand several attentions side by side: that may be more than one layer.`,
    );
  }
  return mixers;
}

/** Layer numbers of the caches that each segment writes. */
function cacheOwners(flow: DataFlow, line: CutLine, caches: readonly CachePair[]): Map<number, Set<number>> {
  const owners = new Map<number, Set<number>>();
  for (const { present, layer } of caches) {
    const segment = segmentBehind(flow, line, present);
    if (segment === undefined)
      throw layerMismatch(`The cache output ${present} does not depend on the tokens.`);
    const layers = owners.get(segment);
    if (layers) layers.add(layer);
    else owners.set(segment, new Set([layer]));
  }
  return owners;
}

function checkOwners(
  mixers: readonly number[],
  owners: ReadonlyMap<number, ReadonlySet<number>>,
  line: CutLine,
  caches: readonly CachePair[],
): void {
  const numbers = new Set(caches.map((cache) => cache.layer));
  if (numbers.size !== mixers.length) {
    throw layerMismatch(
      `The graph has caches for ${String(numbers.size)} layers, but ${String(mixers.length)} layers between embedding and logits.`,
    );
  }
  let last = -1;
  for (const mixer of mixers) {
    const [number, second] = owners.get(mixer) ?? [];
    if (number === undefined || second !== undefined || number <= last) {
      throw layerMismatch(
        `The layer after ${line.cuts[mixer] ?? ''} does not write the cache of exactly one layer, in order.`,
      );
    }
    last = number;
  }
}

/** Attentions in a segment: fused ones, and softmaxes over products of activations (a router's is over weights). */
function attentionsIn(steps: readonly Step[], flow: DataFlow): number {
  const scores = new Set<string>();
  let count = 0;
  for (const step of steps) {
    if (isAttention(step)) count++;
    const isSoftmax = step.operator === 'ai.onnx:Softmax';
    const scored = step.inputs.some((value) => scores.has(value));
    if (isSoftmax && scored) count++;
    // The score ends where it is taken up: what follows a softmax or a product is no score any more.
    else if (isScore(step, flow) || (scored && !isSoftmax))
      for (const value of step.outputs) scores.add(value);
  }
  return count;
}
