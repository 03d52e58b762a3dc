import { describe, expect, it } from 'vitest';
import { agreement, type PairPlace } from '../../../../src/science/directions/agreement.ts';
import { seededRandom } from '../../../../src/science/statistics/random.ts';

const HIDDEN = 16;

/** Differences around one axis: `shared` is its length beside noise of length 1 in every column. */
function around(shared: number, n: number, seed: number): number[][] {
  const random = seededRandom(seed);
  return Array.from({ length: n }, () =>
    Array.from({ length: HIDDEN }, (_, i) => (i === 0 ? shared : 0) + 3 * (random() - 0.5)),
  );
}

const axis = Float32Array.from({ length: HIDDEN }, (_, i) => (i === 0 ? 1 : 0));
const singles = (n: number): PairPlace[] =>
  Array.from({ length: n }, (_, pair) => ({ stratum: 'all', cluster: String(pair) }));
const clusters = (n: number): PairPlace[] =>
  Array.from({ length: n }, (_, pair) => ({ stratum: `item ${pair % 2}`, cluster: `cluster ${pair % 6}` }));

describe('agreement of pair differences', () => {
  it('is 1 for pairs that say the same, 0 for pairs at right angles, and -1 for two that cancel', () => {
    const seed = 1;
    const same = agreement([axis, axis.map((v) => 4 * v)], axis, singles(2), { seed });
    expect(same?.pairwise.mean).toBeCloseTo(1, 12);
    expect(same?.toDirection.mean).toBeCloseTo(1, 12);
    const other = Float32Array.from(axis, (_, i) => (i === 1 ? 2 : 0));
    expect(agreement([axis, other], axis, singles(2), { seed })?.pairwise.mean).toBeCloseTo(0, 12);
    const against = agreement([axis, axis.map((v) => -v)], axis, singles(2), { seed });
    expect(against?.pairwise.mean).toBeCloseTo(-1, 12);
  });

  it('rises with what the pairs share, each inside its own interval', () => {
    let before = -1;
    for (const shared of [0, 1, 3, 9]) {
      const found = agreement(around(shared, 60, 3), axis, clusters(60), { seed: 2 });
      expect(found?.pairs).toBe(60);
      for (const figure of [found?.pairwise, found?.toDirection]) {
        expect(figure?.interval?.low).toBeLessThanOrEqual(figure?.mean ?? NaN);
        expect(figure?.interval?.high).toBeGreaterThanOrEqual(figure?.mean ?? NaN);
      }
      expect(found?.pairwise.mean).toBeGreaterThan(before);
      before = found?.pairwise.mean ?? NaN;
    }
    expect(before).toBeGreaterThan(0.7);
  });

  it('covers 0 where pairs have nothing in common, and does not where they have', () => {
    const none = agreement(around(0, 90, 11), axis, clusters(90), { seed: 2 });
    expect(none?.pairwise.interval?.low).toBeLessThan(0);
    expect(none?.pairwise.interval?.high).toBeGreaterThan(0);
    const much = agreement(around(2, 90, 11), axis, clusters(90), { seed: 2 });
    expect(much?.pairwise.interval?.low).toBeGreaterThan(0.1);
  });

  it('leaves out pairs that do not differ, and says nothing of fewer than two or of no direction', () => {
    const zero = new Float32Array(HIDDEN);
    const three = [axis, zero, axis];
    expect(agreement(three, axis, singles(3), { seed: 1 })?.pairs).toBe(2);
    expect(agreement([axis, zero], axis, singles(2), { seed: 1 })).toBeUndefined();
    expect(agreement([axis, axis], zero, singles(2), { seed: 1 })).toBeUndefined();
  });

  it('has no interval where every stratum has a single pair', () => {
    const places = [0, 1, 2].map((pair) => ({ stratum: String(pair), cluster: 'x' }));
    const found = agreement(around(1, 3, 4), axis, places, { seed: 1 });
    expect(found?.pairwise.interval).toBeUndefined();
    expect(found?.pairwise.mean).toBeGreaterThan(-1);
  });

  it('draws single pairs where clusters are too few, and is the same for one seed', () => {
    const places = Array.from({ length: 20 }, () => ({ stratum: 'all', cluster: 'one' }));
    const differences = around(1, 20, 9);
    const found = agreement(differences, axis, places, { seed: 6 });
    expect(found?.pairwise.interval).toBeDefined();
    expect(found).toEqual(agreement(differences, axis, singles(20), { seed: 6 }));
  });
});
