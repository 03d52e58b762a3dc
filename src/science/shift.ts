import type { Answer } from './answer.ts';
import { RESAMPLES, type BootstrapOptions, type Estimate } from './axis-estimate.ts';
import { AXES, type Axis } from './item.ts';
import { axisMean, itemScores, meanWhere, sumOf } from './item-score.ts';
import { resampleScores, samplingUnits } from './sampling-unit.ts';
import { percentileInterval } from './statistics/bootstrap.ts';
import { hedgesG } from './statistics/effect-size.ts';
import { signFlipTest, type PermutationTest } from './statistics/permutation.ts';

/** How far one axis moved between two measurements of the same dilemmas. */
export interface Shift extends Estimate {
  /** Sign flips of whole units (item x domain clusters where there are enough), weighted as the axis score is. */
  readonly test?: PermutationTest;
  /** Hedges' g of the paired dilemmas, in spreads of their log-odds; NaN where these do not vary. */
  readonly g?: number;
}

/**
 * Paired shift of each axis: mean over items of (after - before) log-odds of the dilemmas answered in both, with a paired
 * bootstrap interval stratified by item, a sign-flip test and an effect size.
 */
export function pairedShift(
  before: readonly Answer[],
  after: readonly Answer[],
  { seed, resamples = RESAMPLES }: BootstrapOptions,
): Partial<Record<Axis, Shift>> {
  const start = new Map(before.map((answer) => [answer.id, answer.logOddsHigh]));
  const shifts: Partial<Record<Axis, Shift>> = {};
  for (const axis of AXES) {
    const pairs = after.flatMap((answer) => {
      const from = start.get(answer.id);
      return from === undefined || answer.axis !== axis ? [] : [{ answer, from, to: answer.logOddsHigh }];
    });
    const differences = pairs.map(({ answer, from, to }) => ({ ...answer, logOddsHigh: to - from }));
    const scores = itemScores(differences.map(sumOf));
    const mean = axisMean(scores, axis);
    if (mean === undefined) continue;
    const units = samplingUnits(differences);
    if (!units) {
      shifts[axis] = { mean, n: pairs.length };
      continue;
    }
    const replicates: number[] = [];
    resampleScores(units, resamples, seed, ({ logOdds }) => {
      const value = meanWhere(logOdds, () => true);
      if (value !== undefined) replicates.push(value);
    });
    // Each unit's part of the axis score: every item counts the same, however many dilemmas it has.
    const parts = units.sums.map(({ wvsId, logOdds }) => logOdds / (scores.get(wvsId)?.n ?? NaN));
    shifts[axis] = {
      mean,
      n: pairs.length,
      interval: percentileInterval(replicates, 0.95, units.df),
      test: signFlipTest(parts, { seed }),
      g: hedgesG(
        pairs.map(({ from }) => from),
        pairs.map(({ to }) => to),
      ),
    };
  }
  return shifts;
}

/**
 * Baseline answers with those already measured under steering put in their place: the moved point starts where the
 * model stands and moves as dilemmas come in, never by a comparison of different dilemmas.
 */
export function overlay<Kind extends Answer>(baseline: readonly Kind[], steered: readonly Kind[]): Kind[] {
  const moved = new Map(steered.map((answer) => [answer.id, answer]));
  return baseline.map((answer) => moved.get(answer.id) ?? answer);
}

/** What a push did on its own axis: moved it its way, moved it against its way, or nothing that the interval shows. */
export type PushEffect = 'with' | 'against' | 'unclear';

/** Reads a paired shift against the sign of the strength; undefined while there is no interval. */
export function effectOf(shift: Estimate | undefined, strength: number): PushEffect | undefined {
  if (!shift?.interval || strength === 0) return undefined;
  const { low, high } = shift.interval;
  if (low <= 0 && high >= 0) return 'unclear';
  return Math.sign(shift.mean) === Math.sign(strength) ? 'with' : 'against';
}
