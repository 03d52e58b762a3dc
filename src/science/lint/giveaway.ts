import { domainKey, type Dilemma } from '../dilemma.ts';
import { optionOf } from '../forced-choice.ts';
import { wordsOf } from './words.ts';

export interface Giveaway {
  /** Share of dilemmas whose high option is picked from the options alone; a tie counts half. */
  readonly accuracy: number;
  readonly n: number;
  /** The words that pull most toward one pole: log-odds of the high option, smoothed by one. */
  readonly words: readonly { readonly word: string; readonly pull: number }[];
}

const bagOf = (text: string): Set<string> => new Set(wordsOf(text));

/** Smoothed log-odds of each word to stand in the high option. */
function pulls(dilemmas: readonly Dilemma[]): Map<string, number> {
  const counts = new Map<string, [number, number]>();
  for (const dilemma of dilemmas)
    for (const [column, pole] of (['low', 'high'] as const).entries())
      for (const word of bagOf(optionOf(dilemma, pole))) {
        const count = counts.get(word) ?? [0, 0];
        count[column] = (count[column] ?? 0) + 1;
        counts.set(word, count);
      }
  return new Map([...counts].map(([word, [low, high]]) => [word, Math.log((high + 1) / (low + 1))]));
}

/**
 * How well the options alone, without the scene, give the pole away: a naive Bayes bag of words (Manning, Raghavan &
 * Schütze 2008, chapter 13) learned from one domain's `training` dilemmas, tried on the other domains of `test`, for
 * every domain in turn. Chance is 0.5.
 */
export function giveaway(training: readonly Dilemma[], test: readonly Dilemma[]): Giveaway {
  let right = 0;
  let n = 0;
  for (const domain of new Set(training.map((dilemma) => domainKey(dilemma.domain)))) {
    const learned = pulls(training.filter((dilemma) => domainKey(dilemma.domain) === domain));
    const score = (text: string): number =>
      [...bagOf(text)].reduce((sum, word) => sum + (learned.get(word) ?? 0), 0);
    for (const dilemma of test) {
      if (domainKey(dilemma.domain) === domain) continue;
      const difference = score(optionOf(dilemma, 'high')) - score(optionOf(dilemma, 'low'));
      // Sums of logarithms in another order differ in the last digits.
      right += Math.abs(difference) < 1e-9 ? 0.5 : difference > 0 ? 1 : 0;
      n += 1;
    }
  }
  const words = [...pulls([...training, ...test])]
    .map(([word, pull]) => ({ word, pull }))
    .sort((a, b) => Math.abs(b.pull) - Math.abs(a.pull) || a.word.localeCompare(b.word))
    .slice(0, 12);
  return { accuracy: n > 0 ? right / n : NaN, n, words };
}
