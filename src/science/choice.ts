import type { Letter } from './forced-choice.ts';

/**
 * One order of a letters question: natural-log probabilities of the two labels at the last token; A is the first label,
 * whatever it is called (see `LABEL_SETS`).
 */
export interface OrderReading {
  readonly highAt: Letter;
  readonly logPA: number;
  readonly logPB: number;
}

/** What one dilemma says: log-odds of the high pole in nats; the letter-only fields are absent for cloze. */
export interface Choice {
  readonly logOddsHigh: number;
  /** Half the difference of the two orders: nats toward whatever stands at A. */
  readonly positionBias?: number;
  /** Mean over the orders of p(A) + p(B), 0 to 1. */
  readonly answerMass?: number;
  readonly orders?: readonly OrderReading[];
}

/** log(sum(exp(x))), stable; -Infinity for an empty list. */
export function logSumExp(values: ArrayLike<number>): number {
  let max = -Infinity;
  for (let i = 0; i < values.length; i++) max = Math.max(max, values[i] ?? -Infinity);
  if (max === -Infinity) return -Infinity;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.exp((values[i] ?? -Infinity) - max);
  return max + Math.log(sum);
}

/** p of the high pole from log-odds in nats. */
export function probability(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}

/**
 * Letters, both orders averaged: log-odds = mean over orders of log p(high's letter) - log p(low's letter).
 * Swapping which pole stands at A mirrors nothing: position bias cancels out of the mean and is reported apart.
 * @throws RangeError unless each order is there exactly once and every value is finite.
 */
export function choiceFromLetters(orders: readonly OrderReading[]): Choice {
  const atA = orders.find((order) => order.highAt === 'A');
  const atB = orders.find((order) => order.highAt === 'B');
  if (!atA || !atB || orders.length !== 2)
    throw new RangeError('a letters choice needs both orders, each once');
  const towardA = orders.map((order) => order.logPA - order.logPB);
  if (!towardA.every(Number.isFinite)) throw new RangeError('a letter has no finite log-probability');
  const a = atA.logPA - atA.logPB;
  const b = atB.logPA - atB.logPB;
  const mass = orders.map((order) => Math.exp(order.logPA) + Math.exp(order.logPB));
  return {
    logOddsHigh: (a - b) / 2,
    positionBias: (a + b) / 2,
    answerMass: mass.reduce((sum, value) => sum + value, 0) / mass.length,
    orders,
  };
}

/**
 * Cloze: mean log-likelihood per token of the high option minus that of the low option.
 * @param high log-probabilities of the high option's tokens, in order
 * @param low the same of the low option
 * @throws RangeError on an empty option or a value that is not finite.
 */
export function choiceFromCloze(high: ArrayLike<number>, low: ArrayLike<number>): Choice {
  const logOddsHigh = meanOf(high) - meanOf(low);
  if (!Number.isFinite(logOddsHigh)) throw new RangeError('an option has no finite log-likelihood');
  return { logOddsHigh };
}

function meanOf(values: ArrayLike<number>): number {
  if (values.length === 0) throw new RangeError('an option has no tokens');
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? NaN;
  return sum / values.length;
}
