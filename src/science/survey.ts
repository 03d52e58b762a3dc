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
