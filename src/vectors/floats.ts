import { HALF_TO_FLOAT } from '../gguf/half.ts';

/** Numbers that vector files are written in; all are read, 32-bit floats are written. */
export type FloatType = 'F32' | 'F16' | 'BF16' | 'F64';

export const FLOAT_BYTES: Readonly<Record<FloatType, number>> = { F32: 4, F16: 2, BF16: 2, F64: 8 };

/** Little-endian numbers as 32-bit floats: exact, but for F64, which is rounded. `bytes` may start anywhere in a buffer. */
export function floatsOf(type: FloatType, bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = {
    F32: (at: number) => view.getFloat32(at, true),
    F64: (at: number) => view.getFloat64(at, true),
    F16: (at: number) => HALF_TO_FLOAT[view.getUint16(at, true)] as number,
    BF16: (at: number) => {
      word.setUint32(0, view.getUint16(at, true) << 16);
      return word.getFloat32(0);
    },
  }[type];
  const width = FLOAT_BYTES[type];
  return Float32Array.from({ length: bytes.length / width }, (_, i) => read(i * width));
}

const word = new DataView(new ArrayBuffer(4));

/** The little-endian bytes of 32-bit floats. */
export function bytesOf(values: Float32Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => view.setFloat32(i * 4, value, true));
  return bytes;
}
