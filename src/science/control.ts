import { isFields, textOf } from './fields.ts';
import type { ForcedChoice } from './forced-choice.ts';
import { PROTOCOLS, type Protocol } from './prompt.ts';
import { proportion, type Proportion } from './statistics/proportion.ts';

export const CONTROL_FORMS = ['dilemma', 'plain'] as const;
export type ControlForm = (typeof CONTROL_FORMS)[number];

/** A question with one answer that any reader gives; the right option stands at `highAt`. */
export interface ControlQuestion extends ForcedChoice {
  /** A scene and two acts as in the dilemmas, or a plain question about the world. */
  readonly form: ControlForm;
  readonly topic: string;
}

/** Below this share of right answers a protocol does not measure a model (design, "Protocols"). */
export const VALID_FROM = 0.8;

/** Reads the parsed control file: `[{id, form, topic, scenario_text, options: {A, B}, right}]`. Throws RangeError. */
export function readControls(value: unknown): readonly ControlQuestion[] {
  if (!Array.isArray(value) || value.length === 0)
    throw new RangeError('It is no list of control questions.');
  return value.map((entry: unknown, index): ControlQuestion => {
    const fields = isFields(entry) ? entry : {};
    const options = isFields(fields['options']) ? fields['options'] : {};
    const id = textOf(fields['id']);
    const scenario = textOf(fields['scenario_text']);
    const [A, B] = [textOf(options['A']), textOf(options['B'])];
    const { form, right } = fields;
    if (
      !id ||
      !scenario ||
      !A ||
      !B ||
      (right !== 'A' && right !== 'B') ||
      (form !== 'dilemma' && form !== 'plain')
    )
      throw new RangeError(`Control question ${index + 1} is not whole.`);
    return {
      index,
      id,
      form,
      topic: textOf(fields['topic']) ?? '',
      scenario,
      options: { A, B },
      highAt: right,
    };
  });
}

/** How a model did on control questions, nats toward the right answer. */
export interface ControlAnswer {
  readonly form: ControlForm;
  readonly logOddsHigh: number;
}

export interface ControlScore {
  readonly all: Proportion;
  /** Absent for a form that was not asked. */
  readonly forms: Readonly<Partial<Record<ControlForm, Proportion>>>;
  readonly valid: boolean;
  /** Whether the interval lies on one side of the threshold: more questions would hardly change the verdict. */
  readonly decided: boolean;
}

const share = (answers: readonly ControlAnswer[]): Proportion =>
  proportion(
    answers.reduce((hits, { logOddsHigh }) => hits + (logOddsHigh > 0 ? 1 : logOddsHigh === 0 ? 0.5 : 0), 0),
    answers.length,
  );

/** The share of right answers; a tie counts half. Undefined for no answers. */
export function controlScore(answers: readonly ControlAnswer[]): ControlScore | undefined {
  if (answers.length === 0) return undefined;
  const all = share(answers);
  const forms: Partial<Record<ControlForm, Proportion>> = {};
  for (const form of CONTROL_FORMS) {
    const own = answers.filter((answer) => answer.form === form);
    if (own.length > 0) forms[form] = share(own);
  }
  const { low, high } = all.interval;
  return { all, forms, valid: all.share >= VALID_FROM, decided: low > VALID_FROM || high < VALID_FROM };
}

/**
 * The protocol to take: the first valid one in the order letters (the paper's), letters-chat, cloze; where none is, cloze,
 * which asks least of a model, and its figures are to be doubted.
 */
export function defaultProtocol(scores: Readonly<Partial<Record<Protocol, ControlScore>>>): {
  protocol: Protocol;
  valid: boolean;
} {
  const protocol = PROTOCOLS.find((candidate) => scores[candidate]?.valid);
  return protocol ? { protocol, valid: true } : { protocol: 'cloze', valid: false };
}
