import type { Interval } from '../statistics/bootstrap.ts';

/** What a run says of "one axis moves, the other does not". */
export type DriftVerdict = 'drifts' | 'no drift' | 'undecided';

/**
 * Two one-sided tests for "no drift" by the interval that belongs to them (Schuirmann 1987; Lakens 2017): at the level
 * 2α the interval of the drift has to lie within ±bound. It drifts where the interval excludes 0; where neither holds,
 * the data cannot say.
 * @param interval of the drift, at 1 − 2α: 90 % for α = 0.05
 * @param bound the largest drift that counts as none, in the drift's own unit
 */
export function driftVerdict({ low, high }: Interval, bound: number): DriftVerdict {
  if (low > -bound && high < bound) return 'no drift';
  return low > 0 || high < 0 ? 'drifts' : 'undecided';
}
