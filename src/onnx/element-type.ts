/** ONNX element types by their number in TensorProto.DataType. */
const NAMES = [
  'undefined',
  'float32',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  'string',
  'bool',
  'float16',
  'float64',
  'uint32',
  'uint64',
  'complex64',
  'complex128',
  'bfloat16',
  'float8e4m3fn',
  'float8e4m3fnuz',
  'float8e5m2',
  'float8e5m2fnuz',
  'uint4',
  'int4',
  'float4e2m1',
] as const;

export type ElementType = (typeof NAMES)[number];

/** The number that ONNX gives the type. */
export function elementCode(name: ElementType): number {
  return NAMES.indexOf(name);
}

/** The type behind ONNX's number; numbers newer than this table are 'undefined'. */
export function elementName(code: number | undefined): ElementType {
  return NAMES[code ?? 0] ?? 'undefined';
}
