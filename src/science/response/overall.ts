import { mean, sampleStandardDeviation } from 'simple-statistics';
import type { Interval } from '../statistics/bootstrap.ts';
import { groupTest, signFlipTest } from '../statistics/permutation.ts';
import { studentBound } from '../statistics/student.ts';

/** Fewer vectors cannot tell anything at 5 %: four signs turn over in 16 ways. */
export const LEAST_VECTORS = 5;
const DEALS = 9999;

/** One vector's slopes on every group; undefined where a group was not asked. */
export type Slopes = readonly (number | undefined)[];

/** What a whole matrix says where its single cells are too many for their data. */
export interface Overall {
  /** Vectors with a group of their own. */
  readonly n: number;
  /** Mean slope of vectors on what each was made for; the units of interval and test are the vectors. */
  readonly own: { readonly mean: number; readonly interval: Interval; readonly p: number };
  /** Mean size of their slopes on everything else, in nats per unit of strength, whichever way they go. */
  readonly others: number;
  /** The same of random vectors; absent where none were tried. */
  readonly random?: {
    readonly n: number;
    readonly size: number;
    /** How often made and random vectors dealt anew differ as much in favour of the made ones: one-sided. */
    readonly p: number;
  };
}

const sizesBut = (slopes: Slopes, left: number | undefined): (number | undefined)[] =>
  slopes.map((slope, j) => (j === left || slope === undefined ? undefined : Math.abs(slope)));

const meanOf = (values: readonly (number | undefined)[]): number => {
  const there = values.filter((value) => value !== undefined);
  return there.length > 0 ? mean(there) : NaN;
};

/**
 * Do vectors move what they were made for, and do they move everything else more than random vectors do? Two questions to
 * the whole matrix, in place of one to each of its cells. The first: the mean of its diagonal, with Student's interval and
 * a sign-flip test over vectors. The second: sizes beside the diagonal, each counted in the mean size of its column over
 * all vectors, so that items that anything moves do not decide it; the vectors' means of these are dealt anew to made and
 * random ones (Fisher 1935, section 21).
 * @param made slopes of each vector with the place of its own group
 * @param random slopes of random vectors
 * @returns undefined for fewer than `LEAST_VECTORS` vectors.
 */
export function overallOf(
  made: readonly { readonly slopes: Slopes; readonly own: number }[],
  random: readonly Slopes[],
  { seed, deals = DEALS }: { readonly seed: number; readonly deals?: number },
): Overall | undefined {
  const diagonal = made.flatMap(({ slopes, own }) => slopes[own] ?? []);
  if (diagonal.length < LEAST_VECTORS || diagonal.length < made.length) return undefined;
  const own = mean(diagonal);
  const half =
    (studentBound(0.95, diagonal.length - 1) * sampleStandardDeviation(diagonal)) /
    Math.sqrt(diagonal.length);
  const beside = made.map(({ slopes, own: left }) => sizesBut(slopes, left));
  const others = mean(beside.map(meanOf));
  const atRandom = random.map((slopes) => sizesBut(slopes, undefined));
  const all = [...beside, ...atRandom];
  const columns = (beside[0] ?? []).map((_, j) => meanOf(all.map((sizes) => sizes[j])));
  const counted = (sizes: readonly (number | undefined)[]): number =>
    meanOf(
      sizes.map((size, j) => (size === undefined || !columns[j] ? undefined : size / (columns[j] ?? NaN))),
    );
  const groups = [beside.map(counted), atRandom.map(counted)];
  const isWhole = groups.every((values) => values.length > 0 && values.every(Number.isFinite));
  return {
    n: diagonal.length,
    own: {
      mean: own,
      interval: { low: own - half, high: own + half, level: 0.95 },
      p: signFlipTest(diagonal, { seed }).p,
    },
    others,
    ...(isWhole
      ? {
          random: {
            n: random.length,
            size: mean(atRandom.map(meanOf)),
            p: groupTest(groups, ([one = [], other = []]) => mean([...one]) - mean([...other]), {
              seed,
              deals,
            }),
          },
        }
      : {}),
  };
}
