import { sentencesOf, wordsOf } from './words.ts';

/**
 * Automated Readability Index, a school grade: 4.71 letters per word + 0.5 words per sentence - 21.43
 * (Senter & Smith 1967, AMRL-TR-66-220). Grade 8 is read at about age 14. Chosen over indices that count syllables
 * because names from all over the world mislead those.
 * @returns NaN for a text without words
 */
export function readingLevel(text: string): number {
  const words = wordsOf(text);
  const letters = words.reduce((sum, word) => sum + word.replaceAll(/[^\p{L}\p{N}]/gu, '').length, 0);
  return 4.71 * (letters / words.length) + 0.5 * (words.length / sentencesOf(text)) - 21.43;
}
