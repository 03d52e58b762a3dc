const EXPONENT_BIAS = 15;
const INFINITY_BITS = 0x7c00;

/** The float32 of every float16, by its 16 bits (IEEE 754 binary16). Conversion is exact. */
export const HALF_TO_FLOAT: Float32Array = Float32Array.from({ length: 65_536 }, (_, bits) => {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** (1 - EXPONENT_BIAS - 10);
  return sign * (1 + fraction / 1024) * 2 ** (exponent - EXPONENT_BIAS);
});

/** The little-endian float16 at byte `at`. `at + 1` must be inside. */
export function readHalf(source: Uint8Array, at: number): number {
  const bits = (source[at] as number) | ((source[at + 1] as number) << 8);
  return HALF_TO_FLOAT[bits] as number;
}

/**
 * Rounds float32 values to float16 bits, to nearest, ties to even; `into` is at least as long.
 * Returns how many values float16 cannot hold: finite ones that became infinite, infinities and NaN.
 */
export function toFloat16(values: Float32Array, into: Uint16Array): number {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  let lost = 0;
  for (let i = 0; i < values.length; i++) {
    const word = bits[i] as number;
    const magnitude = word & 0x7fffffff;
    let half: number;
    if (magnitude > 0x7f800000) half = 0x7e00;
    else if (magnitude >= 0x477ff000)
      half = INFINITY_BITS; // from 65520 on
    else if (magnitude >= 0x38800000) {
      // Normal: moves the exponent's bias from 127 to 15 and rounds away 13 bits; a carry goes where it should.
      half = (magnitude - 0x38000000 + 0xfff + ((magnitude >> 13) & 1)) >> 13;
    } else half = roundEven(Math.abs(values[i] as number) * 2 ** 24);
    if (half >= INFINITY_BITS) lost++;
    into[i] = ((word >>> 16) & 0x8000) | half;
  }
  return lost;
}

/** Added and taken away again, it leaves a double without its fraction. */
const INTEGERS_FROM = 1.5 * 2 ** 52;

/** The nearest integer, ties to even; for magnitudes below 2^51. */
export function roundEven(value: number): number {
  return value + INTEGERS_FROM - INTEGERS_FROM;
}
