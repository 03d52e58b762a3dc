import type { Answer } from './answer.ts';
import { AXES, type Axis } from './item.ts';
import { axisMean, itemScores, sumOf } from './item-score.ts';
import { RESAMPLES, type Estimate, type SummaryOptions } from './measurement.ts';
import { resampleScores, samplingUnits } from './sampling-unit.ts';
import { percentileInterval } from './statistics/bootstrap.ts';

/**
 * The axis scores of a set of answers with their intervals: the same figures as `summarize` gives, without places on the
 * map, which cost most of its time.
 */
export function axisEstimates(
  answers: readonly Answer[],
  { seed, resamples = RESAMPLES }: Pick<SummaryOptions, 'seed' | 'resamples'>,
): Readonly<Partial<Record<Axis, Estimate>>> {
  const scores = itemScores(answers.map(sumOf));
  const units = samplingUnits(answers);
  const replicates = new Map<Axis, number[]>(AXES.map((axis) => [axis, []]));
  if (units)
    resampleScores(units, resamples, seed, (drawn) => {
      for (const axis of AXES) {
        const mean = axisMean(drawn, axis);
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
