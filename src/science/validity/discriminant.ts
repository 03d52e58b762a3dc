import { sampleCorrelation } from 'simple-statistics';
import { optionOf, type ForcedChoice } from '../forced-choice.ts';
import { groupTest } from '../statistics/permutation.ts';
import { oneWayIntraclass } from '../statistics/reliability.ts';
import type { Answer } from '../answer.ts';

/** Discriminant validity: do answers follow what is asked about, and not how it is put? */
export interface Discriminant {
  /** ICC(1) of log-odds by item: how much dilemmas of one item resemble each other. */
  readonly items: number;
  /** Permutation p of that, items dealt at random. */
  readonly p: number;
  /** Pearson's r of the log-odds with how much longer the high option is (letters): a way in which form could decide. */
  readonly length?: number;
}

/** Undefined while no item has two dilemmas. */
export function discriminantOf(
  answers: readonly Answer[],
  questions: readonly ForcedChoice[],
  seed: number,
): Discriminant | undefined {
  const byItem = new Map<string, number[]>();
  for (const { wvsId, logOddsHigh } of answers)
    byItem.set(wvsId, [...(byItem.get(wvsId) ?? []), logOddsHigh]);
  const groups = [...byItem.values()];
  if (groups.length < 2 || answers.length <= groups.length) return undefined;
  const texts = new Map(questions.map((question) => [question.id, question]));
  const lengths = answers.flatMap(({ id, logOddsHigh }) => {
    const question = texts.get(id);
    return question
      ? [[optionOf(question, 'high').length - optionOf(question, 'low').length, logOddsHigh] as const]
      : [];
  });
  return {
    items: oneWayIntraclass(groups),
    p: groupTest(groups, oneWayIntraclass, { seed }),
    ...(lengths.length > 2
      ? {
          length: sampleCorrelation(
            lengths.map(([length]) => length),
            lengths.map(([, logOdds]) => logOdds),
          ),
        }
      : {}),
  };
}
