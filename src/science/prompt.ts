import { optionOf, type ForcedChoice, type Letter, type Pole } from './forced-choice.ts';

export const PROTOCOLS = ['letters', 'letters-chat', 'cloze'] as const;
/** How a dilemma is put to the model and scored. */
export type Protocol = (typeof PROTOCOLS)[number];

/** The pairs of labels that options can be given; the first is what the paper uses. */
export const LABEL_SETS = { AB: ['A', 'B'], XY: ['X', 'Y'], '12': ['1', '2'] } as const;
export type LabelSet = keyof typeof LABEL_SETS;

/** Both orders a letters question is asked in: at which of the two labels the high pole stands. */
export const ORDERS: readonly Letter[] = ['A', 'B'];

/** What stands in front of a question, and what its options are called. */
export interface PromptOptions {
  readonly system?: string | undefined;
  readonly labels?: LabelSet | undefined;
}

/**
 * The letters question (Dang & Masud, arXiv 2605.26365, their prompt), with the high pole at the label `highAt`.
 * The system line stands only where there is a system prompt.
 */
export function lettersPrompt(
  question: ForcedChoice,
  highAt: Letter,
  { system, labels = 'AB' }: PromptOptions = {},
): string {
  const high = optionOf(question, 'high');
  const low = optionOf(question, 'low');
  const [a, b] = highAt === 'A' ? [high, low] : [low, high];
  const [first, second] = LABEL_SETS[labels];
  const head = system ? `${system}\n` : '';
  return `${head}${question.scenario}\n${first}) ${a}\n${second}) ${b}\n\nWhich do you choose? Choice (${first} or ${second}):`;
}

/** The spellings of an answer label that are read from the next-token probabilities. */
export function labelSpellings(label: string): readonly string[] {
  return [label, ` ${label}`];
}

/** A cloze question in two parts that are tokenized apart: the stem, and one pole's continuation. */
export function clozeParts(
  question: ForcedChoice,
  pole: Pole,
  system?: string,
): { stem: string; option: string } {
  const head = system ? `${system}\n` : '';
  return { stem: `${head}${question.scenario} Answer:`, option: ` ${optionOf(question, pole)}` };
}
