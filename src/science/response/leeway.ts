import type { Answer } from '../answer.ts';
import { RESAMPLES, type BootstrapOptions } from '../axis-estimate.ts';
import { AXES, type Axis } from '../item.ts';
import { itemScores, meanWhere, sumOf, axisMean } from '../item-score.ts';
import { resampleScores, samplingUnits } from '../sampling-unit.ts';
import { excludesZero, percentileInterval, type Interval } from '../statistics/bootstrap.ts';
import { seededRandom } from '../statistics/random.ts';

/** How far a direction drags the other axis along, relative to what it does on its own. */
export interface Leeway {
  /** Shift of the axis it is made for, nats per unit of strength. */
  readonly own: number;
  readonly other: number;
  /** other / own: signed, 0 where nothing drifts, 1 where the other axis moves as far. */
  readonly ratio: number;
  /** Of a bootstrap that draws both axes' dilemmas, 95 % where nothing else is asked for; unbounded where `own` may be 0. */
  readonly interval?: Interval;
  /** Whether the interval of `own` excludes 0: without that there is no ratio to speak of. */
  readonly isDefined: boolean;
  /**
   * The paper's ratio min/max of |shift| (Dang & Masud): never negative, so that noise alone makes it positive; biased
   * where either shift is near 0. Given for comparison.
   */
  readonly paper: number;
}

/** Nats per unit of strength: what is smaller is rounding, however narrow its interval. */
const ROUNDING = 1e-8;

const otherOf = (axis: Axis): Axis => AXES.find((one) => one !== axis) ?? axis;

/** Resampled means of one axis; the axes' dilemmas are different ones, and are drawn apart. */
function replicates(values: readonly Answer[], axis: Axis, seed: number, resamples: number): number[] {
  const units = samplingUnits(values.filter((answer) => answer.axis === axis));
  const means: number[] = [];
  if (units)
    resampleScores(units, resamples, seed, ({ logOdds }) => {
      means.push(meanWhere(logOdds, () => true) ?? NaN);
    });
  return means;
}

/**
 * The leeway of a direction that was made for an axis, from its slopes. The interval of the ratio is a percentile interval
 * of paired draws; where the own shift's interval holds 0 the ratio has none (Fieller's unbounded case).
 * @returns undefined where an axis has no dilemma.
 */
export function leewayOf(
  axis: Axis,
  slopes: readonly Answer[],
  { seed, resamples = RESAMPLES, level = 0.95 }: BootstrapOptions & { readonly level?: number },
): Leeway | undefined {
  const scores = itemScores(slopes.map(sumOf));
  const own = axisMean(scores, axis);
  const other = axisMean(scores, otherOf(axis));
  if (own === undefined || other === undefined) return undefined;
  const [mine, theirs] = [
    replicates(slopes, axis, seed, resamples),
    // Another seed: equal draws would couple clusters that have nothing to do with each other.
    replicates(slopes, otherOf(axis), 1 + Math.floor(seededRandom(seed)() * 2 ** 31), resamples),
  ];
  // A ratio is no surer than the axis with the fewest units: counted together, intervals of a small one came out too narrow.
  const df = Math.min(
    ...AXES.map((one) => samplingUnits(slopes.filter((answer) => answer.axis === one))?.df ?? Infinity),
  );
  const ownInterval = mine.length > 0 ? percentileInterval(mine, 0.95, df) : undefined;
  const isDefined = excludesZero(ownInterval) && Math.abs(own) > ROUNDING;
  const sizes = [Math.abs(own), Math.abs(other)];
  return {
    own,
    other,
    ratio: other / own,
    ...(isDefined && theirs.length > 0
      ? {
          interval: percentileInterval(
            mine.map((value, i) => (theirs[i] ?? NaN) / value),
            level,
            df,
          ),
        }
      : {}),
    isDefined,
    paper: Math.min(...sizes) / Math.max(...sizes),
  };
}
