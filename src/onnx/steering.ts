import type { DataFlow } from './data-flow.ts';
import { FUSED_SUM_OUTPUT } from './data-flow.ts';
import { elementCode } from './element-type.ts';
import { noResidual, unsupported } from './faults.ts';
import { EditorNodes } from './editor-nodes.ts';
import type { GraphEditor } from './graph-editor.ts';
import type { SteeringWays, StreamType } from './prepared-graph.ts';
import { PORTS } from './prepared-graph.ts';
import type { ResidualStream } from './residual-stream.ts';
import { encodeValueInfo } from './value-info.ts';
import { steeringChange, steeringInputs, type Change } from './way-nodes.ts';

const FLOAT = elementCode('float32');
const INT64 = elementCode('int64');

/** Prefix of every value that the surgery makes. */
const OWN = 'leeway/';

/** What the graph can be steered by, and the version of its default operator set. */
export interface SteeringPlan {
  readonly steering: SteeringWays;
  readonly opset: number;
}

/**
 * Adds input `steering` and the sum after every layer: batch row b of layer l becomes h + steering[b, l]. With every
 * way there are the inputs of WAY_PORTS too, and what is added depends on h.
 */
export function addSteering(
  flow: DataFlow,
  stream: ResidualStream,
  editor: GraphEditor,
  plan: SteeringPlan,
): void {
  const { hidden, elementType } = stream;
  const layers = stream.layers.length;
  const ids = flow.graph.inputs.find((input) => input.name === stream.embedding.inputIds)?.dims;
  const [batch = '', sequence = ''] = ids ?? [];
  for (const { name, dims } of steeringInputs(plan.steering, { batch, sequence, layers, hidden }))
    editor.addInput(encodeValueInfo(name, FLOAT, dims));
  const nodes = new EditorNodes(editor, `${OWN}steering`);
  const cast = (value: string, to: StreamType): string =>
    elementType === 'float32' ? value : nodes.node('Cast', [value], { ints: { to: elementCode(to) } });
  const floats = steeringChange(nodes, plan.steering, plan.opset);
  const change: Change = (layer, h) =>
    cast(
      floats(layer, () => cast(h(), 'float32')),
      elementType,
    );
  stream.layers.forEach((value, layer) => {
    const fused = flow.fusedSums.get(value);
    if (fused === undefined) steerValue(flow, editor, value, (h) => change(layer, h));
    else steerFused(flow, stream, editor, { node: fused, sum: value, change: (h) => change(layer, h) });
  });
}

// The producer's output gets another name and the sum takes the old one: every consumer sees the steered stream.
function steerValue(
  flow: DataFlow,
  editor: GraphEditor,
  value: string,
  change: (stream: () => string) => string,
): void {
  const step = flow.producer.get(value);
  if (!step) throw noResidual(`No node makes ${value}.`);
  const plain = `${OWN}unsteered/${value}`;
  editor.renameOutput(step.node, value, plain);
  editor.add('Add', [plain, change(() => plain)], value);
}

// The sum happens inside the node, so the change joins the term that is no stream itself: what the layer added.
function steerFused(
  flow: DataFlow,
  stream: ResidualStream,
  editor: GraphEditor,
  { node: index, sum, change }: { node: number; sum: string; change: (stream: () => string) => string },
): void {
  const node = flow.graph.nodes[index];
  if (!node) throw noResidual(`No node makes ${sum}.`);
  const cuts = new Set(stream.line.cuts);
  const place = cuts.has(node.inputs[1] ?? '') ? 0 : 1;
  // The fused node keeps its own sum to itself until it is steered: whoever needs h before that adds it up as well.
  const summed = (): string => {
    const [first = '', ...terms] = flow.producer.get(sum)?.inputs ?? [];
    return terms.reduce(
      (total, term, i) => editor.add('Add', [total, term], `${OWN}unsteered/${sum}/${String(i)}`),
      first,
    );
  };
  const term = node.inputs[place] ?? '';
  editor.setInput(index, place, editor.add('Add', [term, change(summed)], `${OWN}steered/${sum}`));
  if (node.outputs[FUSED_SUM_OUTPUT] !== sum) editor.nameOutput(index, FUSED_SUM_OUTPUT, sum);
}

/** Adds input `residual_rows` and output `residual`: the stream after every layer at chosen flat positions. */
export function addCapture(stream: ResidualStream, editor: GraphEditor, rowShape: string): void {
  editor.addInput(encodeValueInfo(PORTS.residualRows, INT64, [PORTS.residualRows]));
  const rows = stream.layers.map((value, layer) => {
    const flat = editor.add('Reshape', [value, rowShape], `${OWN}flat/${String(layer)}`);
    return editor.add('Gather', [flat, PORTS.residualRows], `${OWN}captured/${String(layer)}`, { axis: 0 });
  });
  const isFloat = stream.elementType === 'float32';
  const joined = editor.add('Concat', rows, isFloat ? PORTS.residual : `${OWN}residual`, { axis: 1 });
  if (!isFloat) editor.add('Cast', [joined], PORTS.residual, { to: FLOAT });
  editor.addOutput(
    encodeValueInfo(PORTS.residual, FLOAT, [PORTS.residualRows, stream.layers.length, stream.hidden]),
  );
}

/** Adds input `logit_rows` and puts the choice of rows in front of lm_head: logits become float32 [n, 1, vocabulary]. */
export function addLogitRows(
  flow: DataFlow,
  stream: ResidualStream,
  editor: GraphEditor,
  rowShape: string,
  logitsType: number,
): void {
  const { head, line, logits } = stream;
  if (flow.graph.nodes.some((node) => node.captured.includes(head.input))) {
    throw unsupported(`A subgraph uses the input of lm_head (${head.input}).`);
  }
  editor.addInput(encodeValueInfo(PORTS.logitRows, INT64, [PORTS.logitRows]));
  const chosen = `${OWN}rows/${head.input}`;
  editor.renameConsumers(head.input, chosen);
  const flat = editor.add('Reshape', [head.input, rowShape], `${OWN}flat/head`);
  editor.add('Gather', [flat, PORTS.logitRows], chosen, { axis: 0 });
  for (const [value, segment] of line.segmentOf) {
    if (segment >= head.segment && value !== head.input) editor.dropValueInfo(value);
  }
  if (logitsType !== FLOAT) widenLogits(flow, editor, logits);
  editor.replaceOutput(logits, encodeValueInfo(logits, FLOAT, [PORTS.logitRows, 1, stream.vocabulary]));
}

function widenLogits(flow: DataFlow, editor: GraphEditor, logits: string): void {
  const step = flow.producer.get(logits);
  if (!step) throw noResidual(`No node makes ${logits}.`);
  const narrow = `${OWN}narrow/${logits}`;
  editor.renameOutput(step.node, logits, narrow);
  editor.renameConsumers(logits, narrow);
  editor.add('Cast', [narrow], logits, { to: FLOAT });
}

/** The constant with which [batch, sequence, hidden] becomes one row a position: [positions, 1, hidden]. */
export function addRowShape(stream: ResidualStream, editor: GraphEditor): string {
  return editor.constant(`${OWN}row_shape`, [-1, 1, stream.hidden]);
}
