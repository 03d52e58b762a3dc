import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agreement } from '../../../../src/science/directions/agreement.ts';
import { directionOf, METHODS, type Method } from '../../../../src/science/directions/direction.ts';
import { gramMatrix } from '../../../../src/science/directions/gram.ts';
import { leadingEigenpair } from '../../../../src/science/directions/leading-eigenvector.ts';
import { logisticFit } from '../../../../src/science/directions/logistic-regression.ts';
import { PairResiduals } from '../../../../src/science/directions/pair-residuals.ts';
import { seededRandom } from '../../../../src/science/statistics/random.ts';
import { cosine, norm } from '../../../../src/science/steering-vector.ts';

interface Span {
  readonly offset: number;
  readonly length: number;
}

interface Golden {
  readonly cases: readonly {
    readonly name: string;
    readonly pairs: number;
    readonly hidden: number;
    readonly residuals: Span;
    readonly directions: Readonly<Record<Method, Span>>;
    readonly agreement: { readonly pairwise: number; readonly to_mean: number };
  }[];
}

const folder = new URL('../../../fixtures/vectors/', import.meta.url);
const golden = JSON.parse(readFileSync(new URL('directions.json', folder), 'utf8')) as Golden;
const floats = new Float32Array(new Uint8Array(readFileSync(new URL('directions.f32', folder))).buffer);
const spanOf = ({ offset, length }: Span): Float32Array => floats.subarray(offset, offset + length);

function residualsOf({ residuals, pairs, hidden }: Golden['cases'][number]): PairResiduals {
  const rows = spanOf(residuals);
  const of = new PairResiduals(hidden);
  for (let at = 0; at < pairs * 2 * hidden; at += 2 * hidden)
    of.add(rows.subarray(at, at + hidden), rows.subarray(at + hidden, at + 2 * hidden));
  return of;
}

describe.each(golden.cases)('beside scikit-learn: $name', (sample) => {
  const pairs = residualsOf(sample);

  it.each(METHODS)('%s is the same direction, at the same length', (method) => {
    const { direction, converged } = directionOf(pairs, method);
    const reference = spanOf(sample.directions[method]);
    expect(converged).toBe(true);
    expect(cosine(direction, reference)).toBeGreaterThan(0.999999);
    expect(norm(direction) / norm(reference)).toBeCloseTo(1, 5);
  });

  it('agreement is the same', () => {
    const { direction } = directionOf(pairs, 'mean');
    const places = pairs.high.map((_, pair) => ({ stratum: '', cluster: String(pair) }));
    const found = agreement(pairs.differences(), direction, places, { seed: 1, resamples: 50 });
    expect(found?.pairwise.mean).toBeCloseTo(sample.agreement.pairwise, 6);
    expect(found?.toDirection.mean).toBeCloseTo(sample.agreement.to_mean, 6);
  });
});

type Row = readonly number[];
type Pair = readonly [high: Row, low: Row];

const WIDTH = 6;

/** Pairs that share a direction, so that every method has something to find. */
const somePairs = fc
  .record({ seed: fc.integer(), n: fc.integer({ min: 3, max: 9 }) })
  .map(({ seed, n }): Pair[] => {
    const random = seededRandom(seed);
    const numbers = (size: number): number[] => Array.from({ length: WIDTH }, () => size * (random() - 0.5));
    const axis = numbers(4);
    return Array.from({ length: n }, () => {
      const low = numbers(10);
      const off = numbers(2);
      return [low.map((value, i) => value + (axis[i] ?? 0) + (off[i] ?? 0)), low];
    });
  });

const found = (pairs: readonly Pair[], method: Method): Float32Array => {
  const residuals = new PairResiduals(WIDTH);
  for (const [high, low] of pairs) residuals.add(high, low);
  const { direction, converged } = directionOf(residuals, method);
  expect(converged).toBe(true);
  return direction;
};

const same = (a: Float32Array, b: Float32Array, factor = 1): void =>
  a.forEach((value, i) => expect((b[i] ?? NaN) * factor).toBeCloseTo(value, 3));

describe.each(METHODS)('%s', (method) => {
  it('points to the high pole, and turns round with the poles', () => {
    fc.assert(
      fc.property(somePairs, (pairs) => {
        const direction = found(pairs, method);
        const mean = found(pairs, 'mean');
        expect(cosine(direction, mean)).toBeGreaterThan(0);
        same(
          direction,
          found(
            pairs.map(([high, low]) => [low, high]),
            method,
          ),
          -1,
        );
      }),
      { numRuns: 50 },
    );
  });

  it('grows with its residuals', () => {
    fc.assert(
      fc.property(somePairs, fc.constantFrom(0.25, 3, 40), (pairs, factor) => {
        const grown = pairs.map(([high, low]): Pair => [
          high.map((v) => v * factor),
          low.map((v) => v * factor),
        ]);
        same(found(pairs, method), found(grown, method), 1 / factor);
      }),
      { numRuns: 50 },
    );
  });

  it('does not ask for the order of the pairs', () => {
    fc.assert(
      fc.property(somePairs, (pairs) => same(found(pairs, method), found([...pairs].reverse(), method))),
      { numRuns: 50 },
    );
  });

  it('does not see what is added to every residual', () => {
    fc.assert(
      fc.property(somePairs, (pairs) => {
        const offset = Array.from({ length: WIDTH }, (_, i) => 5 - 3 * i);
        const moved = pairs.map(
          (pair) => pair.map((row) => row.map((v, i) => v + (offset[i] ?? 0))) as unknown as Pair,
        );
        same(found(pairs, method), found(moved, method));
      }),
      { numRuns: 50 },
    );
  });

  it('is as long as the mean difference, nothing where pairs cancel, and refuses no pair', () => {
    fc.assert(
      fc.property(somePairs, (pairs) => {
        expect(norm(found(pairs, method))).toBeCloseTo(norm(found(pairs, 'mean')), 4);
        const [first] = pairs;
        if (!first) return;
        expect(norm(found([first, [first[1], first[0]]], method))).toBe(0);
        expect(norm(found([[first[0], first[0]]], method))).toBe(0);
      }),
      { numRuns: 20 },
    );
    expect(() => directionOf(new PairResiduals(WIDTH), method)).toThrow(RangeError);
  });
});

describe.each(['mean', 'pca'] as const)('%s', (method) => {
  it('does not see what the two of a pair have in common', () => {
    fc.assert(
      fc.property(somePairs, (pairs) => {
        const moved = pairs.map(([high, low], pair): Pair => {
          const scene = (row: Row): number[] => row.map((value, i) => value + Math.sin(pair * 7 + i) * 20);
          return [scene(high), scene(low)];
        });
        same(found(pairs, method), found(moved, method));
      }),
      { numRuns: 50 },
    );
  });
});

it('pca does not ask which of a pair stands first, up to the sign', () => {
  const pairs: Pair[] = [
    [
      [4, 1, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 0],
    ],
    [
      [0, 0, 0, 0, 0, 0],
      [3, -1, 0, 0, 0, 0],
    ],
    [
      [5, 0, 1, 0, 0, 0],
      [0, 0, 0, 0, 0, 0],
    ],
  ];
  const turned = pairs.map(([high, low], pair): Pair => (pair === 1 ? [low, high] : [high, low]));
  expect(cosine(found(pairs, 'pca'), found(turned, 'pca'))).toBeCloseTo(1, 6);
});

describe('the leading eigenvector', () => {
  it('is found where the next eigenvalue is all but as large', () => {
    for (const gap of [1e-2, 1e-5, 1e-9]) {
      const rows = [
        [1, 1],
        [1, -1],
      ].map((row) => row.map((value) => value / Math.SQRT2));
      const values = [1 - gap, 1];
      const matrix = Float64Array.from({ length: 4 }, (_, k) =>
        values.reduce((sum, value, e) => sum + value * (rows[e]?.[k >> 1] ?? 0) * (rows[e]?.[k & 1] ?? 0), 0),
      );
      const { vector, value, converged } = leadingEigenpair(matrix, 2);
      expect(converged).toBe(true);
      expect(value).toBeCloseTo(1, 10);
      if (gap > 1e-9) expect(Math.abs(cosine(vector, rows[1] ?? []))).toBeGreaterThan(1 - 1e-9);
    }
  });

  it('of nothing is nothing', () => {
    expect([...leadingEigenpair(new Float64Array(4), 2).vector]).toEqual([0, 0]);
  });
});

describe('the logistic regression', () => {
  it('stands where its gradient is zero, also where a plane parts the poles far apart', () => {
    for (const size of [0.01, 1, 100, 10_000]) {
      const rows = [
        [size, 1],
        [2 * size, -1],
        [-size, 1],
        [-2 * size, 0],
      ];
      const isHigh = [true, true, false, false];
      const gram = gramMatrix(rows);
      const { dual, intercept, converged } = logisticFit(gram, isHigh);
      expect(converged).toBe(true);
      dual.forEach((weight, i) => {
        const score = intercept + dual.reduce((sum, w, j) => sum + w * (gram[i * 4 + j] ?? 0), 0);
        expect(weight).toBeCloseTo((isHigh[i] ? 1 : 0) - 1 / (1 + Math.exp(-score)), 8);
      });
    }
  });
});
