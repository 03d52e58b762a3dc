import { isFields, textOf } from '../fields.ts';

/** Two texts that differ in what a vector is to push: positive strength moves toward the first. */
export interface ContrastivePair {
  readonly positive: string;
  readonly negative: string;
}

/** What is wrong with one pair. */
export interface PairProblem {
  /** Place among the pairs, from 0. */
  readonly index: number;
  readonly field: 'positive' | 'negative' | '';
  readonly message: string;
}

export type PairReading =
  | { readonly ok: true; readonly pairs: readonly ContrastivePair[] }
  | { readonly ok: false; readonly problems: readonly PairProblem[] };

/** Reads entries `{positive, negative}`; further keys are tolerated. Never throws: every fault of every entry is listed. */
export function readPairs(entries: readonly unknown[]): PairReading {
  const problems: PairProblem[] = [];
  const pairs = entries.flatMap((entry, index): ContrastivePair[] => {
    const fault = (field: PairProblem['field'], message: string): [] => {
      problems.push({ index, field, message });
      return [];
    };
    if (!isFields(entry)) return fault('', 'is not an object {"positive": …, "negative": …}');
    const [positive, negative] = [textOf(entry['positive']), textOf(entry['negative'])];
    if (!positive) fault('positive', 'is missing, empty or no text');
    if (!negative) fault('negative', 'is missing, empty or no text');
    if (!positive || !negative) return [];
    if (positive === negative) return fault('negative', 'is the same text as positive');
    return [{ positive, negative }];
  });
  return problems.length > 0 ? { ok: false, problems } : { ok: true, pairs };
}
