import type { Step } from './data-flow.ts';
import { elementCode } from './element-type.ts';
import { allKnown } from './integer-values.ts';
import { isSelection } from './operators.ts';
import type { TensorFacts } from './shape-inference.ts';
import type { ValueInfo } from './value-info.ts';

const NAMES: ReadonlySet<string> = new Set(['logits_to_keep', 'num_logits_to_keep']);
const INT64 = elementCode('int64');
/** Ends of slices from here on mean the end of the axis. */
const OPEN_END = 2 ** 31 - 1;

/**
 * Is the input the number of last positions whose logits are wanted (an int64 scalar)? It is fed 0 always, which
 * means all of them: a slice from -0 on.
 */
export function isLogitsToKeep({ name, elementType, dims }: ValueInfo): boolean {
  return NAMES.has(name) && elementType === INT64 && (dims === undefined || dims.length === 0);
}

/** Does the step leave positions or entries out? A slice of all there is does not. */
export function leavesOut(step: Step, facts: ReadonlyMap<string, TensorFacts>): boolean {
  if (!isSelection(step)) return false;
  if (step.operator !== 'ai.onnx:Slice') return true;
  const known = (index: number): readonly number[] | undefined =>
    allKnown(facts.get(step.inputs[index] ?? '')?.values);
  const [starts, ends, steps] = [known(1), known(2), step.inputs[4] ? known(4) : [1]];
  return !(
    starts?.every((start) => start === 0) &&
    ends?.every((end) => end >= OPEN_END) &&
    steps?.every((stride) => stride === 1)
  );
}
