import { seededRandom, shuffled } from './random.ts';

/** Up to so many differences every sign pattern is tried: 2^16 are done in milliseconds. */
const EXACT_UP_TO = 16;
/** Sums that differ by rounding alone count as equal. */
const ROUNDING = 1e-12;

export interface PermutationTest {
  /** Two-sided. */
  readonly p: number;
  /** Sign patterns tried; where not all, p counts the observed one among them. */
  readonly flips: number;
  readonly exact: boolean;
}

/**
 * Two-sided sign-flip permutation test that the mean of paired differences is 0: under the null each difference is as
 * likely to have the other sign (Fisher 1935, section 21). Sampled p is (hits + 1) / (flips + 1), never 0 (Phipson &
 * Smyth 2010). Weight items by scaling their differences. Throws RangeError for no differences or one that is no number.
 */
export function signFlipTest(
  differences: readonly number[],
  { seed, flips = 9999 }: { seed: number; flips?: number },
): PermutationTest {
  if (differences.length === 0 || !differences.every(Number.isFinite))
    throw new RangeError('A permutation test needs finite differences, at least one.');
  const sum = (signOf: (index: number) => boolean): number =>
    differences.reduce((total, value, index) => total + (signOf(index) ? value : -value), 0);
  const scale = differences.reduce((total, value) => total + Math.abs(value), 0);
  const observed = Math.abs(sum(() => true)) - scale * ROUNDING;
  if (differences.length <= EXACT_UP_TO) {
    const patterns = 2 ** differences.length;
    let hits = 0;
    for (let pattern = 0; pattern < patterns; pattern++)
      if (Math.abs(sum((index) => ((pattern >> index) & 1) === 1)) >= observed) hits++;
    return { p: hits / patterns, flips: patterns, exact: true };
  }
  const random = seededRandom(seed);
  let hits = 0;
  for (let flip = 0; flip < flips; flip++) if (Math.abs(sum(() => random() < 0.5)) >= observed) hits++;
  return { p: (hits + 1) / (flips + 1), flips, exact: false };
}

/**
 * One-sided permutation test of grouped values: how often `statistic` of values dealt to the groups at random is at least
 * the observed one, p = (hits + 1) / (deals + 1) (Phipson & Smyth 2010).
 */
export function groupTest(
  groups: readonly (readonly number[])[],
  statistic: (groups: readonly (readonly number[])[]) => number,
  { seed, deals = 999 }: { seed: number; deals?: number },
): number {
  const random = seededRandom(seed);
  const all = groups.flat();
  const observed = statistic(groups);
  let hits = 0;
  for (let deal = 0; deal < deals; deal++) {
    const dealt = shuffled(all, random);
    let at = 0;
    const value = statistic(groups.map(({ length }) => dealt.slice(at, (at += length))));
    if (value >= observed - ROUNDING) hits++;
  }
  return (hits + 1) / (deals + 1);
}
