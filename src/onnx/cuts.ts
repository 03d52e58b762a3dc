import type { DataFlow, Step } from './data-flow.ts';
import { SHAPE_ONLY } from './operators.ts';

/**
 * The values on paths from the source to the sink, and those among them that every path passes through.
 * Segment i is what lies between cut i and cut i + 1.
 */
export interface CutLine {
  /** From source (first) to sink (last), in order. */
  readonly cuts: readonly string[];
  /** Steps of each segment, in order; one less than cuts. */
  readonly segments: readonly (readonly Step[])[];
  /** Segment in which a value on the paths arises or, for a cut, begins. */
  readonly segmentOf: ReadonlyMap<string, number>;
}

/**
 * Finds all cuts between two values in one pass. Undefined where no path connects them.
 * Every value listed lies on some path, in topological order; such a value is a cut exactly if no step leads from
 * a value before it to a value after it.
 */
export function findCuts(flow: DataFlow, source: string, sink: string): CutLine | undefined {
  const steps = stepsBetween(flow, source, sink);
  const place = new Map<string, number>([[source, 0]]);
  const order = [source];
  for (const { outputs } of steps) {
    for (const value of outputs) {
      place.set(value, order.length);
      order.push(value);
    }
  }
  if (!place.has(sink) || source === sink) return undefined;
  // reach[i]: the farthest place that a step from place i leads to
  const reach = order.map((_, i) => i);
  for (const { inputs, outputs } of steps) {
    const farthest = maximum(outputs.map((value) => place.get(value) ?? 0));
    for (const value of inputs) {
      const from = place.get(value) ?? 0;
      reach[from] = Math.max(reach[from] ?? 0, farthest);
    }
  }
  const cuts: string[] = [];
  const segmentOf = new Map<string, number>();
  let jumped = 0;
  order.forEach((value, i) => {
    if (jumped <= i) cuts.push(value);
    segmentOf.set(value, cuts.length - 1);
    jumped = Math.max(jumped, reach[i] ?? 0);
  });
  return { cuts, segments: segmentsOf(steps, cuts, segmentOf), segmentOf };
}

interface PathStep {
  readonly step: Step;
  /** Only the values on paths. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

function stepsBetween(flow: DataFlow, source: string, sink: string): PathStep[] {
  const reached = new Set([source]);
  const forward: Step[] = [];
  for (const step of flow.steps) {
    if (SHAPE_ONLY.has(step.operator) || !step.inputs.some((value) => reached.has(value))) continue;
    for (const value of step.outputs) reached.add(value);
    forward.push(step);
  }
  const needed = new Set([sink]);
  const path: Step[] = [];
  for (const step of forward.toReversed()) {
    if (!step.outputs.some((value) => needed.has(value))) continue;
    for (const value of step.inputs) needed.add(value);
    path.push(step);
  }
  const onPath = (value: string): boolean => reached.has(value) && needed.has(value);
  return path
    .toReversed()
    .map((step) => ({ step, inputs: step.inputs.filter(onPath), outputs: step.outputs.filter(onPath) }));
}

// A step belongs where its inputs are: no input of a step that ends on the paths can lie before the segment's cut.
function segmentsOf(
  path: readonly PathStep[],
  cuts: readonly string[],
  segmentOf: ReadonlyMap<string, number>,
): Step[][] {
  const segments: Step[][] = cuts.slice(1).map(() => []);
  for (const { step, inputs } of path) {
    const segment = maximum(inputs.map((value) => segmentOf.get(value) ?? 0));
    segments[segment]?.push(step);
  }
  return segments;
}

// Not Math.max with spread arguments: a hostile node may have more values than a call may have arguments.
function maximum(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), 0);
}

/**
 * The segment that a value off the paths hangs on: that of the last value on the paths which it is computed from.
 * Undefined where it does not depend on any.
 */
export function segmentBehind(flow: DataFlow, line: CutLine, value: string): number | undefined {
  const seen = new Set([value]);
  const queue = [value];
  let segment: number | undefined;
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const step = flow.producer.get(next);
    const here = next === value && step ? undefined : line.segmentOf.get(next);
    if (here !== undefined) {
      segment = Math.max(segment ?? 0, here);
      continue;
    }
    if (!step || SHAPE_ONLY.has(step.operator)) continue;
    for (const input of step.inputs) {
      if (input === '' || seen.has(input)) continue;
      seen.add(input);
      queue.push(input);
    }
  }
  return segment;
}
