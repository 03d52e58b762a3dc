import { rewriteBlockGathers } from './block-gather.ts';
import { pairCaches } from './caches.ts';
import type { DataFlow } from './data-flow.ts';
import { readDataFlow } from './data-flow.ts';
import { moveWeightsOut } from './external-data.ts';
import { unsupported } from './faults.ts';
import type { Model } from './graph.ts';
import { readModel, writeModel } from './graph.ts';
import { GraphEditor } from './graph-editor.ts';
import { readInputs } from './model-ports.ts';
import { operatorName } from './node.ts';
import type { PreparedGraph, SurgeryOptions } from './prepared-graph.ts';
import { PORTS, SURGERY_VERSION, WAY_PORTS } from './prepared-graph.ts';
import { findResidualStream } from './residual-stream.ts';
import { inferShapes } from './shape-inference.ts';
import { addCapture, addLogitRows, addRowShape, addSteering } from './steering.ts';

export { PORTS, SURGERY_VERSION, WAY_PORTS } from './prepared-graph.ts';
export type * from './prepared-graph.ts';

const OLDEST_OPSET = 11;
// From this version on initializers need not be graph inputs.
const OLDEST_IR = 4;

/**
 * Adds steering, logit rows and captures of the residual stream to a decoder graph (see PORTS and WAY_PORTS for their shapes).
 * `bytes` is the serialized ModelProto; weights are neither decoded nor copied. With all-zero steering the patched
 * graph computes what the original does.
 * Throws LeewayError: onnx-truncated, onnx-malformed, onnx-no-residual, onnx-layer-mismatch, onnx-unsupported.
 */
export function prepareGraph(bytes: Uint8Array, options: SurgeryOptions): PreparedGraph {
  const model = readModel(bytes);
  checkVersions(model);
  const flow = readDataFlow(model.graph);
  const facts = inferShapes(flow);
  const caches = pairCaches(model.graph);
  const stream = findResidualStream(flow, facts, caches, options);
  const inputs = readInputs(flow, facts, stream.embedding.inputIds, caches);
  checkNames(flow);

  const editor = new GraphEditor(model.graph);
  const rowShape = addRowShape(stream, editor);
  const steering = options.steering ?? 'add';
  addSteering(flow, stream, editor, { steering, opset: model.opset });
  addCapture(stream, editor, rowShape);
  addLogitRows(flow, stream, editor, rowShape, facts.get(stream.logits)?.type ?? 0);
  if (options.preciseActivations ?? true) zeroEverywhere(model, editor, 'MatMulNBits', 'accuracy_level');
  // Caches that wrap around a window cannot be continued from a prefix; the window itself stays masked.
  zeroEverywhere(model, editor, 'GroupQueryAttention', 'sliding_window_cache');
  rewriteBlockGathers(flow, facts, editor);
  const externalFiles = moveWeightsOut(model.graph, editor, options.fileName);

  const used = model.graph.nodes.map((node) => operatorName(node));
  return {
    proto: writeModel(model, editor.finish()),
    externalFiles,
    layers: stream.layers.length,
    hidden: stream.hidden,
    vocabulary: stream.vocabulary,
    elementType: stream.elementType,
    steering,
    inputs,
    outputs: { logits: stream.logits, present: caches.map((cache) => cache.present) },
    attention: used.includes('com.microsoft:GroupQueryAttention') ? 'group-query' : 'plain',
    operators: operatorsOf(model, editor),
    angleNodes: model.graph.nodes
      .filter((node) => (node.opType === 'Sin' || node.opType === 'Cos') && node.name !== '')
      .map((node) => node.name),
    ...webgpuFaultOf(model),
    version: SURGERY_VERSION,
  };
}

function checkVersions(model: Model): void {
  if (model.opset < OLDEST_OPSET || model.irVersion < OLDEST_IR) {
    throw unsupported(
      `The model uses operator set ${String(model.opset)} and file version ${String(model.irVersion)}; at least ${String(OLDEST_OPSET)} and ${String(OLDEST_IR)} are needed.`,
    );
  }
}

/** New names must not meet old ones; they do where a graph was patched before. */
function checkNames(flow: DataFlow): void {
  const taken = [
    ...flow.producer.keys(),
    ...flow.initializers.keys(),
    ...flow.graph.inputs.map((input) => input.name),
  ];
  const own = new Set<string>([...Object.values(PORTS), ...Object.values(WAY_PORTS)]);
  const clash = taken.find(
    (name) => own.has(name) || (name.startsWith('leeway/') && !flow.fusedSums.has(name)),
  );
  if (clash !== undefined) {
    throw unsupported(
      `The graph already has a value named ${clash}: it was patched before.`,
      'Use the original file.',
    );
  }
}

/** Sets an integer attribute to 0 where an operator has it otherwise. */
function zeroEverywhere(model: Model, editor: GraphEditor, opType: string, attribute: string): void {
  model.graph.nodes.forEach((node, index) => {
    const value = node.attributes.get(attribute)?.int ?? 0;
    if (node.opType === opType && value !== 0) editor.setInteger(index, attribute, 0);
  });
}

/** onnxruntime-web 1.30's GroupQueryAttention on WebGPU leaves out the soft cap of its scores without a word. */
function webgpuFaultOf(model: Model): Pick<PreparedGraph, 'webgpuFault'> {
  const capped = model.graph.nodes.some(
    (node) => node.opType === 'GroupQueryAttention' && (node.attributes.get('softcap')?.float ?? 0) !== 0,
  );
  return capped
    ? { webgpuFault: 'The runtime’s WebGPU attention leaves out the soft cap that this model’s scores need.' }
    : {};
}

/** What a runtime must have kernels for; the model's own functions count by what is inside them. */
function operatorsOf(model: Model, editor: GraphEditor): string[] {
  const operators = new Set([...editor.addedOperators, ...model.functions.operators]);
  for (const node of editor.keptNodes) {
    for (const operator of [operatorName(node), ...node.innerOperators]) operators.add(operator);
  }
  return [...operators].filter((operator) => !model.functions.names.has(operator)).sort();
}
