import { isFields, textOf } from './fields.ts';
import { itemOf } from './item.ts';

/** One point of an answer scale. */
export interface ScalePoint {
  readonly value: number;
  readonly label: string;
}

/** One question as it is asked. An item may take several. */
export interface SurveyQuestion {
  readonly id: string;
  readonly wvsId: string;
  readonly text: string;
  readonly points: readonly ScalePoint[];
  /** Whether every point is listed, or the ends alone. */
  readonly listed: boolean;
  /** Values that take no side. */
  readonly neutral: readonly number[];
}

/** The order in which a scale is shown. */
export const SCALE_ORDERS = ['forward', 'backward'] as const;
export type ScaleOrder = (typeof SCALE_ORDERS)[number];

/** What a model did with one question in one order: probabilities, not logs. */
export interface SurveyReading {
  readonly id: string;
  readonly order: ScaleOrder;
  /** Probability of each point, in the order of `points`. */
  readonly points: readonly number[];
  /** Probability of the openings of a sentence in place of a number: an upper bound of refusals. */
  readonly sentence: number;
}

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

/** Openings of a sentence that a model writes when it does not give a number. */
export const SENTENCE_OPENINGS = ['I', 'As', 'Sorry', 'Unfortunately', 'It', 'There', 'This'] as const;

/** Reads the parsed survey file. Throws RangeError where a question is not whole. */
export function readSurvey(value: unknown): readonly SurveyQuestion[] {
  const questions = isFields(value) ? value['questions'] : undefined;
  if (!Array.isArray(questions)) throw new RangeError('The survey file has no list "questions".');
  return questions.map((entry: unknown, index): SurveyQuestion => {
    const fields = isFields(entry) ? entry : {};
    const [id, wvsId, text] = [textOf(fields['id']), textOf(fields['wvs_id']), textOf(fields['text'])];
    const points = (Array.isArray(fields['points']) ? fields['points'] : []).flatMap((point: unknown) =>
      isFields(point) && typeof point['value'] === 'number'
        ? [{ value: point['value'], label: textOf(point['label']) ?? '' }]
        : [],
    );
    const neutral = (Array.isArray(fields['neutral']) ? fields['neutral'] : []).filter(
      (entry) => typeof entry === 'number',
    );
    if (!id || !wvsId || !text || points.length < 2 || !itemOf(wvsId))
      throw new RangeError(`Survey question ${index + 1} is not whole.`);
    return { id, wvsId, text, points, listed: fields['listed'] !== false, neutral };
  });
}

/** The question with its scale in one of the two orders. */
export function surveyPrompt(question: SurveyQuestion, order: ScaleOrder): string {
  const shown = question.listed ? question.points : [question.points[0], question.points.at(-1)];
  const lines = shown.map((point) => `${point?.value} = ${point?.label}`);
  if (order === 'backward') lines.reverse();
  const values = question.points.map(({ value }) => value);
  const range = `${Math.min(...values)} to ${Math.max(...values)}`;
  return `${question.text}\n${lines.join('\n')}\n\nAnswer with one number from ${range}:`;
}

/**
 * Probabilities of scale points from those of their spellings: "1" is the start of "10", so what goes on to "10" is taken
 * off (never below 0).
 */
export function pointProbabilities(points: readonly ScalePoint[], spelled: readonly number[]): number[] {
  return points.map(({ value }, i) => {
    const longer = points.reduce(
      (sum, other, k) =>
        other.value !== value && String(other.value).startsWith(String(value))
          ? sum + (spelled[k] ?? 0)
          : sum,
      0,
    );
    return Math.max(0, (spelled[i] ?? NaN) - longer);
  });
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

const average = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

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
    const code = average(codes);
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
      answered: average(read.map(({ points }) => points.reduce((sum, p) => sum + p, 0))),
      refusal: average(read.map(({ sentence }) => sentence)),
      ...(neutral.length > 0 ? { neutral: average(neutral) } : {}),
      orderGap: Math.abs((codes[0] ?? NaN) - (codes[1] ?? NaN)) / 2,
    });
  }
  return scores;
}
