import { sampleCorrelation } from 'simple-statistics';
import type { Interval } from './bootstrap.ts';
import { NORMAL_BOUND } from './student.ts';

/** Pearson's correlation over units that were measured twice. */
export interface Correlation {
  /** NaN where one side does not vary. */
  readonly r: number;
  readonly n: number;
  /** Absent for three units, and where r is 1 or -1 or none. */
  readonly interval?: Interval;
}

/**
 * Pearson's correlation with its 95 % interval by Fisher's z (Fisher 1921): atanh(r) is about normal with standard error
 * 1 / sqrt(n - 3).
 * @param first of n units, three at least
 * @param second of the same units
 * Throws RangeError for fewer units, or lists of unlike length.
 */
export function pearson(first: readonly number[], second: readonly number[]): Correlation {
  const n = first.length;
  if (n < 3 || second.length !== n) throw new RangeError('A correlation needs three units, measured twice.');
  const r = sampleCorrelation([...first], [...second]);
  if (n === 3 || !(Math.abs(r) < 1)) return { r, n };
  const half = NORMAL_BOUND / Math.sqrt(n - 3);
  const [low, high] = [Math.tanh(Math.atanh(r) - half), Math.tanh(Math.atanh(r) + half)];
  return { r, n, interval: { low, high, level: 0.95 } };
}
