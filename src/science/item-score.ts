import type { Answer } from './answer.ts';
import { probability } from './choice.ts';
import type { Axis } from './item.ts';

export interface ItemScore {
  readonly axis: Axis;
  readonly n: number;
  /** Mean probability of the high pole over the item's dilemmas. */
  readonly probability: number;
  /** Mean log-odds of the high pole, nats. */
  readonly logOdds: number;
}

/** Sums over some dilemmas of one item: they add up to an item's score. */
export interface ItemSum {
  readonly wvsId: string;
  readonly axis: Axis;
  readonly n: number;
  readonly probability: number;
  readonly logOdds: number;
}

/** One dilemma's part of its item's sums. */
export const sumOf = ({ wvsId, axis, logOddsHigh }: Answer): ItemSum => ({
  wvsId,
  axis,
  n: 1,
  probability: probability(logOddsHigh),
  logOdds: logOddsHigh,
});

/** Item scores from sums, in the order in which items first come. */
export function itemScores(sums: Iterable<ItemSum>): Map<string, ItemScore> {
  const scores = new Map<string, { axis: Axis; n: number; probability: number; logOdds: number }>();
  for (const { wvsId, axis, n, probability: p, logOdds } of sums) {
    const score = scores.get(wvsId);
    if (score) {
      score.n += n;
      score.probability += p;
      score.logOdds += logOdds;
    } else scores.set(wvsId, { axis, n, probability: p, logOdds });
  }
  for (const score of scores.values()) {
    score.probability /= score.n;
    score.logOdds /= score.n;
  }
  return scores;
}

/** The axis score: mean of the log-odds of the axis's items, undefined while none is in. */
export function axisMean(scores: ReadonlyMap<string, ItemScore>, axis: Axis): number | undefined {
  const all = [...scores.values()];
  return meanWhere(
    all.map((score) => score.logOdds),
    (place) => all[place]?.axis === axis,
  );
}

/** Mean of the values whose place is taken; undefined for none. */
export function meanWhere(values: ArrayLike<number>, taken: (place: number) => boolean): number | undefined {
  let sum = 0;
  let n = 0;
  for (let place = 0; place < values.length; place++)
    if (taken(place)) {
      sum += values[place] ?? NaN;
      n += 1;
    }
  return n === 0 ? undefined : sum / n;
}

/** Mean probability of the high pole of each item, as the map wants it. */
export const probabilities = (scores: ReadonlyMap<string, ItemScore>): Map<string, number> =>
  new Map([...scores].map(([code, score]) => [code, score.probability]));
