import type { DataFlow } from './data-flow.ts';
import { FUSED_SUM_OUTPUT } from './data-flow.ts';
import { elementCode } from './element-type.ts';
import { noResidual, unsupported } from './faults.ts';
import type { GraphEditor } from './graph-editor.ts';
import { PORTS } from './prepared-graph.ts';
import type { ResidualStream } from './residual-stream.ts';
import { encodeValueInfo } from './value-info.ts';

const FLOAT = elementCode('float32');
const INT64 = elementCode('int64');

/** Prefix of every value that the surgery makes. */
const OWN = 'leeway/';

/** Adds input `steering` and the sum after every layer: batch row b of layer l becomes h + steering[b, l]. */
export function addSteering(flow: DataFlow, stream: ResidualStream, editor: GraphEditor): void {
  const batch = flow.graph.inputs.find((input) => input.name === stream.embedding.inputIds)?.dims?.[0] ?? '';
  editor.addInput(encodeValueInfo(PORTS.steering, FLOAT, [batch, stream.layers.length, stream.hidden]));
  stream.layers.forEach((value, layer) => {
    const index = editor.constant(`${OWN}layer/${String(layer)}`, [layer]);
    const row = editor.add('Gather', [PORTS.steering, index], `${OWN}steering/${String(layer)}`, { axis: 1 });
    const vector =
      stream.elementType === 'float32'
        ? row
        : editor.add('Cast', [row], `${row}/cast`, { to: elementCode(stream.elementType) });
    const fused = flow.fusedSums.get(value);
    if (fused === undefined) steerValue(flow, editor, value, vector);
    else steerFused(flow, stream, editor, { node: fused, sum: value, vector });
  });
}

// The producer's output gets another name and the sum takes the old one: every consumer sees the steered stream.
function steerValue(flow: DataFlow, editor: GraphEditor, value: string, vector: string): void {
  const step = flow.producer.get(value);
  if (!step) throw noResidual(`No node makes ${value}.`);
  const plain = `${OWN}unsteered/${value}`;
  editor.renameOutput(step.node, value, plain);
  editor.add('Add', [plain, vector], value);
}

// The sum happens inside the node, so the vector joins the term that is no stream itself: what the layer added.
function steerFused(
  flow: DataFlow,
  stream: ResidualStream,
  editor: GraphEditor,
  { node: index, sum, vector }: { node: number; sum: string; vector: string },
): void {
  const node = flow.graph.nodes[index];
  if (!node) throw noResidual(`No node makes ${sum}.`);
  const cuts = new Set(stream.line.cuts);
  const place = cuts.has(node.inputs[1] ?? '') ? 0 : 1;
  editor.setInput(
    index,
    place,
    editor.add('Add', [node.inputs[place] ?? '', vector], `${OWN}steered/${sum}`),
  );
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
