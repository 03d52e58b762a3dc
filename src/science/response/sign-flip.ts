import type { Answer } from '../answer.ts';
import type { BootstrapOptions } from '../axis-estimate.ts';
import type { Shift } from '../shift.ts';
import { slopesOf, type Dose } from './dose.ts';
import { groupMean, type MeasuredGroup } from './measured-group.ts';

/** What a direction does one way and the other; a straight response has the same slope both ways. */
export interface SignFlip {
  /** Slope of the strengths from 0 up, nats per unit. */
  readonly up: Shift;
  /** Slope from 0 down: what the reversed vector does, seen from the vector. */
  readonly down: Shift;
  /** up − down, paired by dilemma: what does not turn over with the vector. */
  readonly difference: Shift;
}

/**
 * The sign-flip control: a vector that is turned round has to turn its effect round. What both ways have in common (a
 * model that is merely disturbed answers alike whichever way it is pushed) is in the difference.
 * @returns undefined where one way was not tried, or the group has no dilemma.
 */
export function signFlip(
  group: MeasuredGroup,
  doses: readonly Dose[],
  options: BootstrapOptions,
): SignFlip | undefined {
  const [ups, downs] = [
    doses.filter(({ strength }) => strength >= 0),
    doses.filter(({ strength }) => strength <= 0),
  ];
  if (ups.length < 2 || downs.length < 2) return undefined;
  const [rising, falling] = [slopesOf(ups), slopesOf(downs)];
  const before = new Map(falling.map(({ id, logOddsHigh }) => [id, logOddsHigh]));
  const apart = rising.flatMap((answer): Answer[] => {
    const other = before.get(answer.id);
    return other === undefined ? [] : [{ ...answer, logOddsHigh: answer.logOddsHigh - other }];
  });
  const [up, down, difference] = [rising, falling, apart].map((values) => groupMean(group, values, options));
  return up && down && difference ? { up, down, difference } : undefined;
}
