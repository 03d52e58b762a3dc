import { describe, expect, it } from 'vitest';
import { HALF_TO_FLOAT, readHalf, toFloat16 } from '../../../src/gguf/half.ts';
import { golden, ROWS } from './block-goldens.ts';

const halfOf = (value: number): number => {
  const into = new Uint16Array(1);
  toFloat16(Float32Array.of(value), into);
  return into[0] ?? NaN;
};

describe('float16', () => {
  it('rounds as ggml does', () => {
    const source = golden('F32').values;
    const { data } = golden('F16');
    // The last two rows are random bytes of their own.
    const count = (source.length / ROWS) * (ROWS - 2);
    const into = new Uint16Array(count);
    expect(toFloat16(source.subarray(0, count), into)).toBe(0);
    expect(new Uint8Array(into.buffer)).toEqual(data.slice(0, count * 2));
  });

  it('gives every float16 back', () => {
    const finite = Uint16Array.from({ length: 65_536 }, (_, i) => i).filter(
      (bits) => (bits & 0x7c00) < 0x7c00,
    );
    const into = new Uint16Array(finite.length);
    expect(
      toFloat16(
        Float32Array.from(finite, (bits) => HALF_TO_FLOAT[bits] ?? NaN),
        into,
      ),
    ).toBe(0);
    expect(into).toEqual(finite);
  });

  it('rounds a tie to the even neighbour, and what is past it up', () => {
    const ties = Float32Array.from(
      { length: 0x7bff },
      (_, bits) => ((HALF_TO_FLOAT[bits] ?? NaN) + (HALF_TO_FLOAT[bits + 1] ?? NaN)) / 2,
    );
    const rounded = (factor: number): Uint16Array => {
      const into = new Uint16Array(ties.length);
      toFloat16(
        ties.map((tie) => tie * factor),
        into,
      );
      return into;
    };
    expect(rounded(1)).toEqual(Uint16Array.from(ties, (_, bits) => bits + (bits % 2)));
    expect(rounded(1 + 2 ** -23)).toEqual(Uint16Array.from(ties, (_, bits) => bits + 1));
    expect(rounded(-1 + 2 ** -23)).toEqual(Uint16Array.from(ties, (_, bits) => bits + 0x8000));
  });

  it.each([
    [65504, 0x7bff],
    [65519.99, 0x7bff],
    [65520, 0x7c00],
    [-65520, 0xfc00],
    [3e38, 0x7c00],
    [Infinity, 0x7c00],
    [-0, 0x8000],
    [1e-45, 0],
    [2 ** -25, 0],
    [2 ** -24, 1],
  ])('holds %d as %i', (value, bits) => {
    expect(halfOf(value)).toBe(bits);
  });

  it('counts what it cannot hold', () => {
    const values = Float32Array.of(1, 65504, 65519.9, 65520, -1e9, Infinity, NaN);
    const into = new Uint16Array(values.length);
    expect(toFloat16(values, into)).toBe(4);
    expect(HALF_TO_FLOAT[into[6] ?? 0]).toBeNaN();
  });

  it('is read little-endian', () => {
    expect(readHalf(Uint8Array.of(9, 0x00, 0xc0), 1)).toBe(-2);
    expect(HALF_TO_FLOAT[0xfc00]).toBe(-Infinity);
  });
});
