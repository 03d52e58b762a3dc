import type { Answer } from '../answer.ts';
import { splitHalf, type SplitHalf } from '../statistics/reliability.ts';

/**
 * Split-half reliability of the item scores, over random halves of each item's dilemmas; undefined for fewer than three
 * items, or an item with one dilemma.
 */
export function itemHalves(answers: readonly Answer[], seed: number): SplitHalf | undefined {
  const codes = [...new Set(answers.map(({ wvsId }) => wvsId))];
  const groups = codes.map((code) =>
    answers.filter(({ wvsId }) => wvsId === code).map(({ logOddsHigh }) => logOddsHigh),
  );
  const canHalve = groups.length > 2 && groups.every((values) => values.length > 1);
  return canHalve ? splitHalf(groups, { seed }) : undefined;
}
