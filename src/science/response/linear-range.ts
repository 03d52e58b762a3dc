import type { Answer } from '../answer.ts';
import type { BootstrapOptions } from '../axis-estimate.ts';
import { excludesZero } from '../statistics/bootstrap.ts';
import { sizesOf, slopesOf, within, type Dose } from './dose.ts';
import { groupMean, type MeasuredGroup } from './measured-group.ts';

/** How far a response is a straight line. */
export interface LinearRange {
  /** The largest strength up to which it is. */
  readonly end: number;
  /** The first strength at which it bends; absent where it is straight as far as was tried. */
  readonly bends?: number;
}

/** A slope may change by this share before it counts as bent, where the interval does not allow more. */
const TOLERANCE = 0.2;

/** The dilemmas' slopes at one size of strength alone. */
const slopesAt = (doses: readonly Dose[], size: number): Answer[] =>
  slopesOf(doses.filter(({ strength }) => Math.abs(Math.abs(strength) - size) < 1e-9));

/**
 * Where the straight line ends: going up from the smallest strength, the range ends before the first size whose slope
 * (−s to +s) differs from that of all smaller ones by more than a fifth of it and, paired by dilemma, by more than chance
 * (the interval of the difference excludes 0).
 * @param doses of one direction, tried both ways at two sizes at least for anything to be said
 * @returns undefined where no size was tried both ways.
 */
export function linearRange(
  group: MeasuredGroup,
  doses: readonly Dose[],
  options: BootstrapOptions,
): LinearRange | undefined {
  const sizes = sizesOf(doses);
  let [end] = sizes;
  if (end === undefined) return undefined;
  for (const size of sizes.slice(1)) {
    const before = slopesOf(within(doses, end));
    const start = new Map(before.map(({ id, logOddsHigh }) => [id, logOddsHigh]));
    const change = slopesAt(doses, size).flatMap((answer) => {
      const from = start.get(answer.id);
      return from === undefined ? [] : [{ ...answer, logOddsHigh: answer.logOddsHigh - from }];
    });
    const slope = groupMean(group, before, options);
    const bend = groupMean(group, change, options);
    if (!slope || !bend) return { end };
    if (excludesZero(bend.interval) && Math.abs(bend.mean) > TOLERANCE * Math.abs(slope.mean))
      return { end, bends: size };
    end = size;
  }
  return { end };
}
