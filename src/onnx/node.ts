import type { Tensor } from './tensor.ts';
import { readTensor } from './tensor.ts';
import { WireReader, WireWriter, malformed } from './wire.ts';

// Field numbers of NodeProto and AttributeProto.
const INPUT = 1;
const OUTPUT = 2;
const NAME = 3;
const OP_TYPE = 4;
const ATTRIBUTE = 5;
const DOMAIN = 7;
const ATTRIBUTE_TYPE = 20;
const TYPE_INT = 2;
const TYPE_INTS = 7;

/** Attributes of a new node: an integer or a list of integers each. */
export type IntegerAttributes = Readonly<Record<string, number | readonly number[]>>;

/** Subgraphs nested deeper than this occur in no model; the bound keeps hostile files off the call stack. */
const MAX_NESTING = 16;

/** An AttributeProto as far as the surgery looks into it. */
export interface Attribute {
  readonly name: string;
  readonly int?: number;
  readonly float?: number;
  readonly ints: readonly number[];
  readonly tensor?: Tensor;
}

/** A NodeProto; whatever is not listed stays in `content`. */
export interface Node {
  readonly name: string;
  readonly opType: string;
  /** '' for the default domain, however the file writes it. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
  /** Values of the enclosing graph that subgraphs of this node use by name. */
  readonly captured: readonly string[];
  /** `domain:OpType` of the nodes inside subgraphs. */
  readonly innerOperators: readonly string[];
  /** Names of the files that tensors in its attributes lie in. */
  readonly files: readonly string[];
  /** Does a tensor inside a subgraph lie in another file? */
  readonly hasInnerFiles: boolean;
  readonly content: Uint8Array;
}

/** What an edit changes about a node; everything else is written back from the original bytes. */
export interface NodeEdit {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly ints: ReadonlyMap<string, number>;
}

/** `domain:OpType`, with the default domain written `ai.onnx`. */
export function operatorName(node: { domain: string; opType: string }): string {
  return `${node.domain === '' ? 'ai.onnx' : node.domain}:${node.opType}`;
}

/** Reads a NodeProto. `content` must be a view of the file's buffer, which starts at byte `fileStart` of its ArrayBuffer. */
export function readNode(content: Uint8Array, fileStart: number, nesting = 0): Node {
  const reader = new WireReader(content);
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, Attribute>();
  const captured = new Set<string>();
  const innerOperators = new Set<string>();
  const files = new Set<string>();
  let hasInnerFiles = false;
  let name = '';
  let opType = '';
  let domain = '';
  while (reader.next()) {
    if (reader.field === INPUT) inputs.push(reader.string());
    else if (reader.field === OUTPUT) outputs.push(reader.string());
    else if (reader.field === NAME) name = reader.string();
    else if (reader.field === OP_TYPE) opType = reader.string();
    else if (reader.field === DOMAIN) domain = reader.string();
    else if (reader.field === ATTRIBUTE) {
      const { attribute, graphs } = readAttribute(reader.message(), fileStart);
      attributes.set(attribute.name, attribute);
      if (attribute.tensor?.data.kind === 'external') files.add(attribute.tensor.data.location);
      for (const graph of graphs) {
        const inner = readSubgraph(graph, fileStart, nesting + 1);
        for (const value of inner.captured) captured.add(value);
        for (const operator of inner.operators) innerOperators.add(operator);
        hasInnerFiles ||= inner.hasFiles;
      }
    } else reader.skip();
  }
  if (domain === 'ai.onnx') domain = '';
  return {
    name,
    opType,
    domain,
    inputs,
    outputs,
    attributes,
    captured: [...captured],
    innerOperators: [...innerOperators],
    files: [...files],
    hasInnerFiles,
    content,
  };
}

function readAttribute(
  reader: WireReader,
  fileStart: number,
): { attribute: Attribute; graphs: Uint8Array[] } {
  let name = '';
  let int: number | undefined;
  let float: number | undefined;
  let tensor: Tensor | undefined;
  const ints: bigint[] = [];
  const graphs: Uint8Array[] = [];
  while (reader.next()) {
    if (reader.field === 1) name = reader.string();
    else if (reader.field === 2) float = reader.float32();
    else if (reader.field === 3) int = Number(reader.int64());
    else if (reader.field === 8) reader.integers(ints);
    else if (reader.field === 5) tensor = readTensor(reader.delimited(), fileStart);
    else if (reader.field === 6 || reader.field === 11) graphs.push(reader.delimited());
    else reader.skip();
  }
  const attribute = {
    name,
    ints: ints.map(Number),
    ...(int !== undefined && { int }),
    ...(float !== undefined && { float }),
    ...(tensor && { tensor }),
  };
  return { attribute, graphs };
}

/** Names that a subgraph takes from outside, the operators in it, and whether it has tensors in other files. */
function readSubgraph(
  content: Uint8Array,
  fileStart: number,
  nesting: number,
): { captured: Set<string>; operators: Set<string>; hasFiles: boolean } {
  if (nesting > MAX_NESTING) throw malformed('Subgraphs are nested too deeply.');
  const used = new Set<string>();
  const defined = new Set<string>();
  const operators = new Set<string>();
  let hasFiles = false;
  const reader = new WireReader(content);
  while (reader.next()) {
    if (reader.field === 1) {
      const node = readNode(reader.delimited(), fileStart, nesting);
      operators.add(operatorName(node));
      for (const operator of node.innerOperators) operators.add(operator);
      for (const value of [...node.inputs, ...node.captured]) used.add(value);
      for (const value of node.outputs) defined.add(value);
      hasFiles ||= node.hasInnerFiles || node.files.length > 0;
    } else if (reader.field === 5) {
      const tensor = readTensor(reader.delimited(), fileStart);
      defined.add(tensor.name);
      hasFiles ||= tensor.data.kind === 'external';
    } else if (reader.field === 11) defined.add(nameOf(reader.message()));
    else if (reader.field === 12) used.add(nameOf(reader.message()));
    else reader.skip();
  }
  used.delete('');
  for (const value of defined) used.delete(value);
  return { captured: used, operators, hasFiles };
}

function nameOf(valueInfo: WireReader): string {
  let name = '';
  while (valueInfo.next()) {
    if (valueInfo.field === 1) name = valueInfo.string();
    else valueInfo.skip();
  }
  return name;
}

/** The node's bytes with inputs, outputs and integer attributes replaced; every other field as it was. */
export function editedNode(node: Node, edit: NodeEdit): Uint8Array {
  const writer = new WireWriter();
  for (const value of edit.inputs) writer.string(INPUT, value);
  for (const value of edit.outputs) writer.string(OUTPUT, value);
  const reader = new WireReader(node.content);
  while (reader.next()) {
    if (reader.field === ATTRIBUTE) {
      const name = nameOf(reader.message());
      if (!edit.ints.has(name)) writer.raw(reader.raw());
      continue;
    }
    reader.skip();
    if (reader.field !== INPUT && reader.field !== OUTPUT) writer.raw(reader.raw());
  }
  for (const [name, value] of edit.ints) writer.delimited(ATTRIBUTE, encodeAttribute(name, value));
  return writer.finish();
}

/** A new node of the default domain with integer attributes. */
export function encodeNode(
  opType: string,
  inputs: readonly string[],
  output: string,
  ints: IntegerAttributes = {},
): Uint8Array {
  const writer = new WireWriter();
  for (const value of inputs) writer.string(INPUT, value);
  writer.string(OUTPUT, output).string(NAME, `${output}/${opType}`).string(OP_TYPE, opType);
  for (const [name, value] of Object.entries(ints)) writer.delimited(ATTRIBUTE, encodeAttribute(name, value));
  return writer.finish();
}

/** An AttributeProto of integers. */
export function encodeAttribute(name: string, value: number | readonly number[]): Uint8Array {
  const writer = new WireWriter().string(1, name);
  if (typeof value === 'number') return writer.varint(3, value).varint(ATTRIBUTE_TYPE, TYPE_INT).finish();
  for (const one of value) writer.varint(8, one);
  return writer.varint(ATTRIBUTE_TYPE, TYPE_INTS).finish();
}
