import { describe, expect, it } from 'vitest';
import { dequantizeRows } from '../../../src/gguf/dequantize.ts';
import { weightType } from '../../../src/gguf/weight-type.ts';
import { bitsOf, COLUMNS, faultOf, golden, GOLDENS, ROWS } from './block-goldens.ts';

describe.each(GOLDENS)('weights of $name', ({ type, data, values }) => {
  const into = (): Float32Array => new Float32Array(ROWS * COLUMNS).fill(NaN);

  it('are gguf-py’s, bit by bit', () => {
    const found = into();
    dequantizeRows(type, data, ROWS, COLUMNS, found);
    expect(bitsOf(found)).toEqual(bitsOf(values.slice()));
  });

  it('are the same from rows at an odd place of a file', () => {
    const bytes = data.length / ROWS;
    const shifted = new Uint8Array(bytes + 3);
    shifted.set(data.subarray(5 * bytes, 6 * bytes), 3);
    const found = new Float32Array(COLUMNS);
    dequantizeRows(type, shifted.subarray(3), 1, COLUMNS, found);
    expect(bitsOf(found)).toEqual(bitsOf(values.slice(5 * COLUMNS, 6 * COLUMNS)));
  });

  it('need all their bytes', () => {
    const fault = faultOf(() => dequantizeRows(type, data.subarray(1), ROWS, COLUMNS, into()));
    expect(fault).toMatchObject({ code: 'gguf-truncated' });
  });

  it.runIf(type.elements > 1)('need whole blocks', () => {
    const fault = faultOf(() => dequantizeRows(type, data, 1, COLUMNS - 16, into()));
    expect(fault).toMatchObject({ code: 'gguf-malformed' });
  });
});

const NAN = [0x00, 0x7e];
const INFINITE = [0x00, 0xfc];

/** Where each type keeps its float16 scales and minima. */
const HALVES: [string, number][] = [
  ['F16', 0],
  ['Q4_0', 0],
  ['Q4_1', 0],
  ['Q4_1', 2],
  ['Q5_0', 0],
  ['Q5_1', 0],
  ['Q5_1', 2],
  ['Q8_0', 0],
  ['Q2_K', 80],
  ['Q2_K', 82],
  ['Q3_K', 108],
  ['Q4_K', 0],
  ['Q4_K', 2],
  ['Q5_K', 0],
  ['Q5_K', 2],
  ['Q6_K', 208],
  ['IQ4_NL', 0],
  ['IQ4_XS', 0],
];

describe('a scale that is not finite', () => {
  it.each(HALVES.flatMap(([name, at]) => [NAN, INFINITE].map((bits) => ({ name, at, bits }))))(
    'is refused: $name, $bits at byte $at',
    ({ name, at, bits }) => {
      const { type } = golden(name);
      // Ones, for an infinite scale times nought would be NaN and an infinite minimum of nought none.
      const data = new Uint8Array(type.bytes).fill(0x11);
      data.set(bits, at);
      const fault = faultOf(() =>
        dequantizeRows(type, data, 1, type.elements, new Float32Array(type.elements)),
      );
      expect(fault).toMatchObject({ code: 'gguf-malformed' });
      expect(fault?.message).toContain(name);
    },
  );

  it.each([
    ['F32', 0, [0, 0, 0x80, 0x7f]],
    ['F32', 0, [1, 0, 0x80, 0xff]],
    ['BF16', 0, [0x80, 0x7f]],
    ['Q8_K', 0, [0, 0, 0xc0, 0x7f]],
    ['MXFP4', 0, [255]],
  ] as const)('is refused: %s at byte %i, %j', (name, at, bits) => {
    const { type } = golden(name);
    const data = new Uint8Array(type.bytes);
    data.set(bits, at);
    const fault = faultOf(() =>
      dequantizeRows(type, data, 1, type.elements, new Float32Array(type.elements)),
    );
    expect(fault).toMatchObject({ code: 'gguf-malformed' });
  });
});

it('no rows are no fault', () => {
  dequantizeRows(weightType(12), new Uint8Array(0), 0, 256, new Float32Array(0));
});
