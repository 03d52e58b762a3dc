import type { CutLine } from './cuts.ts';
import type { DataFlow, Step } from './data-flow.ts';
import { noResidual, unsupported } from './faults.ts';
import { leavesOut } from './logits-to-keep.ts';
import { isLinear } from './operators.ts';
import type { TensorFacts } from './shape-inference.ts';
import type { TokenEmbedding } from './token-embedding.ts';

/** Each position on its own, and no change of shape: rows may be picked before these. */
const ROWWISE: ReadonlySet<string> = new Set([
  'ai.onnx:Add',
  'ai.onnx:Cast',
  'ai.onnx:Clip',
  'ai.onnx:DequantizeLinear',
  'ai.onnx:Div',
  'ai.onnx:Dropout',
  'ai.onnx:DynamicQuantizeLinear',
  'ai.onnx:Identity',
  'ai.onnx:Mul',
  'ai.onnx:QuantizeLinear',
  'ai.onnx:Sub',
  'ai.onnx:Tanh',
  'com.microsoft:DequantizeLinear',
  'com.microsoft:QuantizeLinear',
]);

const CUT_ADVICE = 'Choose an export whose logits cover every position.';

/** The projection onto the vocabulary. */
export interface LmHead {
  /** Segment of the projection; those after it scale or cap the logits. */
  readonly segment: number;
  /** The value that it projects. */
  readonly input: string;
}

/** The output with one number a token of the vocabulary. Throws onnx-no-residual where none is it for certain. */
export function findLogits(
  flow: DataFlow,
  facts: ReadonlyMap<string, TensorFacts>,
  embedding: TokenEmbedding,
): string {
  const outputs = flow.graph.outputs.map((output) => output.name);
  if (outputs.includes('logits')) return 'logits';
  const fitting = outputs.filter(
    (name) => embedding.rows !== undefined && facts.get(name)?.dims?.at(-1) === embedding.rows,
  );
  const [only] = fitting;
  if (only === undefined || fitting.length > 1)
    throw noResidual(`None of the outputs (${outputs.slice(0, 8).join(', ')}) is the logits for certain.`);
  return only;
}

/** Finds the last product with weights before the logits, and checks that rows can be picked before it. */
export function findLmHead(flow: DataFlow, line: CutLine, facts: ReadonlyMap<string, TensorFacts>): LmHead {
  const segment = line.segments.findLastIndex((steps) => steps.some((step) => isLinear(step, flow)));
  const input = line.cuts[segment];
  if (input === undefined) throw noResidual('No projection onto the vocabulary was found before the logits.');
  for (const step of line.segments.slice(segment).flat()) {
    if (leavesOut(step, facts)) throw cutLogits(step);
    if (!isLinear(step, flow) && !ROWWISE.has(step.operator))
      throw unsupported(
        `After lm_head stands ${step.operator}, which is not known to treat every position alike.`,
      );
    const foreign = step.inputs.find(
      (value) => value !== '' && !flow.constants.has(value) && (line.segmentOf.get(value) ?? -1) < segment,
    );
    if (foreign !== undefined) throw unsupported(`lm_head takes ${foreign} from elsewhere in the graph.`);
  }
  return { segment, input };
}

/** Throws onnx-unsupported where the exporter kept only some positions between the last layer and lm_head. */
export function checkAllPositions(
  flow: DataFlow,
  facts: ReadonlyMap<string, TensorFacts>,
  { line, from, head, logits: name }: { line: CutLine; from: number; head: LmHead; logits: string },
): void {
  // What a subgraph does to positions stays unread.
  const isOpaque = (step: Step): boolean => (flow.graph.nodes[step.node]?.innerOperators.length ?? 0) > 0;
  const between = line.segments.slice(from, head.segment).flat();
  const picking = between.find((step) => leavesOut(step, facts) || isOpaque(step));
  if (picking) throw cutLogits(picking);
  const logits = facts.get(name);
  if (logits?.dims && (logits.dims.length !== 3 || logits.dims[1] === 1)) {
    throw unsupported('The logits are declared for one position a row only.', CUT_ADVICE);
  }
}

function cutLogits(step: Step): Error {
  return unsupported(
    `The exporter already cut the logits to some positions (${step.operator} before or at lm_head).`,
    CUT_ADVICE,
  );
}
