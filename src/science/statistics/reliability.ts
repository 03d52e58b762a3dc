import { mean, sampleCorrelation } from 'simple-statistics';
import { quantile } from './bootstrap.ts';
import { seededRandom, shuffled } from './random.ts';

/**
 * Reliability of the whole from the correlation of two halves: 2r / (1 + r) (Spearman 1910; Brown 1910), with |r| below
 * the line, so that halves that run against each other stay above -1.
 */
export const spearmanBrown = (correlation: number): number => (2 * correlation) / (1 + Math.abs(correlation));

export interface SplitHalf {
  /** Median over splits of the Spearman-Brown reliability, and the middle 95 % of them. */
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly splits: number;
}

/**
 * Split-half reliability of group means: in each split every group's values are dealt at random into two halves, the
 * halves' means correlated over groups and stepped up. The range is that of splits, not a confidence interval.
 * @param groups values of each group, two at least; of three groups at least
 * Throws RangeError otherwise; NaN where the halves' means do not vary.
 */
export function splitHalf(
  groups: readonly (readonly number[])[],
  { seed, splits = 1000 }: { seed: number; splits?: number },
): SplitHalf {
  if (groups.length < 3 || groups.some((values) => values.length < 2 || !values.every(Number.isFinite)))
    throw new RangeError('Split-half reliability needs three groups with two finite values each.');
  const random = seededRandom(seed);
  const found = Float64Array.from({ length: splits }, () => {
    const halves = groups.map((values) => {
      const dealt = shuffled(values, random);
      const middle = dealt.length >> 1;
      return [mean(dealt.slice(0, middle)), mean(dealt.slice(middle))] as const;
    });
    return spearmanBrown(
      sampleCorrelation(
        halves.map(([first]) => first),
        halves.map(([, second]) => second),
      ),
    );
  }).sort();
  return { median: quantile(found, 0.5), low: quantile(found, 0.025), high: quantile(found, 0.975), splits };
}

/** Intraclass correlations of single ratings. */
export interface Intraclass {
  /** Two-way, absolute agreement: ICC(2,1). */
  readonly agreement: number;
  /** Two-way, consistency, where a rater's constant shift does not count: ICC(3,1). */
  readonly consistency: number;
}

/**
 * How far raters (protocols, label sets) say the same of targets (dilemmas, items): Shrout & Fleiss 1979, table 1, from
 * a two-way analysis of variance. `ratings`: [targets][raters], two of each at least, none missing; RangeError
 * otherwise. NaN where nothing varies.
 */
export function intraclass(ratings: readonly (readonly number[])[]): Intraclass {
  const n = ratings.length;
  const k = ratings[0]?.length ?? 0;
  if (n < 2 || k < 2 || ratings.some((row) => row.length !== k || !row.every(Number.isFinite)))
    throw new RangeError('An intraclass correlation needs two targets and two raters, and every rating.');
  const all = mean(ratings.flat());
  const squares = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + (value - all) ** 2, 0);
  const targets = (k * squares(ratings.map((row) => mean([...row])))) / (n - 1);
  const raterMeans = Array.from({ length: k }, (_, rater) =>
    mean(ratings.map((row) => row[rater] as number)),
  );
  const raters = (n * squares(raterMeans)) / (k - 1);
  const error = (squares(ratings.flat()) - targets * (n - 1) - raters * (k - 1)) / ((n - 1) * (k - 1));
  return {
    agreement: (targets - error) / (targets + (k - 1) * error + (k * (raters - error)) / n),
    consistency: (targets - error) / (targets + (k - 1) * error),
  };
}

/**
 * How much single values of one group resemble each other, against those of other groups: one-way ICC(1,1) (Shrout &
 * Fleiss 1979; for groups of unequal size with the mean size of Donner 1986). Throws RangeError for fewer than two
 * groups, an empty one, or no group of two; NaN where nothing varies.
 */
export function oneWayIntraclass(groups: readonly (readonly number[])[]): number {
  const n = groups.reduce((sum, { length }) => sum + length, 0);
  const count = groups.length;
  if (
    count < 2 ||
    n <= count ||
    groups.some((values) => values.length === 0 || !values.every(Number.isFinite))
  )
    throw new RangeError('An intraclass correlation needs two groups, and more values than groups.');
  const all = mean(groups.flat());
  const means = groups.map((values) => mean([...values]));
  const between =
    groups.reduce((sum, { length }, g) => sum + length * ((means[g] ?? NaN) - all) ** 2, 0) / (count - 1);
  const within =
    groups.reduce(
      (sum, values, g) => sum + values.reduce((part, value) => part + (value - (means[g] ?? NaN)) ** 2, 0),
      0,
    ) /
    (n - count);
  const size = (n - groups.reduce((sum, { length }) => sum + length ** 2, 0) / n) / (count - 1);
  return (between - within) / (between + (size - 1) * within);
}
