import { mean, sampleRankCorrelation } from 'simple-statistics';
import { itemOf, type Axis } from '../item.ts';
import type { ItemScore } from '../item-score.ts';
import type { Interval } from '../statistics/bootstrap.ts';
import { pearson } from '../statistics/correlation.ts';
import type { SurveyScore } from '../survey-score.ts';

/** One item asked both ways. */
export interface ConvergentItem {
  readonly wvsId: string;
  readonly axis: Axis;
  /** Mean probability of the high pole over the item's dilemmas. */
  readonly scenario: number;
  /** The direct answer, 0 (low pole) to 1 (high pole). */
  readonly direct: number;
  readonly survey: SurveyScore;
}

/** Convergent validity: do dilemmas and direct questions put the items in the same order? */
export interface Convergence {
  readonly items: readonly ConvergentItem[];
  /** Pearson's (with Fisher's interval) and Spearman's correlation over items; NaN where one side does not vary. */
  readonly r: number;
  readonly interval?: Interval;
  readonly rank: number;
  /** Mean probability that the direct question gets a point of its scale at all. */
  readonly answered: number;
  readonly refusal: number;
  /** Mean share of neutral points where a scale has some. */
  readonly neutral: number;
}

/** Undefined for fewer than three items that were asked both ways. */
export function convergenceOf(
  scenarios: Readonly<Record<string, ItemScore>>,
  survey: ReadonlyMap<string, SurveyScore>,
): Convergence | undefined {
  const items = [...survey].flatMap(([wvsId, direct]): ConvergentItem[] => {
    const score = scenarios[wvsId];
    const item = itemOf(wvsId);
    return score && item
      ? [{ wvsId, axis: item.axis, scenario: score.probability, direct: direct.probability, survey: direct }]
      : [];
  });
  if (items.length < 3) return undefined;
  const scenario = items.map((item) => item.scenario);
  const direct = items.map((item) => item.direct);
  const neutral = items.flatMap((item) => item.survey.neutral ?? []);
  const { r, interval } = pearson(scenario, direct);
  return {
    items,
    r,
    ...(interval ? { interval } : {}),
    rank: sampleRankCorrelation(scenario, direct),
    answered: mean(items.map((item) => item.survey.answered)),
    refusal: mean(items.map((item) => item.survey.refusal)),
    neutral: neutral.length > 0 ? mean(neutral) : NaN,
  };
}
