import { errorFunction } from 'simple-statistics';

/** The standard normal distribution function. */
export const normalProbability = (z: number): number => (1 + errorFunction(z / Math.SQRT2)) / 2;

/** P(|T| < t) for whole degrees of freedom: the finite series of Abramowitz & Stegun 1964, 26.7.3 and 26.7.4. */
function centralProbability(t: number, df: number): number {
  const theta = Math.atan(t / Math.sqrt(df));
  const squared = Math.cos(theta) ** 2;
  if (df === 1) return (2 * theta) / Math.PI;
  const odd = df % 2 === 1;
  let term = odd ? Math.cos(theta) : 1;
  let sum = term;
  for (let k = odd ? 3 : 2; k <= df - 2; k += 2) {
    term *= (squared * (k - 1)) / k;
    sum += term;
  }
  return odd ? (2 / Math.PI) * (theta + Math.sin(theta) * sum) : Math.sin(theta) * sum;
}

/** The t beyond which, on both sides, 1 - level of Student's distribution with `df` (whole, 1 at least) lies. */
export function studentBound(level: number, df: number): number {
  if (!Number.isInteger(df) || df < 1 || !(level > 0 && level < 1))
    throw new RangeError('Student’s bound needs whole degrees of freedom and a level between 0 and 1.');
  let low = 0;
  let high = 1;
  while (centralProbability(high, df) < level) high *= 2;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (centralProbability(middle, df) < level) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * The two-sided p value of a tail share: how much of Student's distribution lies, on both sides, beyond the normal bound
 * that cuts off `tail` (half at most) on one. The converse of `studentBound` in an expanded percentile interval.
 */
export function expandedTails(tail: number, df?: number): number {
  if (!(tail > 0 && tail <= 1)) throw new RangeError('A tail share lies between 0 and 1.');
  if (tail >= 0.5) return 1;
  if (df === undefined) return 2 * tail;
  let low = 0;
  let high = 10;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (normalProbability(-middle) > tail) low = middle;
    else high = middle;
  }
  return 1 - centralProbability((low + high) / 2, df);
}
