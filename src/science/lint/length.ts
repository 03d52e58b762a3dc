import { optionOf, type ForcedChoice } from '../forced-choice.ts';
import { wordsOf } from './words.ts';

/** Letters and digits of a text: what makes it look long. */
export const lettersOf = (text: string): number => wordsOf(text).join('').length;

/** Among questions whose options differ in length, the share with the longer one at the high pole. */
export function longerHigh(questions: readonly ForcedChoice[]): { share: number; differing: number } {
  const differences = questions
    .map((question) => lettersOf(optionOf(question, 'high')) - lettersOf(optionOf(question, 'low')))
    .filter((difference) => difference !== 0);
  const longer = differences.filter((difference) => difference > 0).length;
  return { share: longer / differences.length, differing: differences.length };
}
