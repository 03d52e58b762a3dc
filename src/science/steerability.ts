import type { Answer } from './answer.ts';
import { RESAMPLES, type BootstrapOptions, type Estimate } from './axis-estimate.ts';
import { AXES, type Axis } from './item.ts';
import { axisMean, itemScores, meanWhere, sumOf } from './item-score.ts';
import { resampleScores, samplingUnits } from './sampling-unit.ts';
import { percentileInterval, type Interval } from './statistics/bootstrap.ts';

/** Answers at one strength of a vector; 0 for none. */
export interface AtStrength {
  readonly strength: number;
  readonly answers: readonly Answer[];
}

/** How far a model can be moved along one axis by that axis's vector, and how far it drifts along the other. */
export interface Steerability {
  /** Shift of the axis's mean log-odds for one unit of strength, nats. */
  readonly own: Estimate;
  /** The same of the other axis. */
  readonly other: Estimate;
  /**
   * other / own; absent where the interval of `own` holds 0 or there is none: a ratio to what may be nothing says nothing.
   */
  readonly leeway?: { readonly ratio: number; readonly interval: Interval };
}

/** Least-squares slope of y on x. */
function slope(xs: readonly number[], ys: readonly number[]): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(xs), mean(ys)];
  const xy = xs.reduce((sum, x, i) => sum + (x - mx) * ((ys[i] ?? NaN) - my), 0);
  const xx = xs.reduce((sum, x) => sum + (x - mx) ** 2, 0);
  return xy / xx;
}

/** Each dilemma's slope over the strengths, of those that were answered at every one. */
function slopes(runs: readonly AtStrength[]): Answer[] {
  const tables = runs.map(({ answers }) => new Map(answers.map(({ id, logOddsHigh }) => [id, logOddsHigh])));
  const strengths = runs.map(({ strength }) => strength);
  return (runs[0]?.answers ?? []).flatMap((answer) => {
    const values = tables.flatMap((table) => table.get(answer.id) ?? []);
    return values.length === runs.length ? [{ ...answer, logOddsHigh: slope(strengths, values) }] : [];
  });
}

/**
 * Shifts per unit of strength of one axis's vector, from the same dilemmas at two strengths or more: least-squares slopes
 * of each dilemma, averaged as the axis score is, with a bootstrap over item x domain clusters whose draws both axes share.
 * @returns undefined where strengths do not differ or an axis has no dilemma that was answered at all of them.
 */
export function steerability(
  axis: Axis,
  runs: readonly AtStrength[],
  { seed, resamples = RESAMPLES }: BootstrapOptions,
): Steerability | undefined {
  if (new Set(runs.map(({ strength }) => strength)).size < 2) return undefined;
  const answers = slopes(runs);
  const scores = itemScores(answers.map(sumOf));
  const of = (wanted: Axis): readonly Answer[] => answers.filter((answer) => answer.axis === wanted);
  const across = AXES.find((candidate) => candidate !== axis) ?? axis;
  const [own, other] = [axisMean(scores, axis), axisMean(scores, across)];
  if (own === undefined || other === undefined) return undefined;
  const drawn: { own: number; other: number }[] = [];
  const units = samplingUnits(answers);
  const axes = [...scores.values()].map((score) => score.axis);
  if (units)
    resampleScores(units, resamples, seed, ({ logOdds }) => {
      const [first, second] = [axis, across].map((wanted) =>
        meanWhere(logOdds, (place) => axes[place] === wanted),
      );
      drawn.push({ own: first ?? NaN, other: second ?? NaN });
    });
  const df = samplingUnits(of(axis))?.df;
  const intervalOf = (values: readonly number[]): { interval?: Interval } =>
    values.length > 0 ? { interval: percentileInterval(values, 0.95, df) } : {};
  const estimate: Estimate = {
    mean: own,
    n: of(axis).length,
    ...intervalOf(drawn.map((one) => one.own)),
  };
  const sure = estimate.interval && (estimate.interval.low > 0 || estimate.interval.high < 0);
  return {
    own: estimate,
    other: { mean: other, n: of(across).length, ...intervalOf(drawn.map((one) => one.other)) },
    ...(sure
      ? {
          leeway: {
            ratio: other / own,
            interval: percentileInterval(
              drawn.map((one) => one.other / one.own),
              0.95,
              df,
            ),
          },
        }
      : {}),
  };
}
