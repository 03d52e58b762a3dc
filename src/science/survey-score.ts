import { mean } from 'simple-statistics';
import { mapPoint, type MapMode, type MapPoint, type Projection } from './culture-map.ts';
import { itemOf } from './item.ts';
import { SCALE_ORDERS, type SurveyQuestion, type SurveyReading } from './survey.ts';

/** One item's figures from the direct questions. */
export interface SurveyScore {
  /** Mean answer in the item's survey codes. */
  readonly code: number;
  /** The same from 0 (low pole) to 1 (high pole). */
  readonly probability: number;
  /** Probability of any point of the scale, mean over questions and orders. */
  readonly answered: number;
  /** Probability of a sentence instead of a number. */
  readonly refusal: number;
  /** Share of neutral points among the points; undefined where a scale has none. */
  readonly neutral?: number;
  /** Half the difference of the code between both orders of the scale. */
  readonly orderGap: number;
}

/** Expected value of a question's answers among those that are on its scale. */
function expected(question: SurveyQuestion, points: readonly number[]): number {
  const total = points.reduce((sum, p) => sum + p, 0);
  return question.points.reduce((sum, { value }, i) => sum + value * (points[i] ?? 0), 0) / total;
}

/**
 * Post-materialism from the probabilities of being named first among four aims (1 order, 2 say, 3 prices, 4 free
 * speech): the second choice follows by leaving the first one out (Luce 1959), and the index is 1 for two materialist
 * aims, 3 for two post-materialist ones, 2 for one of each (Inglehart 1977).
 */
export function postMaterialism(first: readonly number[]): number {
  const total = first.reduce((sum, p) => sum + p, 0);
  const p = first.map((value) => value / total);
  const post = [false, true, false, true];
  let index = 0;
  for (const [i, pi] of p.entries())
    for (const [j, pj] of p.entries())
      if (i !== j) index += ((pi * pj) / (1 - pi || 1)) * (1 + Number(post[i]) + Number(post[j]));
  return index;
}

/** The autonomy index: independence and determination minus faith and obedience, each named with its probability. */
const AUTONOMY_SIGNS: Readonly<Record<string, number>> = {
  'Y003-independence': 1,
  'Y003-determination': 1,
  'Y003-faith': -1,
  'Y003-obedience': -1,
};

function codeOf(
  wvsId: string,
  questions: readonly SurveyQuestion[],
  readings: ReadonlyMap<string, SurveyReading>,
): number {
  if (wvsId === 'Y003')
    return questions.reduce((sum, question) => {
      const [yes = NaN, no = NaN] = readings.get(question.id)?.points ?? [];
      return sum + (AUTONOMY_SIGNS[question.id] ?? NaN) * (yes / (yes + no));
    }, 0);
  const [question] = questions;
  const points = (question && readings.get(question.id)?.points) ?? [];
  if (wvsId === 'Y002') return postMaterialism(points);
  return question ? expected(question, points) : NaN;
}

/** Item scores of a survey; an item whose questions were not all read, or had no answer on their scale, is left out. */
export function surveyScores(
  questions: readonly SurveyQuestion[],
  readings: readonly SurveyReading[],
): Map<string, SurveyScore> {
  const scores = new Map<string, SurveyScore>();
  for (const wvsId of new Set(questions.map((question) => question.wvsId))) {
    const item = itemOf(wvsId);
    const own = questions.filter((question) => question.wvsId === wvsId);
    const ids = new Set(own.map(({ id }) => id));
    const read = readings.filter(({ id }) => ids.has(id));
    if (!item || read.length < own.length * SCALE_ORDERS.length) continue;
    const codes = SCALE_ORDERS.map((order) =>
      codeOf(
        wvsId,
        own,
        new Map(read.filter((reading) => reading.order === order).map((reading) => [reading.id, reading])),
      ),
    );
    const code = mean(codes);
    if (!Number.isFinite(code)) continue;
    const { min, max } = item.scale;
    const up = (code - min) / (max - min);
    const neutral = own.flatMap((question) =>
      question.neutral.length === 0
        ? []
        : read
            .filter(({ id }) => id === question.id)
            .map(({ points }) => {
              const total = points.reduce((sum, p) => sum + p, 0);
              const middle = question.points.reduce(
                (sum, { value }, i) => sum + (question.neutral.includes(value) ? (points[i] ?? 0) : 0),
                0,
              );
              return middle / total;
            }),
    );
    scores.set(wvsId, {
      code,
      probability: item.highPole === 'max' ? up : 1 - up,
      answered: mean(read.map(({ points }) => points.reduce((sum, p) => sum + p, 0))),
      refusal: mean(read.map(({ sentence }) => sentence)),
      ...(neutral.length > 0 ? { neutral: mean(neutral) } : {}),
      orderGap: Math.abs((codes[0] ?? NaN) - (codes[1] ?? NaN)) / 2,
    });
  }
  return scores;
}

/** Where the direct answers would stand; undefined while an item is missing. */
export function surveyPlace(
  scores: ReadonlyMap<string, SurveyScore>,
  projection: Projection,
  mode: MapMode,
): MapPoint | undefined {
  const items = new Map([...scores].map(([code, score]) => [code, score.probability]));
  return mapPoint(items, projection, mode);
}
