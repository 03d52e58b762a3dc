import { encodeAttribute, type IntegerAttributes } from './node.ts';
import type { NodeWriter } from './node-writer.ts';
import { encodeFloat, encodeInteger, encodeIntegers } from './tensor.ts';
import { encodeValueInfo, type Dimension } from './value-info.ts';
import { WireWriter } from './wire.ts';

/** Element types by ONNX's number. */
export const FLOAT = 1;
export const UINT8 = 2;
export const INT32 = 6;
export const INT64 = 7;
export const FLOAT16 = 10;

const IR_VERSION = 10;
/** Version of the default operator set that it writes. */
export const OPSET = 21;
const CONTRIB = 'com.microsoft';

export interface NodeOptions {
  /** Attributes that are an integer or a list of integers. */
  readonly ints?: IntegerAttributes;
  /** Float attributes. */
  readonly floats?: Readonly<Record<string, number>>;
  /** Names of the outputs; one made up where absent. */
  readonly outputs?: readonly string[];
}

/** Writes a ModelProto from nothing: nodes, constants, ports, and weights that lie in another file. */
export class GraphBuilder implements NodeWriter {
  readonly #fields: [number, Uint8Array][] = [];
  readonly #operators = new Set<string>();
  readonly #constants = new Map<string, string>();
  #made = 0;

  /** `domain:OpType` of every operator used, sorted. */
  get operators(): string[] {
    return [...this.#operators].sort();
  }

  /** A node of the default operator set; returns its first output. */
  node(opType: string, inputs: readonly string[], options: NodeOptions = {}): string {
    return this.#node('', opType, inputs, options);
  }

  /** A node of com.microsoft. */
  contrib(opType: string, inputs: readonly string[], options: NodeOptions = {}): string {
    return this.#node(CONTRIB, opType, inputs, options);
  }

  #node(domain: string, opType: string, inputs: readonly string[], options: NodeOptions): string {
    const outputs = options.outputs ?? [`${opType}_${this.#made++}`];
    const [first = ''] = outputs;
    const writer = new WireWriter();
    for (const name of inputs) writer.string(1, name);
    for (const name of outputs) writer.string(2, name);
    writer.string(3, `${first}/${opType}`).string(4, opType);
    for (const [name, value] of Object.entries(options.ints ?? {}))
      writer.delimited(5, encodeAttribute(name, value));
    for (const [name, value] of Object.entries(options.floats ?? {}))
      writer.delimited(5, new WireWriter().string(1, name).raw(fixedFloat(2, value)).varint(20, 1).finish());
    if (domain !== '') writer.string(7, domain);
    this.#fields.push([1, writer.finish()]);
    this.#operators.add(`${domain === '' ? 'ai.onnx' : domain}:${opType}`);
    return first;
  }

  /** A constant list of whole numbers; the same list is stored once. */
  integers(values: readonly number[]): string {
    return this.#constant(`ints:${values.join(',')}`, (name) => encodeIntegers(name, values));
  }

  /** A constant whole number without dimensions. */
  integer(value: number): string {
    return this.#constant(`int:${value}`, (name) => encodeInteger(name, value));
  }

  /** A constant number without dimensions. */
  float(value: number): string {
    return this.#constant(`float:${value}`, (name) => encodeFloat(name, value));
  }

  #constant(name: string, encode: (name: string) => Uint8Array): string {
    if (!this.#constants.has(name)) {
      this.#constants.set(name, name);
      this.#fields.push([5, encode(name)]);
    }
    return name;
  }

  /** A weight whose `length` bytes begin at byte `offset` of the file `location`. */
  weight(
    name: string,
    type: number,
    dims: readonly number[],
    { location, offset, length }: { location: string; offset: number; length: number },
  ): string {
    const writer = tensorHead(name, type, dims);
    const entries = { location, offset: String(offset), length: String(length) };
    for (const [key, value] of Object.entries(entries))
      writer.delimited(13, new WireWriter().string(1, key).string(2, value).finish());
    this.#fields.push([5, writer.varint(14, 1).finish()]);
    return name;
  }

  input(name: string, type: number, dims: readonly Dimension[]): string {
    this.#fields.push([11, encodeValueInfo(name, type, dims)]);
    return name;
  }

  output(name: string, type: number, dims: readonly Dimension[]): void {
    this.#fields.push([12, encodeValueInfo(name, type, dims)]);
  }

  /** The serialized ModelProto. */
  finish(): Uint8Array {
    const graph = new WireWriter();
    for (const [field, bytes] of this.#fields) graph.delimited(field, bytes);
    graph.string(2, 'decoder');
    const opset = (domain: string, version: number): Uint8Array =>
      new WireWriter().string(1, domain).varint(2, version).finish();
    return new WireWriter()
      .varint(1, IR_VERSION)
      .string(2, 'leeway')
      .delimited(7, graph.finish())
      .delimited(8, opset('', OPSET))
      .delimited(8, opset(CONTRIB, 1))
      .finish();
  }
}

function tensorHead(name: string, type: number, dims: readonly number[]): WireWriter {
  const writer = new WireWriter();
  for (const dim of dims) writer.varint(1, dim);
  return writer.varint(2, type).string(8, name);
}

/** A protobuf float field. */
function fixedFloat(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(5);
  bytes[0] = field * 8 + 5;
  new DataView(bytes.buffer).setFloat32(1, value, true);
  return bytes;
}
