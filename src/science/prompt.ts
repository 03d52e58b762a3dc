import { optionOf, type Dilemma, type Letter, type Pole } from './dilemma.ts';

export const PROTOCOLS = ['letters', 'letters-chat', 'cloze'] as const;
/** How a dilemma is put to the model and scored. */
export type Protocol = (typeof PROTOCOLS)[number];

export const isProtocol = (value: unknown): value is Protocol =>
  typeof value === 'string' && (PROTOCOLS as readonly string[]).includes(value);

/** Both orders a letters question is asked in: which letter the high pole stands at. */
export const ORDERS: readonly Letter[] = ['A', 'B'];

/**
 * The letters question (Dang & Masud, arXiv 2605.26365, their prompt), with the high pole at the letter `highAt`.
 * The system line stands only where there is a system prompt.
 */
export function lettersPrompt(dilemma: Dilemma, highAt: Letter, system?: string): string {
  const high = optionOf(dilemma, 'high');
  const low = optionOf(dilemma, 'low');
  const [a, b] = highAt === 'A' ? [high, low] : [low, high];
  const head = system ? `${system}\n` : '';
  return `${head}${dilemma.scenario}\nA) ${a}\nB) ${b}\n\nWhich do you choose? Choice (A or B):`;
}

/** The spellings of an answer letter that are read from the next-token probabilities. */
export function letterSpellings(letter: string): readonly string[] {
  return [letter, ` ${letter}`];
}

/** A cloze question in two parts that are tokenized apart: the stem, and one pole's continuation. */
export function clozeParts(dilemma: Dilemma, pole: Pole, system?: string): { stem: string; option: string } {
  const head = system ? `${system}\n` : '';
  return { stem: `${head}${dilemma.scenario} Answer:`, option: ` ${optionOf(dilemma, pole)}` };
}
