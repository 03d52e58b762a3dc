import type { Dilemma } from '../dilemma.ts';
import { wordsOf } from './words.ts';

export interface NearDuplicate {
  readonly first: Dilemma;
  readonly second: Dilemma;
  /** Jaccard similarity of the content words, 0 to 1. */
  readonly similarity: number;
}

/** Words too frequent in any text to say that two are alike. */
const SHORTEST_CONTENT_WORD = 4;

/** Pairs whose scenes and options share more than `limit` of their content words (Jaccard 1912). */
export function nearDuplicates(dilemmas: readonly Dilemma[], limit: number): NearDuplicate[] {
  const bags = dilemmas.map(
    ({ scenario, options }) =>
      new Set(
        wordsOf(`${scenario} ${options.A} ${options.B}`).filter(
          (word) => word.length >= SHORTEST_CONTENT_WORD,
        ),
      ),
  );
  const found: NearDuplicate[] = [];
  for (let i = 0; i < dilemmas.length; i++)
    for (let j = i + 1; j < dilemmas.length; j++) {
      const [a, b, first, second] = [bags[i], bags[j], dilemmas[i], dilemmas[j]];
      if (!a || !b || !first || !second) continue;
      let shared = 0;
      for (const word of a) if (b.has(word)) shared += 1;
      const similarity = shared / (a.size + b.size - shared || 1);
      if (similarity > limit) found.push({ first, second, similarity });
    }
  return found;
}
