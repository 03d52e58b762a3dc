import type { Interval } from './bootstrap.ts';
import { NORMAL_BOUND } from './student.ts';

/** A share of trials with its interval. */
export interface Proportion {
  readonly share: number;
  readonly n: number;
  readonly interval: Interval;
}

/**
 * A share with Wilson's 95 % score interval (Wilson 1927; Brown, Cai & DasGupta 2001, section 3.1.1).
 * @param hits may be fractional: a tie counts half
 * Throws RangeError where there is no trial or more hits than trials.
 */
export function proportion(hits: number, n: number): Proportion {
  if (!(n > 0 && hits >= 0 && hits <= n))
    throw new RangeError('A share needs a trial, and no more hits than trials.');
  const share = hits / n;
  const squared = NORMAL_BOUND ** 2 / n;
  const centre = (share + squared / 2) / (1 + squared);
  const half = (NORMAL_BOUND * Math.sqrt((share * (1 - share) + squared / 4) / n)) / (1 + squared);
  return {
    share,
    n,
    interval: { low: Math.max(0, centre - half), high: Math.min(1, centre + half), level: 0.95 },
  };
}
