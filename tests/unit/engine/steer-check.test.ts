import { describe, expect, it } from 'vitest';
import type { LeewayError } from '../../../src/errors/leeway-error.ts';
import { waysOf, type Steer } from '../../../src/engine/shared/steer.ts';
import { checkRows } from '../../../src/engine/worker/row-check.ts';

const floats = (...values: number[]): Float32Array => Float32Array.from(values);
const [x, y, z] = [floats(1, 0, 0), floats(0, 1, 0), floats(0, 0, 1)];

function verdict(...steer: Steer[]): string {
  try {
    checkRows([{ tokens: [1, 2], steer }], { layers: 2, hidden: 3, vocabulary: 5 });
    return 'taken';
  } catch (thrown) {
    const { code, message } = thrown as LeewayError;
    expect(message).toMatch(/^Row 1: /);
    return code;
  }
}

describe('steering that a row may ask for', () => {
  it.each<[string, string, Steer[]]>([
    [
      'taken',
      'a vector of any length, twice',
      [
        { layer: 0, vector: floats(9, 9, 9) },
        { layer: 0, vector: x },
      ],
    ],
    [
      'taken',
      'a length kept beyond the row',
      [{ way: 'add-preserving', layer: 1, vector: x, at: { from: 7 } }],
    ],
    ['taken', 'half of a direction', [{ way: 'ablate', layer: 1, vector: x, share: 0.5, at: 'last' }]],
    [
      'taken',
      'a plane and what is at right angles to it',
      [
        { way: 'rotate', layer: 1, plane: [x, y], angle: -7 },
        { way: 'ablate', layer: 1, vector: z },
      ],
    ],
    [
      'taken',
      'one direction at two layers',
      [
        { way: 'ablate', layer: 0, vector: x },
        { way: 'ablate', layer: 1, vector: x },
      ],
    ],
    [
      'vector-length',
      'half a plane of another size',
      [{ way: 'rotate', layer: 0, plane: [x, floats(0, 1)], angle: 1 }],
    ],
    [
      'vector-invalid',
      'a plane with NaN',
      [{ way: 'rotate', layer: 0, plane: [x, floats(0, NaN, 0)], angle: 1 }],
    ],
    [
      'vector-invalid',
      'a direction that is too long',
      [{ way: 'ablate', layer: 0, vector: floats(2, 0, 0) }],
    ],
    ['vector-invalid', 'a direction of zeros', [{ way: 'ablate', layer: 0, vector: floats(0, 0, 0) }]],
    [
      'vector-invalid',
      'a skew plane',
      [{ way: 'rotate', layer: 0, plane: [x, floats(0.6, 0.8, 0)], angle: 1 }],
    ],
    [
      'vector-invalid',
      'a direction inside of a plane',
      [
        { way: 'rotate', layer: 1, plane: [x, y], angle: 1 },
        { way: 'ablate', layer: 1, vector: y },
      ],
    ],
    [
      'request-invalid',
      'an angle that is none',
      [{ way: 'rotate', layer: 0, plane: [x, y], angle: Infinity }],
    ],
    ['request-invalid', 'more than all', [{ way: 'ablate', layer: 0, vector: x, share: 1.5 }]],
    ['request-invalid', 'a share that is none', [{ way: 'ablate', layer: 0, vector: x, share: NaN }]],
    ['request-invalid', 'a place before the row', [{ layer: 0, vector: x, at: { from: -1 } }]],
    ['request-invalid', 'half a place', [{ layer: 0, vector: x, at: { from: 0.5 } }]],
    ['request-invalid', 'a layer that is not there', [{ way: 'ablate', layer: 2, vector: x }]],
  ])('%s: %s', (code, _, steer) => {
    expect(verdict(...steer)).toBe(code);
  });

  it('says what a model has to be loaded for', () => {
    const rows = (...steer: Steer[]): { steer?: Steer[] }[] => [{}, { steer }];
    expect(waysOf(rows({ layer: 0, vector: x }, { way: 'add', layer: 1, vector: x, at: 'all' }))).toBe('add');
    expect(waysOf(rows({ layer: 0, vector: x, at: 'last' }))).toBe('all');
    expect(waysOf(rows({ layer: 0, vector: x, at: { from: 2 } }))).toBe('all');
    expect(waysOf(rows({ way: 'add-preserving', layer: 0, vector: x }))).toBe('all');
    expect(waysOf(rows({ way: 'ablate', layer: 0, vector: x }))).toBe('all');
  });
});
