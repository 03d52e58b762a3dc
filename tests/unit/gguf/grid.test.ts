import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxDifference } from '../../max-difference.ts';
import { packRows, weightLayout } from '../../../src/gguf/grid.ts';
import { weightType, type WeightType } from '../../../src/gguf/weight-type.ts';
import {
  bitsOf,
  codeAt,
  COLUMNS,
  emptyPack,
  faultOf,
  golden,
  GOLDENS,
  pack,
  ROWS,
  unpack,
  type Packed,
} from './block-goldens.ts';

const F32 = weightType(0);
const Q4_0 = weightType(2);
const Q4_1 = weightType(3);

/** The largest |scale × (code − zero) − weight| in halves of a step; what float32 itself rounds away is let through. */
function worst(packed: Packed, values: Float32Array): number {
  const found = unpack(packed);
  return values.reduce((most, value, i) => {
    const step = Math.abs(packed.scales[Math.floor(i / packed.layout.block)] ?? NaN);
    const error = Math.abs((found[i] ?? NaN) - value) - (Math.abs(value) + 255 * step) * 2 ** -23;
    return Number.isNaN(error) ? NaN : Math.max(most, error > 0 ? error / (step / 2) : 0);
  }, 0);
}

const bytesOf = (values: readonly number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);

const half = (value: number): [number, number] => {
  const bits = [
    [0, 0],
    [1, 0x3c00],
    [-1, 0xbc00],
    [0.5, 0x3800],
    [-7.5, 0xc780],
    [100, 0x5640],
    [-1000, 0xe3d0],
    [2 ** -24, 1],
  ].find(([known]) => known === value)?.[1];
  if (bits === undefined) throw new Error(`No float16 for ${String(value)}`);
  return [bits & 255, bits >> 8];
};

/** A Q4_1 block whose levels run from 0 to 15 and back. */
const affineBlock = (scale: number, minimum: number): Uint8Array =>
  Uint8Array.from([
    ...half(scale),
    ...half(minimum),
    ...Array.from({ length: 16 }, (_, j) => j | ((15 - j) << 4)),
  ]);

describe.each(GOLDENS)('packed $name', ({ name, type, data, values }) => {
  const { exact, zeroPoints } = weightLayout(type);
  const packed = pack(type, data, ROWS, COLUMNS);

  it.runIf(exact)('is the very weights', () => {
    // 0 × a negative scale is −0 on both sides.
    expect(bitsOf(unpack(packed))).toEqual(bitsOf(values.slice()));
  });

  it.runIf(!exact)('is off by half a step at most', () => {
    expect(worst(packed, values)).toBeLessThanOrEqual(1);
  });

  it.runIf(zeroPoints)('keeps the distances of levels in what ggml quantized', () => {
    const { block } = packed.layout;
    const found = unpack(packed);
    let strayed = -Infinity;
    // Of rows 0 and 1, which are as models have them.
    for (let from = 0; from < 2 * COLUMNS; from += block) {
      const first = (found[from] ?? NaN) - (values[from] ?? NaN);
      const scale = Math.abs(packed.scales[from / block] ?? NaN);
      for (let i = from; i < from + block; i++)
        strayed = Math.max(strayed, Math.abs((found[i] ?? NaN) - (values[i] ?? NaN) - first) - scale * 2e-4);
    }
    expect(strayed).toBeLessThanOrEqual(0);
  });

  it('is the same from slices of rows', () => {
    const whole = emptyPack(type, ROWS, COLUMNS);
    const per = (array: ArrayLike<number>): number => array.length / ROWS;
    for (const [from, end] of [
      [0, 3],
      [3, 4],
      [4, ROWS],
    ] as const) {
      const part = <Array extends Uint8Array | Float32Array>(array: Array): Array =>
        array.subarray(from * per(array), end * per(array)) as Array;
      packRows(type, part(data), end - from, COLUMNS, {
        codes: part(whole.codes),
        scales: part(whole.scales),
        zeroPoints: part(whole.zeroPoints),
      });
    }
    expect(whole).toEqual(packed);
  });

  it('fills only what is asked for', () => {
    const alone = emptyPack(type, ROWS, COLUMNS);
    packRows(type, data, ROWS, COLUMNS, { scales: alone.scales });
    packRows(type, data, ROWS, COLUMNS, { codes: alone.codes });
    packRows(type, data, ROWS, COLUMNS, { zeroPoints: alone.zeroPoints });
    expect(alone).toEqual(packed);
  });

  it('needs all bytes, whole blocks and room', () => {
    expect(faultOf(() => packRows(type, data.subarray(1), ROWS, COLUMNS, {}))?.code).toBe('gguf-truncated');
    const fault = faultOf(() => packRows(type, data, ROWS, COLUMNS, { codes: packed.codes.subarray(1) }));
    expect(fault?.code).toBe('internal');
    if (type.elements > 1)
      expect(faultOf(() => packRows(type, data, 1, COLUMNS - 16, {}))?.code).toBe('gguf-malformed');
  });

  it('refuses scales that are not finite, whatever is asked for', () => {
    const broken = data.slice();
    // All bits set make NaN of every kind of scale, wherever it stands.
    broken.fill(0xff, type.bytes, 2 * type.bytes);
    const places = emptyPack(type, ROWS, COLUMNS);
    for (const into of [{}, { codes: places.codes }, { scales: places.scales }]) {
      const fault = faultOf(() => packRows(type, broken, ROWS, COLUMNS, into));
      expect(fault).toMatchObject({ code: 'gguf-malformed' });
      expect(fault?.message).toContain(name);
    }
  });
});

describe('layouts', () => {
  it.each([
    ['Q4_0', 4, 32, false],
    ['Q3_K', 4, 16, false],
    ['Q8_0', 8, 32, false],
    ['Q4_K', 8, 32, true],
    ['Q2_K', 8, 16, true],
    ['Q6_K', 8, 16, false],
    ['IQ4_XS', 8, 32, false],
    ['F16', 8, 16, false],
  ] as const)('%s: %i bits in blocks of %i, zero points: %s', (name, bits, block, zeroPoints) => {
    expect(weightLayout(golden(name).type)).toMatchObject({ bits, block, zeroPoints });
  });
});

describe('four bits', () => {
  it('stand with the even column in the low half', () => {
    // ggml keeps elements j and j + 16 in one byte.
    const qs = Array.from({ length: 16 }, (_, j) => j | ((15 - j) << 4));
    const packed = pack(Q4_0, Uint8Array.from([...half(1), ...qs]), 1, 32);
    expect([...packed.codes.subarray(0, 3)]).toEqual([0x10, 0x32, 0x54]);
    expect([...packed.codes.subarray(8, 11)]).toEqual([0xef, 0xcd, 0xab]);
    expect(unpack(packed)[1]).toBe(-7);
    expect(unpack(packed)[16]).toBe(7);
  });
});

describe('affine blocks', () => {
  const weights = (scale: number, minimum: number): number[] =>
    Array.from({ length: 32 }, (_, i) => scale * (i < 16 ? i : 31 - i) + minimum);

  it.each([
    [1, 0],
    [1, -7.5],
    [-1, 0],
    [1, 100],
    [-1, 100],
    [1, -1000],
    [-1, -1000],
    [2 ** -24, 100],
    [2 ** -24, -1000],
    [-1, -7.5],
    [1, 0.5],
  ])('of scale %d and minimum %d are off by half a step at most', (scale, minimum) => {
    const packed = pack(Q4_1, affineBlock(scale, minimum), 1, 32);
    const expected = Float32Array.from(weights(scale, minimum));
    expect(worst(packed, expected)).toBeLessThanOrEqual(1);
    // In the weights' own measure: half of a 17th of a level or, far from 0, a 255th of the largest weight.
    const bound = Math.max(Math.max(...expected.map(Math.abs)) / 255, Math.abs(scale) / 34);
    expect(maxDifference(unpack(packed), expected)).toBeLessThanOrEqual(bound);
  });

  it.each([0, 1, -1, 0.5, 100, -1000, 2 ** -24])('of scale 0 are %d exactly', (minimum) => {
    const packed = pack(Q4_1, affineBlock(0, minimum), 1, 32);
    expect([...unpack(packed)]).toEqual(new Array(32).fill(minimum));
  });

  it('of a minimum that is a whole number of levels are exact', () => {
    expect([...unpack(pack(Q4_1, affineBlock(1, -1), 1, 32))]).toEqual(weights(1, -1));
  });
});

describe('floats', () => {
  // Steps of subnormal numbers have lengths of their own.
  const finite = fc
    .float({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 })
    .map((value) => (Math.abs(value) < 1e-30 ? 0 : value));

  it('pad a row’s last block with noughts', () => {
    const packed = pack(F32, bytesOf([1, -1, 0.5, 2, 2, -2]), 2, 3);
    expect(packed.scales).toEqual(Float32Array.of(1 / 127, 2 / 127));
    expect([...packed.codes.subarray(0, 16)]).toEqual([255, 1, 192, ...new Array<number>(13).fill(128)]);
    expect([...packed.codes.subarray(16)]).toEqual([255, 255, 1, ...new Array<number>(13).fill(128)]);
  });

  it('round ties to even', () => {
    const packed = pack(F32, bytesOf([127, 0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0]), 1, 8);
    expect([...packed.codes.subarray(0, 8)].map((code) => code - 128)).toEqual([127, 0, 2, 2, 0, -2, -2, 0]);
  });

  it('of nothing but noughts have a scale of 0', () => {
    const packed = pack(F32, bytesOf(new Array<number>(16).fill(0)), 1, 16);
    expect(packed.scales[0]).toBe(0);
    expect([...packed.codes]).toEqual(new Array(16).fill(128));
  });

  it.each([
    [NaN, 1],
    [1, NaN],
    [Infinity, 1],
    [1, -Infinity],
    [3e38, 1],
  ])('refuse %d beside %d', (...values) => {
    expect(faultOf(() => packRows(F32, bytesOf(values), 1, 2, {}))?.code).toBe('gguf-malformed');
  });

  it('are off by half a step at most, at any width', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }),
        fc.array(finite, { minLength: 1, maxLength: 70 }),
        (rows, row) => {
          const packed = pack(F32, bytesOf(new Array(rows).fill(row).flat() as number[]), rows, row.length);
          const width = packed.codes.length / rows;
          const padded = Float32Array.from({ length: packed.codes.length }, (_, i) => row[i % width] ?? 0);
          return worst(packed, padded) <= 1;
        },
      ),
    );
  });
});

describe('any bytes', () => {
  const readable = GOLDENS.map((entry) => entry.type);

  it('are packed within the bound or refused by a typed error', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<WeightType>(...readable),
        fc.uint8Array({ minLength: 300, maxLength: 300 }),
        (type, data) => {
          const packed = emptyPack(type, 1, type.elements);
          const code = faultOf(() => packRows(type, data, 1, type.elements, packed))?.code;
          if (code !== undefined) return code === 'gguf-malformed';
          return packed.scales.every(Number.isFinite) && unpack(packed).every(Number.isFinite);
        },
      ),
      { numRuns: 500 },
    );
  });
});

it('codes are read where this file says', () => {
  const packed = pack(Q4_0, golden('Q4_0').data, ROWS, COLUMNS);
  expect(codeAt(packed, 0)).toBe((packed.codes[0] ?? NaN) & 15);
  expect(codeAt(packed, 1)).toBe((packed.codes[0] ?? NaN) >> 4);
});
