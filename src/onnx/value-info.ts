import type { WireReader } from './wire.ts';
import { WireWriter, malformed } from './wire.ts';

/** A dimension: its length, or the name of a symbolic one ('' where the file leaves it open). */
export type Dimension = number | string;

/** A ValueInfoProto of tensor type. */
export interface ValueInfo {
  readonly name: string;
  /** Element type by ONNX's number; absent where the value is no tensor or has none. */
  readonly elementType?: number;
  /** Absent where the file states no shape. */
  readonly dims?: readonly Dimension[];
}

/** Reads a ValueInfoProto. */
export function readValueInfo(reader: WireReader): ValueInfo {
  let name = '';
  let elementType: number | undefined;
  let dims: Dimension[] | undefined;
  while (reader.next()) {
    if (reader.field === 1) name = reader.string();
    else if (reader.field === 2) {
      const type = reader.message();
      while (type.next()) {
        // TypeProto.tensor_type; sequences, maps and optionals stay unread.
        if (type.field === 1) ({ elementType, dims } = readTensorType(type.message()));
        else type.skip();
      }
    } else reader.skip();
  }
  return { name, ...(elementType !== undefined && { elementType }), ...(dims && { dims }) };
}

function readTensorType(reader: WireReader): {
  elementType: number | undefined;
  dims: Dimension[] | undefined;
} {
  let elementType: number | undefined;
  let dims: Dimension[] | undefined;
  while (reader.next()) {
    if (reader.field === 1) elementType = reader.integer64();
    else if (reader.field === 2) {
      dims = [];
      const shape = reader.message();
      while (shape.next()) {
        if (shape.field === 1) dims.push(readDimension(shape.message()));
        else shape.skip();
      }
    } else reader.skip();
  }
  return { elementType, dims };
}

function readDimension(reader: WireReader): Dimension {
  let dimension: Dimension = '';
  while (reader.next()) {
    if (reader.field === 1) {
      const length = reader.integer64();
      if (length < -1) throw malformed(`A declared dimension of ${String(length)}.`);
      // Some exporters write -1 for a free dimension.
      dimension = length === -1 ? '' : length;
    } else if (reader.field === 2) dimension = reader.string();
    else reader.skip();
  }
  return dimension;
}

/** A ValueInfoProto for a tensor; elementType by ONNX's number. */
export function encodeValueInfo(name: string, elementType: number, dims: readonly Dimension[]): Uint8Array {
  const shape = new WireWriter();
  for (const dim of dims) {
    const dimension = new WireWriter();
    if (typeof dim === 'number') dimension.varint(1, dim);
    else if (dim !== '') dimension.string(2, dim);
    shape.delimited(1, dimension.finish());
  }
  const tensor = new WireWriter().varint(1, elementType).delimited(2, shape.finish()).finish();
  return new WireWriter()
    .string(1, name)
    .delimited(2, new WireWriter().delimited(1, tensor).finish())
    .finish();
}
