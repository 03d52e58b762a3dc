import { mean, sampleCorrelation } from 'simple-statistics';
import { quantile } from './bootstrap.ts';
import { seededRandom } from './random.ts';

/** Reliability of the whole from the correlation of two halves: 2r / (1 + r) (Spearman 1910; Brown 1910). */
export const spearmanBrown = (correlation: number): number => (2 * correlation) / (1 + correlation);

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

/** Fisher-Yates, seeded. */
function shuffled(values: readonly number[], random: () => number): number[] {
  const dealt = [...values];
  for (let last = dealt.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [dealt[last], dealt[other]] = [dealt[other] as number, dealt[last] as number];
  }
  return dealt;
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
