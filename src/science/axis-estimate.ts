import type { Answer } from './answer.ts';
import { AXES, type Axis } from './item.ts';
import { axisMean, itemScores, meanWhere, sumOf } from './item-score.ts';
import { resampleScores, samplingUnits } from './sampling-unit.ts';
import { percentileInterval, type Interval } from './statistics/bootstrap.ts';

/** A mean with its bootstrap interval, absent while an item has a single dilemma. */
export interface Estimate {
  readonly mean: number;
  readonly n: number;
  readonly interval?: Interval;
}

export interface BootstrapOptions {
  readonly seed: number;
  readonly resamples?: number;
}

/** Enough for the tails of an expanded percentile interval to hold still. */
export const RESAMPLES = 2000;

/** The axis scores of a set of answers, means of item log-odds in nats, with their intervals. */
export function axisEstimates(
  answers: readonly Answer[],
  { seed, resamples = RESAMPLES }: BootstrapOptions,
): Readonly<Partial<Record<Axis, Estimate>>> {
  const scores = itemScores(answers.map(sumOf));
  const units = samplingUnits(answers);
  const replicates = new Map<Axis, number[]>(AXES.map((axis) => [axis, []]));
  const ownItems = AXES.map((axis) => [...scores.values()].map((score) => score.axis === axis));
  if (units)
    resampleScores(units, resamples, seed, ({ logOdds }) => {
      for (const [a, axis] of AXES.entries()) {
        const mean = meanWhere(logOdds, (item) => ownItems[a]?.[item] === true);
        if (mean !== undefined) replicates.get(axis)?.push(mean);
      }
    });
  const estimates: Partial<Record<Axis, Estimate>> = {};
  for (const axis of AXES) {
    const mean = axisMean(scores, axis);
    if (mean === undefined) continue;
    const own = answers.filter((answer) => answer.axis === axis);
    const drawn = replicates.get(axis) ?? [];
    estimates[axis] = {
      mean,
      n: own.length,
      ...(drawn.length > 0 ? { interval: percentileInterval(drawn, 0.95, samplingUnits(own)?.df) } : {}),
    };
  }
  return estimates;
}
