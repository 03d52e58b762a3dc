import { MAP_MODES, type MapMode, type Projection } from '../science/culture-map.ts';
import { itemOf, type Axis } from '../science/item.ts';
import { itemScores, sumOf } from '../science/item-score.ts';
import { SCALE_ORDERS, type SurveyQuestion } from '../science/survey.ts';
import { surveyPlace, surveyScores } from '../science/survey-score.ts';
import { convergenceOf } from '../science/validity/convergence.ts';
import { homeProbe, type Experiment, type RunNames } from './experiment.ts';
import type { Figure } from './figure.ts';

/** The direct questions, as the file has them that survey runs name. */
export interface ReportSurvey {
  readonly sha256: string;
  readonly questions: readonly SurveyQuestion[];
}

export interface DirectItem {
  readonly code: string;
  readonly name: string;
  readonly axis: Axis;
  /** By its dilemmas and by its question, each from 0 (low pole) to 1 (high pole). */
  readonly scenario: Figure;
  readonly direct: Figure;
  /** Half the difference between both orders of the scale, in the item's survey codes. */
  readonly orderGap: Figure;
}

/** What the survey's own questions say, beside the dilemmas. */
export interface Direct {
  readonly run: string;
  readonly items: readonly DirectItem[];
  /** Pearson's correlation of both over items. */
  readonly agreement: Figure;
  /** Probability of any point of the scale, and of a sentence in place of one. */
  readonly answered: Figure;
  readonly refusal: Figure;
  /** Where the direct answers would stand; there is one model, so that nothing can be resampled. */
  readonly places: readonly { readonly mode: MapMode; readonly x: Figure; readonly y: Figure }[];
}

/** Undefined where no whole survey of these questions was asked as the dilemmas were. */
export function directOf(
  experiment: Experiment,
  names: RunNames,
  { sha256, questions }: ReportSurvey,
  projection: Projection,
): Direct | undefined {
  const probe = homeProbe(experiment);
  const survey = experiment.surveys.find(
    ({ scenarios, system, answers }) =>
      scenarios.sha256 === sha256 &&
      (system ?? '') === (experiment.system ?? '') &&
      answers.length === questions.length * SCALE_ORDERS.length,
  );
  if (!probe || !survey) return undefined;
  const scores = surveyScores(questions, survey.answers);
  const scenarios = itemScores(probe.answers.map(sumOf));
  const found = convergenceOf(Object.fromEntries(scenarios), scores);
  if (!found) return undefined;
  const both = [names.of(probe), names.of(survey)];
  const figure = (
    value: number,
    unit: string,
    n: number,
    runs: readonly string[] = [both[1] ?? ''],
  ): Figure => ({
    ...{ value, n, unit, runs },
  });
  return {
    run: names.of(survey),
    items: found.items.map(({ wvsId, axis, scenario, direct, survey: score }): DirectItem => {
      const orders = questions.filter((question) => question.wvsId === wvsId).length * SCALE_ORDERS.length;
      const name = itemOf(wvsId)?.name ?? wvsId;
      return {
        ...{ code: wvsId, name, axis },
        scenario: figure(scenario, 'mean probability of the high pole', scenarios.get(wvsId)?.n ?? 0, [
          names.of(probe),
        ]),
        direct: figure(direct, 'direct answer, 0 (low pole) to 1 (high pole)', orders),
        orderGap: figure(score.orderGap, 'survey codes', orders),
      };
    }),
    agreement: {
      ...figure(found.r, 'Pearson’s correlation over items', found.items.length, both),
      ...(found.interval ? { low: found.interval.low, high: found.interval.high } : {}),
    },
    answered: figure(found.answered, 'mean probability of a point of the scale', survey.answers.length),
    refusal: figure(found.refusal, 'mean probability of a sentence instead', survey.answers.length),
    places: MAP_MODES.flatMap((mode) => {
      const place = surveyPlace(scores, projection, mode);
      const at = (value: number): Figure => figure(value, 'map units', survey.answers.length);
      return place ? [{ mode, x: at(place.x), y: at(place.y) }] : [];
    }),
  };
}
