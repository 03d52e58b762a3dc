import { seededRandom } from './random.ts';
import { expandedTails, normalProbability, studentBound } from './student.ts';

/** A figure with its interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** Nominal coverage, e.g. 0.95. */
  readonly level: number;
}

/** Whether an interval lies on one side of 0; false where there is none. */
export const excludesZero = (interval: Pick<Interval, 'low' | 'high'> | undefined): boolean =>
  interval !== undefined && (interval.low > 0 || interval.high < 0);

/** The q-quantile of sorted values, linear between order statistics (Hyndman & Fan 1996, type 7). */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  if (sorted.length === 0) return NaN;
  const place = (sorted.length - 1) * q;
  const below = Math.floor(place);
  const low = sorted[below] ?? NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? NaN;
  return low + (high - low) * (place - below);
}

/** Strata need two members each: of one alone nothing is known about its spread. */
export function canResample(strata: readonly string[]): boolean {
  const sizes = new Map<string, number>();
  for (const key of strata) sizes.set(key, (sizes.get(key) ?? 0) + 1);
  return sizes.size > 0 && [...sizes.values()].every((size) => size > 1);
}

/**
 * Stratified bootstrap resamples: within each stratum of n members, n - 1 draws with replacement, so that the variance
 * of a stratum's mean is unbiased also where n is 2 or 3 (McCarthy & Snowden 1985; Rao & Wu 1988, section 2).
 * @param strata stratum key of each unit, see `canResample`
 * @param resamples number of resamples
 * @param visit called with the drawn unit indices (a buffer that is reused: copy what you keep)
 */
export function resample(
  strata: readonly string[],
  resamples: number,
  seed: number,
  visit: (draw: Int32Array) => void,
): void {
  const groups = new Map<string, number[]>();
  strata.forEach((key, index) => {
    const group = groups.get(key);
    if (group) group.push(index);
    else groups.set(key, [index]);
  });
  const random = seededRandom(seed);
  const draw = new Int32Array(strata.length - groups.size);
  for (let r = 0; r < resamples; r++) {
    let at = 0;
    for (const group of groups.values())
      for (let k = 1; k < group.length; k++) draw[at++] = group[Math.floor(random() * group.length)] ?? 0;
    visit(draw);
  }
}

/**
 * The expanded percentile interval of bootstrap replicates (Hesterberg 2015, The American Statistician 69(4), section
 * 5.3): percentiles at which Student's t stands where the normal bound stood, so that few units do not make the interval
 * too narrow. With `df` left out it is the plain percentile interval (Efron & Tibshirani 1993, chapter 13).
 * @param df units minus strata
 */
export function percentileInterval(replicates: readonly number[], level = 0.95, df?: number): Interval {
  const sorted = Float64Array.from(replicates).sort();
  const tail = df === undefined ? (1 - level) / 2 : normalProbability(-studentBound(level, df));
  return { low: quantile(sorted, tail), high: quantile(sorted, 1 - tail), level };
}

/**
 * Two-sided p value that a figure is 0, from its bootstrap replicates: 1 minus the level at which their expanded percentile
 * interval begins to hold 0. The share of replicates beyond 0 is (1 + k) / (n + 1), so that it is never 0.
 * @param df units minus strata
 */
export function percentileTest(replicates: readonly number[], df?: number): number {
  const below = replicates.filter((value) => value <= 0).length;
  const above = replicates.filter((value) => value >= 0).length;
  return expandedTails((1 + Math.min(below, above)) / (replicates.length + 1), df);
}
