import { describe, expect, it } from 'vitest';
import { dequantizeRows } from '../../../src/gguf/dequantize.ts';
import { packRows, weightLayout } from '../../../src/gguf/grid.ts';
import { isReadable, tensorBytes, WEIGHT_TYPES, weightType } from '../../../src/gguf/weight-type.ts';
import { COLUMNS, faultOf, GOLDENS, ROWS } from './block-goldens.ts';

describe('weight types', () => {
  it.each(GOLDENS)('know name and size of $name', ({ name, type, data }) => {
    expect(type.name).toBe(name);
    expect(isReadable(type)).toBe(true);
    expect(tensorBytes(type, ROWS * COLUMNS)).toBe(data.length);
  });

  it('have a golden for every type that is read', () => {
    const readable = WEIGHT_TYPES.filter(isReadable).map((type) => type.name);
    expect(GOLDENS.map((entry) => entry.name).sort()).toEqual(readable.sort());
  });

  it.each([
    [16, 'IQ2_XXS'],
    [19, 'IQ1_S'],
    [34, 'TQ1_0'],
    [27, 'I64'],
    [40, 'NVFP4'],
  ])('name type %i, which is not read, %s', (id, name) => {
    const type = weightType(id);
    const expected = { code: 'gguf-unsupported', message: `${name} is not supported.` };
    expect(faultOf(() => weightLayout(type))).toMatchObject(expected);
    expect(faultOf(() => packRows(type, new Uint8Array(0), 0, 0, {}))).toMatchObject(expected);
    expect(faultOf(() => dequantizeRows(type, new Uint8Array(0), 0, 0, new Float32Array(0)))).toMatchObject(
      expected,
    );
  });

  it.each([4, 31, 43, -1, 1.5, NaN])('refuse the id %d', (id) => {
    expect(faultOf(() => weightType(id))).toMatchObject({ code: 'gguf-unsupported' });
  });

  it.each([
    [2, 31],
    [12, 128],
    [0, -1],
    [0, 0.5],
    [0, 2 ** 53],
    [8, NaN],
  ])('refuse type %i with %d elements', (id, elements) => {
    expect(faultOf(() => tensorBytes(weightType(id), elements))).toMatchObject({ code: 'gguf-malformed' });
  });
});
