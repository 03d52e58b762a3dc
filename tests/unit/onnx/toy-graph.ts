import { encodeValueInfo } from '../../../src/onnx/value-info.ts';
import { WireWriter } from '../../../src/onnx/wire.ts';

const FLOAT = 1;
const UINT8 = 2;
const INT64 = 7;
const FLOAT16 = 10;

/** Deterministic numbers in (-1, 1). */
export function seededNoise(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (((t ^ (t >>> 14)) >>> 0) / 4294967296) * 2 - 1;
  };
}

/** Bits of the half-precision number next to `value` (normal range, truncated). */
export function halfBits(value: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer)[0] ?? 0;
  const exponent = ((bits >>> 23) & 0xff) - 112;
  return ((bits >>> 16) & 0x8000) | (exponent <= 0 ? 0 : (exponent << 10) | ((bits >>> 13) & 0x3ff));
}

type AttributeValue = number | readonly number[] | { readonly float: number };

/** Writes small ONNX graphs for tests. */
export class ToyGraph {
  readonly float: number;
  private readonly graph = new WireWriter();
  private readonly noise: () => number;
  private count = 0;

  constructor({ seed = 1, half = false }: { seed?: number; half?: boolean } = {}) {
    this.noise = seededNoise(seed);
    this.float = half ? FLOAT16 : FLOAT;
  }

  /** Adds a node and returns its output; `output` may name it, else it gets a number. '' inputs are left out. */
  node(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
    output: string | readonly string[] = `t${String(this.count++)}`,
  ): string {
    const [domain, opType] = operator.includes(':') ? operator.split(':') : ['', operator];
    const outputs = typeof output === 'string' ? [output] : output;
    const writer = new WireWriter();
    for (const value of inputs) writer.string(1, value);
    for (const value of outputs) writer.string(2, value);
    writer.string(4, opType ?? '').string(7, domain ?? '');
    for (const [name, value] of Object.entries(attributes)) writer.delimited(5, attribute(name, value));
    this.graph.delimited(1, writer.finish());
    return outputs[0] ?? '';
  }

  /** A weight of the toy's float type, filled with `fill` or with noise around 0. */
  weight(dims: readonly number[], fill?: number): string {
    const length = dims.reduce((a, b) => a * b, 1);
    const values = Array.from({ length }, () => fill ?? this.noise() * 0.6);
    const raw =
      this.float === FLOAT
        ? new Uint8Array(Float32Array.from(values).buffer)
        : new Uint8Array(Uint16Array.from(values, halfBits).buffer);
    return this.initializer(dims, this.float, raw);
  }

  integers(values: readonly number[]): string {
    return this.initializer(
      [values.length],
      INT64,
      new Uint8Array(BigInt64Array.from(values, BigInt).buffer),
    );
  }

  /** A weight of bytes. */
  bytes(dims: readonly number[], values: Uint8Array): string {
    return this.initializer(dims, UINT8, values);
  }

  input(name: string, dims: readonly (number | string)[], type = INT64): string {
    this.graph.delimited(11, encodeValueInfo(name, type, dims));
    return name;
  }

  output(name: string, dims: readonly (number | string)[], type = this.float): void {
    this.graph.delimited(12, encodeValueInfo(name, type, dims));
  }

  /** The serialized ModelProto. */
  finish(): Uint8Array {
    const opset = (domain: string, version: number): Uint8Array =>
      new WireWriter().string(1, domain).varint(2, version).finish();
    return new WireWriter()
      .varint(1, 8)
      .delimited(7, new WireWriter().raw(this.graph.finish()).string(2, 'toy').finish())
      .delimited(8, opset('', 17))
      .delimited(8, opset('com.microsoft', 1))
      .finish();
  }

  private initializer(dims: readonly number[], type: number, raw: Uint8Array): string {
    const name = `w${String(this.count++)}`;
    const writer = new WireWriter();
    for (const dim of dims) writer.varint(1, dim);
    this.graph.delimited(5, writer.varint(2, type).string(8, name).delimited(9, raw).finish());
    return name;
  }
}

function attribute(name: string, value: AttributeValue): Uint8Array {
  const writer = new WireWriter().string(1, name);
  if (typeof value === 'number') return writer.varint(3, value).varint(20, 2).finish();
  if ('float' in value) {
    // tag of field 2, wire type 5
    const bytes = new Uint8Array(Float32Array.of(value.float).buffer);
    return writer.raw(Uint8Array.of(0x15)).raw(bytes).varint(20, 1).finish();
  }
  for (const one of value) writer.varint(8, one);
  return writer.varint(20, 7).finish();
}
