import type { LeewayError } from '../errors/leeway-error.ts';
import { unsupported } from './faults.ts';
import type { Node } from './node.ts';
import { operatorName, readNode } from './node.ts';
import type { Tensor } from './tensor.ts';
import { readTensor } from './tensor.ts';
import type { ValueInfo } from './value-info.ts';
import { readValueInfo } from './value-info.ts';
import { WireReader, WireWriter, malformed } from './wire.ts';

// Field numbers of ModelProto.
const IR_VERSION = 1;
const MODEL_GRAPH = 7;
const OPSET_IMPORT = 8;
const FUNCTIONS = 25;

// Field numbers of GraphProto.
const NODE = 1;
const INITIALIZER = 5;
const INPUT = 11;
const OUTPUT = 12;
const VALUE_INFO = 13;
const SPARSE_INITIALIZER = 15;

/** A GraphProto with everything needed to write it back byte for byte. */
export interface Graph {
  readonly nodes: readonly Node[];
  readonly initializers: readonly Tensor[];
  /** Names of sparse initializers, whose values stay unread. */
  readonly sparse: readonly string[];
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly valueInfo: readonly ValueInfo[];
  /** Every field in file order; `index` counts the occurrences of its number. */
  readonly fields: readonly GraphField[];
}

export interface GraphField {
  readonly field: number;
  readonly index: number;
  readonly raw: Uint8Array;
}

export interface Model {
  readonly irVersion: number;
  /** Version of the default operator domain. */
  readonly opset: number;
  readonly graph: Graph;
  /** `domain:OpType` of the model's own functions, and the operators used inside them. */
  readonly functions: { readonly names: ReadonlySet<string>; readonly operators: ReadonlySet<string> };
  readonly bytes: Uint8Array;
}

/** How a graph is written back: replacements by occurrence, and what is appended. */
export interface GraphEdit {
  readonly nodes: ReadonlyMap<number, Uint8Array>;
  readonly initializers: ReadonlyMap<number, Uint8Array>;
  readonly outputs: ReadonlyMap<number, Uint8Array>;
  /** Values whose declared shape no longer holds. */
  readonly droppedValueInfo: ReadonlySet<string>;
  readonly newNodes: readonly Uint8Array[];
  readonly newInitializers: readonly Uint8Array[];
  readonly newInputs: readonly Uint8Array[];
  readonly newOutputs: readonly Uint8Array[];
}

/**
 * Reads a serialized ModelProto without decoding weights.
 * Throws onnx-truncated where the file ends inside a value, onnx-malformed where it is not an ONNX model,
 * onnx-unsupported where functions or sparse weights keep values in other files.
 */
export function readModel(bytes: Uint8Array): Model {
  const reader = new WireReader(bytes);
  const graphs: Uint8Array[] = [];
  const names = new Set<string>();
  const operators = new Set<string>();
  let irVersion = 0;
  let opset = 0;
  while (reader.next()) {
    if (reader.field === IR_VERSION) irVersion = reader.integer64();
    else if (reader.field === MODEL_GRAPH) graphs.push(reader.delimited());
    else if (reader.field === OPSET_IMPORT) opset = Math.max(opset, readDefaultOpset(reader.message()));
    else if (reader.field === FUNCTIONS)
      names.add(readFunction(reader.message(), bytes.byteOffset, operators));
    else reader.skip();
  }
  if (graphs.length === 0)
    throw malformed('The file holds no graph: it is not an ONNX model, or it is cut off.');
  if (opset === 0) throw malformed('The model names no version of the default operator set.');
  return {
    irVersion,
    opset,
    graph: readGraph(graphs, bytes.byteOffset),
    functions: { names, operators },
    bytes,
  };
}

/** The version if the entry is for the default domain, else 0. */
function readDefaultOpset(reader: WireReader): number {
  let domain = '';
  let version = 0;
  while (reader.next()) {
    if (reader.field === 1) domain = reader.string();
    else if (reader.field === 2) version = reader.integer64();
    else reader.skip();
  }
  return domain === '' || domain === 'ai.onnx' ? version : 0;
}

function readFunction(reader: WireReader, fileStart: number, operators: Set<string>): string {
  let opType = '';
  let domain = '';
  while (reader.next()) {
    if (reader.field === 1) opType = reader.string();
    else if (reader.field === 10) domain = reader.string();
    else if (reader.field === 7) {
      const node = readNode(reader.delimited(), fileStart);
      if (node.hasInnerFiles || node.files.length > 0) throw elsewhere('A function of the model');
      for (const operator of [operatorName(node), ...node.innerOperators]) operators.add(operator);
    } else reader.skip();
  }
  return operatorName({ domain, opType });
}

// Several occurrences of one message field are its merge: for a GraphProto, the concatenation of its lists.
function readGraph(occurrences: readonly Uint8Array[], fileStart: number): Graph {
  const nodes: Node[] = [];
  const initializers: Tensor[] = [];
  const sparse: string[] = [];
  const inputs: ValueInfo[] = [];
  const outputs: ValueInfo[] = [];
  const valueInfo: ValueInfo[] = [];
  const fields: GraphField[] = [];
  const counts = new Map<number, number>();
  for (const occurrence of occurrences) {
    const reader = new WireReader(occurrence);
    while (reader.next()) {
      if (reader.field === NODE) nodes.push(readNode(reader.delimited(), fileStart));
      else if (reader.field === INITIALIZER) initializers.push(readTensor(reader.delimited(), fileStart));
      else if (reader.field === INPUT) inputs.push(readValueInfo(reader.message()));
      else if (reader.field === OUTPUT) outputs.push(readValueInfo(reader.message()));
      else if (reader.field === VALUE_INFO) valueInfo.push(readValueInfo(reader.message()));
      else if (reader.field === SPARSE_INITIALIZER) sparse.push(readSparseName(reader.message(), fileStart));
      else reader.skip();
      const index = counts.get(reader.field) ?? 0;
      counts.set(reader.field, index + 1);
      fields.push({ field: reader.field, index, raw: reader.raw() });
    }
  }
  return { nodes, initializers, sparse, inputs, outputs, valueInfo, fields };
}

// The name of a SparseTensorProto is that of its values.
function readSparseName(reader: WireReader, fileStart: number): string {
  let name = '';
  while (reader.next()) {
    if (reader.field === 1) {
      const values = readTensor(reader.delimited(), fileStart);
      if (values.data.kind === 'external') throw elsewhere(`The sparse weight ${values.name}`);
      name = values.name;
    } else reader.skip();
  }
  return name;
}

function elsewhere(what: string): LeewayError {
  return unsupported(
    `${what} keeps its values in another file, which the runtime does not read.`,
    'Save the model as one file, or choose another export.',
  );
}

/** The ModelProto with the edit applied; every field that the edit does not name is copied as it was. */
export function writeModel(model: Model, edit: GraphEdit): Uint8Array {
  const writer = new WireWriter();
  const reader = new WireReader(model.bytes);
  let written = false;
  while (reader.next()) {
    reader.skip();
    if (reader.field !== MODEL_GRAPH) writer.raw(reader.raw());
    else if (!written) {
      writer.delimited(MODEL_GRAPH, writeGraph(model.graph, edit));
      written = true;
    }
  }
  return writer.finish();
}

function writeGraph(graph: Graph, edit: GraphEdit): Uint8Array {
  const writer = new WireWriter();
  const replacements = new Map<number, ReadonlyMap<number, Uint8Array>>([
    [NODE, edit.nodes],
    [INITIALIZER, edit.initializers],
    [OUTPUT, edit.outputs],
  ]);
  for (const { field, index, raw } of graph.fields) {
    const replacement = replacements.get(field)?.get(index);
    if (field === VALUE_INFO && edit.droppedValueInfo.has(graph.valueInfo[index]?.name ?? '')) continue;
    if (replacement) writer.delimited(field, replacement);
    else writer.raw(raw);
  }
  for (const node of edit.newNodes) writer.delimited(NODE, node);
  for (const initializer of edit.newInitializers) writer.delimited(INITIALIZER, initializer);
  for (const input of edit.newInputs) writer.delimited(INPUT, input);
  for (const output of edit.newOutputs) writer.delimited(OUTPUT, output);
  return writer.finish();
}
