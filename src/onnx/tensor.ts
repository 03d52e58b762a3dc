import { WireReader, WireWriter, malformed } from './wire.ts';

// Field numbers of TensorProto and StringStringEntryProto.
const DIMS = 1;
const DATA_TYPE = 2;
const INT32_DATA = 5;
const INT64_DATA = 7;
const NAME = 8;
const RAW_DATA = 9;
const EXTERNAL_DATA = 13;
const DATA_LOCATION = 14;
const LOCATION_EXTERNAL = 1;
const FLOAT = 1;
const INT32 = 6;
const INT64 = 7;

/** Where a tensor's bytes are. Offsets and lengths in bytes. */
export type TensorData =
  | { readonly kind: 'inline'; readonly offset: number; readonly length: number }
  | { readonly kind: 'external'; readonly location: string }
  | { readonly kind: 'typed' };

/** A TensorProto whose values stay undecoded. */
export interface Tensor {
  readonly name: string;
  readonly dims: readonly number[];
  /** Element type by ONNX's number. */
  readonly dataType: number;
  readonly data: TensorData;
  /** The whole message, a view of the file. */
  readonly content: Uint8Array;
}

/** Reads a TensorProto without its values. `content` must be a view of the file's buffer. */
export function readTensor(content: Uint8Array, fileStart: number): Tensor {
  const reader = new WireReader(content);
  const dims: bigint[] = [];
  let name = '';
  let dataType = 0;
  let location: string | undefined;
  let isExternal = false;
  let inline: readonly [number, number] | undefined;
  while (reader.next()) {
    if (reader.field === DIMS) reader.integers(dims);
    else if (reader.field === DATA_TYPE) dataType = reader.integer64();
    else if (reader.field === NAME) name = reader.string();
    else if (reader.field === RAW_DATA) inline = reader.range();
    else if (reader.field === EXTERNAL_DATA) {
      const entry = readEntry(reader.message());
      if (entry.key === 'location') location = entry.value;
    } else if (reader.field === DATA_LOCATION) isExternal = reader.integer64() === LOCATION_EXTERNAL;
    else reader.skip();
  }
  if (isExternal && location === undefined) throw malformed(`Tensor ${name} is external but names no file.`);
  const base = content.byteOffset - fileStart;
  let data: TensorData = { kind: 'typed' };
  if (isExternal && location !== undefined) data = { kind: 'external', location };
  else if (inline) data = { kind: 'inline', offset: base + inline[0], length: inline[1] - inline[0] };
  return { name, dims: dims.map((dim) => dimension(dim, name)), dataType, data, content };
}

function readEntry(reader: WireReader): { key: string; value: string } {
  let key = '';
  let value = '';
  while (reader.next()) {
    if (reader.field === 1) key = reader.string();
    else if (reader.field === 2) value = reader.string();
    else reader.skip();
  }
  return { key, value };
}

function dimension(value: bigint, name: string): number {
  if (value < 0n || value > BigInt(Number.MAX_SAFE_INTEGER))
    throw malformed(`Tensor ${name} has a dimension of ${String(value)}.`);
  return Number(value);
}

/** Values of a small int32/int64 tensor that lies in the file, at most 64 of them; undefined for any other. */
export function readSmallIntegers(tensor: Tensor): number[] | undefined {
  if (tensor.dataType !== INT32 && tensor.dataType !== INT64) return undefined;
  if (tensor.data.kind === 'external' || tensor.content.length > 2048) return undefined;
  const typed: bigint[] = [];
  let raw: Uint8Array | undefined;
  const reader = new WireReader(tensor.content);
  while (reader.next()) {
    if (reader.field === RAW_DATA) raw = reader.delimited();
    else if (reader.field === INT32_DATA || reader.field === INT64_DATA) reader.integers(typed);
    else reader.skip();
  }
  const values = raw ? integersOf(raw, tensor.dataType === INT64 ? 8 : 4) : typed.map(Number);
  const count = tensor.dims.reduce((product, dim) => product * dim, 1);
  return values.length === count && count <= 64 ? values : undefined;
}

function integersOf(raw: Uint8Array, width: 4 | 8): number[] {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  return Array.from({ length: Math.floor(raw.byteLength / width) }, (_, i) =>
    width === 8 ? Number(view.getBigInt64(i * 8, true)) : view.getInt32(i * 4, true),
  );
}

/** The same TensorProto with its raw data moved out: `length` bytes at `offset` of the file `location`. */
export function externalised(tensor: Tensor, location: string, offset: number, length: number): Uint8Array {
  const writer = new WireWriter();
  const reader = new WireReader(tensor.content);
  while (reader.next()) {
    reader.skip();
    if (reader.field !== RAW_DATA && reader.field !== EXTERNAL_DATA && reader.field !== DATA_LOCATION)
      writer.raw(reader.raw());
  }
  const entries: [string, string][] = [
    ['location', location],
    ['offset', String(offset)],
    ['length', String(length)],
  ];
  for (const [key, value] of entries) {
    writer.delimited(EXTERNAL_DATA, new WireWriter().string(1, key).string(2, value).finish());
  }
  return writer.varint(DATA_LOCATION, LOCATION_EXTERNAL).finish();
}

/** A one-dimensional int64 TensorProto. */
export function encodeIntegers(name: string, values: readonly number[]): Uint8Array {
  const raw = new Uint8Array(values.length * 8);
  const view = new DataView(raw.buffer);
  values.forEach((value, i) => {
    view.setBigInt64(i * 8, BigInt(value), true);
  });
  return new WireWriter()
    .varint(DIMS, values.length)
    .varint(DATA_TYPE, INT64)
    .string(NAME, name)
    .delimited(RAW_DATA, raw)
    .finish();
}

/** A float32 TensorProto without dimensions. */
export function encodeFloat(name: string, value: number): Uint8Array {
  const raw = new Uint8Array(4);
  new DataView(raw.buffer).setFloat32(0, value, true);
  return new WireWriter().varint(DATA_TYPE, FLOAT).string(NAME, name).delimited(RAW_DATA, raw).finish();
}

/** An int64 TensorProto without dimensions. */
export function encodeInteger(name: string, value: number): Uint8Array {
  const raw = new Uint8Array(8);
  new DataView(raw.buffer).setBigInt64(0, BigInt(value), true);
  return new WireWriter().varint(DATA_TYPE, INT64).string(NAME, name).delimited(RAW_DATA, raw).finish();
}
