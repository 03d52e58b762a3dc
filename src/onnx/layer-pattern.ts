import type { CutLine } from './cuts.ts';
import type { DataFlow, Step } from './data-flow.ts';
import { noResidual } from './faults.ts';
import { isLinear, isNorm, isScore, PASS_THROUGH } from './operators.ts';

/** Leave the stream what it is; quantized exports start from a table of integers. */
const KEEPING: ReadonlySet<string> = new Set(['ai.onnx:Add', 'ai.onnx:DequantizeLinear', 'ai.onnx:Reshape']);

/**
 * Decides after which cut each layer ends.
 *
 * A layer begins where the segment with its mixer begins, so the end of every layer but the last is known: the cut
 * before the next mixer. The last layer has no such mark (a final norm and lm_head follow). Its end is taken from
 * the pattern of the others: a layer is its blocks (segments with weights, each bypassed by a residual path) and a tail
 * (nothing in pre-norm models, the norm in post-norm ones), and the last layer must show the same.
 *
 * `mixers`: segments with a mixer, one a layer; `head`: segment of lm_head. Returns indices into `line.cuts`.
 * Throws onnx-no-residual where the pattern does not hold or leaves a doubt.
 */
export function findLayerEnds(
  flow: DataFlow,
  line: CutLine,
  mixers: readonly number[],
  head: number,
): number[] {
  const first = mixers[0] ?? 0;
  const last = mixers.at(-1) ?? 0;
  if (head <= last)
    throw noResidual('The logits come out of the last layer itself: no lm_head was found after it.');
  const layers = mixers.map((mixer, l) => describe(flow, line, mixer, mixers[l + 1] ?? head));
  const earlier = layers.slice(0, -1);
  const tail = tailOf(flow, line, earlier, first);
  const lastLayer = layers.at(-1);
  if (!lastLayer) throw noResidual('The graph has no layer.');
  if (earlier.length > 0 && !earlier.some((layer) => layer.blocks === lastLayer.blocks)) {
    throw noResidual(
      `The last layer has ${String(lastLayer.blocks)} blocks, no other has: where it ends is not certain (after ${cutName(line, last)}).`,
    );
  }
  return [...earlier.map((layer) => layer.end), endOfLast(line, lastLayer, tail, head)];
}

interface Layer {
  /** Segments with weights. */
  readonly blocks: number;
  /** First segment after the last block. */
  readonly tailStart: number;
  /** Operators of the segments after the last block, one entry a segment; casts left out. */
  readonly tail: readonly string[];
  /** Cut at which the layer ends if the next mixer stands right behind: casts belong to the next layer. */
  readonly end: number;
}

function describe(flow: DataFlow, line: CutLine, from: number, to: number): Layer {
  let blocks = 0;
  let tailStart = from + 1;
  for (let i = from; i < to; i++) {
    const steps = line.segments[i] ?? [];
    if (i > from && !steps.some((step) => isLinear(step, flow))) continue;
    if (!isBypassed(flow, line, i)) {
      throw noResidual(
        `Between ${cutName(line, i)} and ${cutName(line, i + 1)} no residual path leads around the weights.`,
      );
    }
    blocks++;
    tailStart = i + 1;
  }
  let end = to;
  while (end > tailStart && signature(line, end - 1) === '') end--;
  return { blocks, tailStart, tail: signatures(line, tailStart, to), end };
}

/** The tail that all layers but the last share. */
function tailOf(flow: DataFlow, line: CutLine, earlier: readonly Layer[], first: number): readonly string[] {
  const [layer] = earlier;
  if (!layer) {
    // One layer only: nothing to compare with. A norm in front of its mixer leaves one reading, anything else two.
    if (beginsWithNorm(flow, line, first)) return [];
    throw noResidual(
      'With a single layer and no norm in front of its attention, the end of the layer is not certain.',
    );
  }
  const odd = earlier.find((other) => other.tail.join() !== layer.tail.join());
  if (odd)
    throw noResidual(
      `Layers end in different ways (${layer.tail.join() || 'plainly'} and ${odd.tail.join() || 'plainly'}).`,
    );
  // A norm in the stream may end a layer or begin the next; one in front of the first layer speaks for the latter.
  if (layer.tail.length > 0 && line.segments.slice(0, first).flat().some(isNorm)) {
    throw noResidual(
      'Norms stand in the residual stream before the first layer and between layers: which layer they belong to is not certain.',
    );
  }
  return layer.tail;
}

function endOfLast(line: CutLine, layer: Layer, tail: readonly string[], head: number): number {
  let end = layer.tailStart;
  for (const expected of tail) {
    while (end < head && signature(line, end) === '') end++;
    if (end >= head || signature(line, end) !== expected) {
      throw noResidual(
        `The last layer does not end like the others (with ${tail.join()}), after ${cutName(line, layer.tailStart)}.`,
      );
    }
    end++;
  }
  return end;
}

/** Does a path lead from cut to cut that only adds and rescales: the residual? */
function isBypassed(flow: DataFlow, line: CutLine, segment: number): boolean {
  const reached = new Set([cutName(line, segment)]);
  for (const step of line.segments[segment] ?? []) {
    if (!step.inputs.some((value) => reached.has(value)) || !keepsStream(step, flow)) continue;
    for (const value of step.outputs) reached.add(value);
  }
  return reached.has(cutName(line, segment + 1));
}

function keepsStream(step: Step, flow: DataFlow): boolean {
  if (KEEPING.has(step.operator) || PASS_THROUGH.has(step.operator)) return true;
  const isScale = step.operator === 'ai.onnx:Mul' || step.operator === 'ai.onnx:Div';
  return isScale && step.inputs.some((value) => flow.constants.has(value));
}

/** Does a norm of the stream come before anything is multiplied with weights? */
function beginsWithNorm(flow: DataFlow, line: CutLine, segment: number): boolean {
  const reached = new Set([cutName(line, segment)]);
  for (const step of line.segments[segment] ?? []) {
    if (!step.inputs.some((value) => reached.has(value)) || isLinear(step, flow) || isScore(step, flow))
      continue;
    if (isNorm(step)) return true;
    for (const value of step.outputs) reached.add(value);
  }
  return false;
}

function signatures(line: CutLine, from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, i) => signature(line, from + i)).filter(
    (operators) => operators !== '',
  );
}

/** The operators of a segment in alphabetical order; '' where it only casts. */
function signature(line: CutLine, segment: number): string {
  const operators = (line.segments[segment] ?? []).map((step) => step.operator);
  return operators
    .filter((operator) => !PASS_THROUGH.has(operator))
    .sort()
    .join('+');
}

function cutName(line: CutLine, cut: number): string {
  return line.cuts[cut] ?? '';
}
