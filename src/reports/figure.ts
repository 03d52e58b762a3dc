import type { Estimate } from '../science/axis-estimate.ts';
import type { Proportion } from '../science/statistics/proportion.ts';
import type { Shift } from '../science/shift.ts';

/** One figure with all that is said of how sure it is. */
export interface Figure {
  readonly value: number;
  /** 95 % interval where the section says nothing else. */
  readonly low?: number;
  readonly high?: number;
  readonly n?: number;
  readonly p?: number;
  /** Adjusted within its declared family (Holm 1979). */
  readonly pHolm?: number;
  readonly unit: string;
  /** The runs it comes from, by their names in the report's list. */
  readonly runs: readonly string[];
}

/** Where a figure comes from, and what it is counted in. */
export type Source = Pick<Figure, 'unit' | 'runs'>;

/** What was estimated, with its test where there is one. */
export const estimated = (
  { mean, n, interval, test }: Estimate & Pick<Shift, 'test'>,
  source: Source,
  pHolm?: number,
): Figure => ({
  value: mean,
  ...(interval ? { low: interval.low, high: interval.high } : {}),
  n,
  ...(test ? { p: test.p } : {}),
  ...(pHolm === undefined ? {} : { pHolm }),
  ...source,
});

export const shareOf = ({ share, n, interval }: Proportion, runs: readonly string[]): Figure => ({
  ...{ value: share, low: interval.low, high: interval.high, n },
  unit: 'share',
  runs,
});

export const LOG_ODDS = 'nats of log-odds of the high pole';
