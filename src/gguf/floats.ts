import { HALF_TO_FLOAT } from './half.ts';
import type { WeightType } from './weight-type.ts';

/**
 * Reads `count` weights of F32, F16 or BF16 from byte `at` on into the start of `into`; exact.
 * Like every machine that a browser runs on, it takes memory to be little-endian.
 */
export function readFloats(
  type: WeightType,
  source: Uint8Array,
  at: number,
  count: number,
  into: Float32Array,
): void {
  const words = new Uint32Array(into.buffer, into.byteOffset, count);
  if (type.name === 'F32') {
    // By bytes, for a slice of a file need not start at a multiple of four.
    new Uint8Array(into.buffer, into.byteOffset, count * 4).set(source.subarray(at, at + count * 4));
  } else if (type.name === 'F16') {
    for (let i = 0, byte = at; i < count; i++, byte += 2) {
      const bits = (source[byte] as number) | ((source[byte + 1] as number) << 8);
      const exponent = bits & 0x7c00;
      // Normal numbers by arithmetic: over many weights the table of all of them is slower.
      if (exponent === 0 || exponent === 0x7c00) into[i] = HALF_TO_FLOAT[bits] as number;
      else words[i] = ((bits & 0x8000) << 16) | (((bits & 0x7fff) << 13) + 0x38000000);
    }
  } else {
    // BF16 is the upper half of a float32.
    for (let i = 0, byte = at; i < count; i++, byte += 2) {
      words[i] = ((source[byte] as number) << 16) | ((source[byte + 1] as number) << 24);
    }
  }
}
