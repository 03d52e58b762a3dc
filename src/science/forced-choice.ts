export type Letter = 'A' | 'B';
/** In a dilemma the two ends of the item; in a control question the right answer stands at `high`. */
export type Pole = 'low' | 'high';

/** Anything that is asked as a scene with two options. `options.A` and `options.B` stand as in the file. */
export interface ForcedChoice {
  /** Place in the file, from 0. */
  readonly index: number;
  readonly id: string;
  readonly scenario: string;
  readonly options: Readonly<Record<Letter, string>>;
  /** Which option is the high pole; of a control question, the right one. */
  readonly highAt: Letter;
}

/** The text of one pole's option. */
export function optionOf(question: ForcedChoice, pole: Pole): string {
  const high = question.highAt;
  const letter: Letter = pole === 'high' ? high : high === 'A' ? 'B' : 'A';
  return question.options[letter];
}
