import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import type { Answer } from '../../../src/science/answer.ts';
import { coveringEllipse, type Projection } from '../../../src/science/culture-map.ts';
import { itemOf } from '../../../src/science/item.ts';
import { summarize } from '../../../src/science/measurement.ts';
import { pearson } from '../../../src/science/statistics/correlation.ts';
import { hedgesG } from '../../../src/science/statistics/effect-size.ts';
import { holm } from '../../../src/science/statistics/holm.ts';
import { groupTest, signFlipTest } from '../../../src/science/statistics/permutation.ts';
import { proportion } from '../../../src/science/statistics/proportion.ts';
import { seededRandom } from '../../../src/science/statistics/random.ts';
import {
  intraclass,
  oneWayIntraclass,
  spearmanBrown,
  splitHalf,
} from '../../../src/science/statistics/reliability.ts';
import { normalProbability, studentBound } from '../../../src/science/statistics/student.ts';

interface Golden {
  readonly permutation: readonly { readonly differences: number[]; readonly p: number }[];
  readonly holm: readonly { readonly p: number[]; readonly adjusted: number[] }[];
  readonly effects: readonly { readonly before: number[]; readonly after: number[]; readonly g: number }[];
  readonly halves: readonly { first: number[]; second: number[]; r: number; reliability: number }[];
  readonly intraclass: readonly {
    ratings: number[][];
    agreement: number;
    consistency: number;
    one_way: number;
  }[];
  readonly student: readonly { df: number; level: number; bound: number; tail: number }[];
  readonly hotelling: readonly { df: number; q: number }[];
  readonly correlations: readonly {
    first: number[];
    second: number[];
    r: number;
    low: number;
    high: number;
  }[];
  readonly shares: readonly { hits: number; n: number; low: number; high: number }[];
}

/** Values of SciPy, statsmodels and pingouin (tools/goldens/statistics_values.py). */
const golden = JSON.parse(
  readFileSync(new URL('../../fixtures/statistics.json', import.meta.url), 'utf8'),
) as Golden;

const projection = JSON.parse(
  readFileSync(new URL('../../../public/human/projection.json', import.meta.url), 'utf8'),
) as Projection;

/** Standard normal numbers (Box & Muller 1958). */
function normals(count: number, random: () => number): number[] {
  return Array.from(
    { length: count },
    () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  );
}

describe('the sign-flip test', () => {
  test.each(golden.permutation)(
    'has SciPy’s exact p of $differences.length differences',
    ({ differences, p }) => {
      expect(signFlipTest(differences, { seed: 1 })).toEqual({
        p,
        flips: 2 ** differences.length,
        exact: true,
      });
    },
  );

  it('samples patterns of longer lists near the exact p', () => {
    const random = seededRandom(7);
    // 17 differences are sampled; a difference of 0 leaves the exact p of the other 16 as it is.
    const differences = normals(16, random).map((value) => value + 0.4);
    const exact = signFlipTest(differences, { seed: 1 });
    const sampled = signFlipTest([...differences, 0], { seed: 1, flips: 20_000 });
    expect(sampled.exact).toBe(false);
    const error = Math.sqrt((exact.p * (1 - exact.p)) / 20_000);
    expect(Math.abs(sampled.p - exact.p)).toBeLessThan(4 * error + 1 / 20_000);
  });

  it('has p values that are uniform where nothing differs', () => {
    const random = seededRandom(20260526);
    const count = 1000;
    const found = Array.from({ length: count }, (_, k) =>
      signFlipTest(normals(30, random), { seed: k, flips: 399 }),
    );
    const sorted = found.map(({ p }) => p).sort((a, b) => a - b);
    // Largest distance from the uniform distribution, against Kolmogorov's 0.1 % point.
    const distance = sorted.reduce(
      (most, p, i) => Math.max(most, Math.abs(p - i / count), Math.abs(p - (i + 1) / count)),
      0,
    );
    expect(distance).toBeLessThan(1.95 / Math.sqrt(count));
  });

  it('is the same with every sign turned, and whatever the scale', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 1, maxLength: 9 }),
        (values) => {
          const { p } = signFlipTest(values, { seed: 3 });
          expect(
            signFlipTest(
              values.map((value) => -value),
              { seed: 3 },
            ).p,
          ).toBe(p);
          expect(
            signFlipTest(
              values.map((value) => value * 4),
              { seed: 3 },
            ).p,
          ).toBe(p);
        },
      ),
    );
  });

  it('refuses what is no number', () => {
    expect(() => signFlipTest([], { seed: 1 })).toThrow(RangeError);
    expect(() => signFlipTest([1, NaN], { seed: 1 })).toThrow(RangeError);
    expect(() => signFlipTest([1, -Infinity], { seed: 1 })).toThrow(RangeError);
  });
});

describe('Holm’s adjustment', () => {
  test.each(golden.holm)('is statsmodels’ for $p', ({ p, adjusted }) => {
    const found = holm(p);
    expect(found).toHaveLength(adjusted.length);
    found.forEach((value, i) => expect(value).toBeCloseTo(adjusted[i] ?? NaN, 12));
  });

  it('refuses what is no p value', () => {
    expect(() => holm([0.1, NaN])).toThrow(RangeError);
    expect(() => holm([1.1])).toThrow(RangeError);
    expect(holm([])).toEqual([]);
  });
});

describe('Hedges’ g', () => {
  test.each(golden.effects)('is pingouin’s ($g)', ({ before, after, g }) => {
    expect(hedgesG(before, after)).toBeCloseTo(g, 12);
    expect(hedgesG(after, before)).toBeCloseTo(-g, 12);
  });

  it('is no number where nothing varies, and refuses what cannot be compared', () => {
    expect(hedgesG([1, 1], [2, 2])).toBeNaN();
    expect(() => hedgesG([1, 2], [1])).toThrow(RangeError);
    expect(() => hedgesG([1, 2], [1, NaN])).toThrow(RangeError);
  });
});

describe('reliability', () => {
  test.each(golden.halves)('steps a correlation up to the whole', ({ first, second, r, reliability }) => {
    expect(spearmanBrown(r)).toBeCloseTo(reliability, 12);
    expect(spearmanBrown(-r)).toBeCloseTo(-reliability, 12);
    // Dealt at random, the first value of a group is in either half: the median is near the value of one such deal.
    const groups = first.map((value, i) => [value, second[i] ?? NaN]);
    const { low, median, high } = splitHalf(groups, { seed: 5, splits: 400 });
    expect(low).toBeLessThanOrEqual(median);
    expect(median).toBeLessThanOrEqual(high);
    expect(Math.abs(median - reliability)).toBeLessThan(0.05);
  });

  it('finds the reliability that theory gives', () => {
    const random = seededRandom(11);
    // Group means vary by 1, values inside by 2: the mean of 20 has reliability 1 / (1 + 4 / 20).
    const groups = normals(400, random).map((centre) =>
      normals(20, random).map((value) => centre + 2 * value),
    );
    expect(splitHalf(groups, { seed: 1, splits: 50 }).median).toBeCloseTo(1 / 1.2, 1);
  });

  it('is 1 where halves cannot differ, and the same for the same seed', () => {
    const equal = [1, 2, 5].map((value) => [value, value, value, value]);
    expect(splitHalf(equal, { seed: 1 }).median).toBeCloseTo(1, 12);
    const groups = [1, 2, 5, 3].map((value) => normals(6, seededRandom(value)));
    expect(splitHalf(groups, { seed: 2 })).toEqual(splitHalf(groups, { seed: 2 }));
  });

  it('refuses too few groups or values', () => {
    expect(() =>
      splitHalf(
        [
          [1, 2],
          [1, 2],
        ],
        { seed: 1 },
      ),
    ).toThrow(RangeError);
    expect(() => splitHalf([[1, 2], [1, 2], [1]], { seed: 1 })).toThrow(RangeError);
  });

  test.each(golden.intraclass)(
    'intraclass correlations are pingouin’s',
    ({ ratings, agreement, consistency, one_way }) => {
      const found = intraclass(ratings);
      expect(oneWayIntraclass(ratings)).toBeCloseTo(one_way, 10);
      expect(found.agreement).toBeCloseTo(agreement, 10);
      expect(found.consistency).toBeCloseTo(consistency, 10);
    },
  );

  it('does not count a rater’s constant shift against consistency', () => {
    const ratings = golden.intraclass[1]?.ratings ?? [];
    const shifted = ratings.map(([first = 0, ...rest]) => [first + 9, ...rest]);
    expect(intraclass(shifted).consistency).toBeCloseTo(intraclass(ratings).consistency, 10);
    expect(intraclass(shifted).agreement).toBeLessThan(intraclass(ratings).agreement);
    expect(() => intraclass([[1, 2], [1]])).toThrow(RangeError);
  });
});

describe('bounds', () => {
  test.each(golden.student)(
    'Student’s with $df degrees of freedom at $level are SciPy’s',
    ({ df, level, bound, tail }) => {
      expect(studentBound(level, df) / bound).toBeCloseTo(1, 9);
      expect(Math.abs(normalProbability(-studentBound(level, df)) - tail)).toBeLessThan(2e-7);
    },
  );

  test.each(golden.hotelling)('an ellipse of $df degrees of freedom has Hotelling’s size', ({ df, q }) => {
    const points = [
      { x: 2, y: 0 },
      { x: -2, y: 0 },
      { x: 0, y: 1 },
      { x: 0, y: -1 },
    ];
    // Variances 8/3 and 2/3.
    const { major, minor } = coveringEllipse(points, { x: 0, y: 0 }, 0.95, df);
    expect(major ** 2 / ((q * 8) / 3)).toBeCloseTo(1, 9);
    expect(minor ** 2 / ((q * 2) / 3)).toBeCloseTo(1, 9);
  });

  it('refuse what is no number of degrees of freedom', () => {
    for (const df of [0, 2.5, NaN]) expect(() => studentBound(0.95, df)).toThrow(RangeError);
  });

  test.each(golden.shares)(
    'a share of $hits in $n has statsmodels’ Wilson interval',
    ({ hits, n, low, high }) => {
      const { interval } = proportion(hits, n);
      expect(interval.low).toBeCloseTo(low, 10);
      expect(interval.high).toBeCloseTo(high, 10);
      expect(() => proportion(n + 1, n)).toThrow(RangeError);
      expect(() => proportion(0, 0)).toThrow(RangeError);
    },
  );
});

describe('intervals of clustered answers', () => {
  const item = (code: string): Answer['axis'] => itemOf(code)?.axis ?? 'traditional_secular';

  /** Five items in three domains, ten dilemmas each: item x domain clusters vary, and dilemmas inside them. */
  function draw(random: () => number, between: number): Answer[] {
    return ['F063', 'Y003', 'F120', 'G006', 'E018'].flatMap((wvsId, k) =>
      ['workplace', 'family', 'legal'].flatMap((domain) => {
        const [centre = 0] = normals(1, random);
        return normals(10, random).map((value, i) => ({
          id: `${wvsId}-${domain}-${i}`,
          wvsId,
          axis: item(wvsId),
          domain,
          logOddsHigh: k + between * centre + value,
        }));
      }),
    );
  }

  it.each([0, 1])(
    'cover the truth as often as they say, clusters varying by %d',
    (between) => {
      const random = seededRandom(20260526 + between);
      const rounds = 500;
      let covered = 0;
      for (let round = 0; round < rounds; round++) {
        const { axes } = summarize(draw(random, between), { projection, seed: round, resamples: 300 });
        const interval = axes.traditional_secular?.interval;
        // Items stand at 0, 1, 2, 3, 4.
        if (interval && interval.low <= 2 && interval.high >= 2) covered++;
      }
      // 95 % plus or minus three standard errors of 500 rounds.
      expect(covered / rounds).toBeGreaterThan(0.95 - 0.03);
      expect(covered / rounds).toBeLessThan(0.95 + 0.03);
    },
    60_000,
  );
});

describe('the group test', () => {
  it('has p values that are uniform where groups do not differ, and small ones where they do', () => {
    const random = seededRandom(3);
    const count = 300;
    const found = Array.from({ length: count }, (_, k) =>
      groupTest([normals(5, random), normals(5, random), normals(5, random)], oneWayIntraclass, {
        seed: k,
        deals: 99,
      }),
    ).sort((a, b) => a - b);
    const distance = found.reduce(
      (most, p, i) => Math.max(most, Math.abs(p - i / count), Math.abs(p - (i + 1) / count)),
      0,
    );
    // Kolmogorov's 0.1 % point, and the coarseness of 99 deals.
    expect(distance).toBeLessThan(1.95 / Math.sqrt(count) + 0.01);
    expect(
      groupTest(
        [
          [1, 2, 1, 2],
          [8, 9, 8, 9],
        ],
        oneWayIntraclass,
        { seed: 1 },
      ),
    ).toBeLessThan(0.05);
  });
});

describe('a correlation', () => {
  test.each(golden.correlations)('has SciPy’s interval of $r', ({ first, second, r, low, high }) => {
    const found = pearson(first, second);
    expect(found.r).toBeCloseTo(r, 12);
    expect(found.interval?.low).toBeCloseTo(low, 12);
    expect(found.interval?.high).toBeCloseTo(high, 12);
  });

  it('has no interval of three units or without spread, and is none of two', () => {
    expect(pearson([1, 2, 4], [2, 3, 1]).interval).toBeUndefined();
    expect(pearson([1, 2, 3, 4], [2, 4, 6, 8]).interval).toBeUndefined();
    const still = pearson([1, 1, 1, 1], [2, 4, 6, 9]);
    expect([still.r, still.interval]).toEqual([NaN, undefined]);
    expect(() => pearson([1, 2], [2, 3])).toThrow(RangeError);
    expect(() => pearson([1, 2, 3], [2, 3])).toThrow(RangeError);
  });
});
