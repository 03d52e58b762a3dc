import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cosine, MeanDifference, norm, scaled } from '../../../src/science/steering-vector.ts';

const direction = Float32Array.from([3, 4]);

describe('mean difference', () => {
  it('points from low to high: positive strength moves toward the high pole', () => {
    const mean = new MeanDifference(2);
    mean.add([2, 1], [1, 1]);
    mean.add([4, 1], [1, 1]);
    expect([...mean.mean()]).toEqual([2, 0]);
    expect(mean.pairs).toBe(2);
  });

  it('turns round when the poles are swapped', () => {
    const pair = fc.tuple(
      fc.array(fc.float({ noNaN: true, min: -9, max: 9 }), { minLength: 3, maxLength: 3 }),
      fc.array(fc.float({ noNaN: true, min: -9, max: 9 }), { minLength: 3, maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1, maxLength: 5 }), (pairs) => {
        const one = new MeanDifference(3);
        const other = new MeanDifference(3);
        for (const [high, low] of pairs) {
          one.add(high, low);
          other.add(low, high);
        }
        one.mean().forEach((value, i) => expect(other.mean()[i]).toBeCloseTo(-value, 6));
      }),
    );
  });

  it('refuses wrong lengths and an empty mean', () => {
    expect(() => new MeanDifference(2).add([1], [1, 2])).toThrow(RangeError);
    expect(() => new MeanDifference(2).mean()).toThrow(RangeError);
  });
});

describe('strength', () => {
  it('counts in norm units or in raw multiples', () => {
    const vector = { layer: 0, direction, residualNorm: 20 };
    expect(norm(scaled(vector, 0.5, 'norm'))).toBeCloseTo(10);
    expect([...scaled(vector, 2, 'raw')]).toEqual([6, 8]);
    expect(cosine(scaled(vector, -0.1, 'norm'), direction)).toBeCloseTo(-1);
    expect(norm(scaled({ ...vector, direction: new Float32Array(2) }, 1, 'norm'))).toBe(0);
  });
});
