import { mean, sampleVariance } from 'simple-statistics';

/**
 * Hedges' g of paired values: mean difference (after - before) over the square root of the mean of both variances, with
 * the small-sample factor 1 - 3 / (4 · 2n - 9) (Lakens 2013, d_av; Hedges 1981). The spread of the values, not that of
 * their differences, is the unit: a push that moves every dilemma alike is not made large by moving them alike.
 * NaN where neither side varies. Throws RangeError for lists of different lengths, fewer than two pairs, or no numbers.
 */
export function hedgesG(before: readonly number[], after: readonly number[]): number {
  const n = before.length;
  if (n !== after.length || n < 2) throw new RangeError('Hedges’ g needs two pairs at least.');
  if (![...before, ...after].every(Number.isFinite)) throw new RangeError('Hedges’ g needs finite values.');
  const spread = Math.sqrt((sampleVariance([...before]) + sampleVariance([...after])) / 2);
  if (spread === 0) return NaN;
  return ((mean([...after]) - mean([...before])) / spread) * (1 - 3 / (8 * n - 9));
}
