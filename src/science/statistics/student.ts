import { errorFunction } from 'simple-statistics';

/** The standard normal distribution function. */
export const normalProbability = (z: number): number => (1 + errorFunction(z / Math.SQRT2)) / 2;

/** The z beyond which, on both sides, 5 % of the standard normal distribution lies. */
export const NORMAL_BOUND = 1.959963984540054;

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

/**
 * Degrees of freedom of a stratified sum (Satterthwaite 1946, Biometrics Bulletin 2(6)): that of equal strata where all
 * weigh alike, less where a few strata make most of the variance. Rounded down, 1 at least.
 * @param parts of each stratum, its units' parts of the sum, two at least; they add up to 0
 */
export function stratifiedDf(parts: readonly (readonly number[])[]): number {
  let sum = 0;
  let squares = 0;
  for (const units of parts) {
    const k = units.length;
    const variance = (k / (k - 1)) * units.reduce((total, part) => total + part ** 2, 0);
    sum += variance;
    squares += variance ** 2 / (k - 1);
  }
  // Where nothing varies, every stratum counts.
  const all = parts.reduce((total, { length }) => total + length - 1, 0);
  return Math.max(1, Math.floor(squares > 0 ? sum ** 2 / squares + 1e-9 : all));
}
