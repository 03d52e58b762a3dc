import type { Answer } from '../answer.ts';
import {
  coveringEllipse,
  linearMap,
  mapPoint,
  placeOn,
  type LinearMap,
  type MapMode,
  type MapPoint,
  type Projection,
} from '../culture-map.ts';
import type { PlacedPoint } from '../measurement.ts';
import { itemScores, probabilities, sumOf } from '../item-score.ts';
import { resampleScores, samplingUnits, type SamplingUnits } from '../sampling-unit.ts';
import { percentileInterval, percentileTest, type Interval } from '../statistics/bootstrap.ts';
import { stratifiedDf } from '../statistics/student.ts';

export interface LocateOptions {
  readonly projection: Projection;
  readonly mode: MapMode;
  readonly seed: number;
  readonly resamples?: number;
}

/** Enough that a p value adjusted for two dozen tests can still be small. */
export const DISTANCE_RESAMPLES = 10_000;

/** Where answers stand, and where their resamples do. */
export interface Located {
  readonly place: PlacedPoint;
  readonly n: number;
  /** [resamples], empty where the answers cannot be resampled. */
  readonly cloud: readonly MapPoint[];
  /** Sum of the cloud's variances in x and y. */
  readonly scatter: number;
  /** By item, what each unit contributes to the noise of the place, linearised: within an item they add up to 0. */
  readonly parts: readonly (readonly MapPoint[])[];
}

const variance = (values: readonly number[]): number => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1);
};

/**
 * The place of some answers with its bootstrap cloud. The same seed draws the same units of every set that answers the
 * same dilemmas in the same order: clouds of such sets are paired, resample by resample.
 * @returns undefined while an item of the map has no answer.
 */
export function locate(
  answers: readonly Answer[],
  { projection, mode, seed, resamples = DISTANCE_RESAMPLES }: LocateOptions,
): Located | undefined {
  const scores = itemScores(answers.map(sumOf));
  const point = mapPoint(probabilities(scores), projection, mode);
  const map = linearMap([...scores.keys()], projection, mode);
  if (!point || !map) return undefined;
  const units = samplingUnits(answers);
  const cloud: MapPoint[] = [];
  if (units)
    resampleScores(units, resamples, seed, ({ probability }) => void cloud.push(placeOn(map, probability)));
  const n = answers.length;
  if (!units || cloud.length < 2) return { place: point, n, cloud: [], scatter: 0, parts: [] };
  return {
    place: { ...point, ellipse: coveringEllipse(cloud, point, 0.95, units.df) },
    n,
    cloud,
    scatter: variance(cloud.map(({ x }) => x)) + variance(cloud.map(({ y }) => y)),
    parts: partsOf(units, map),
  };
}

/** An item's probability is a ratio of sums over units: a unit's part is (sum - p · n) / total n, times the item's weight. */
function partsOf({ sums }: SamplingUnits, { codes, columns }: LinearMap): readonly (readonly MapPoint[])[] {
  return codes.map((code, item) => {
    const own = sums.filter(({ wvsId }) => wvsId === code);
    const total = own.reduce((sum, { n }) => sum + n, 0);
    const p = own.reduce((sum, unit) => sum + unit.probability, 0) / total;
    const { x, y } = columns[item] ?? { x: NaN, y: NaN };
    return own.map((unit) => {
      const part = (unit.probability - p * unit.n) / total;
      return { x: x * part, y: y * part };
    });
  });
}

/** The parts along the line from a society to the place: what lengthens and shortens the distance. */
function alongLine({ parts, place }: Located, society: MapPoint): number[][] {
  const length = distance(place, society) || 1;
  const [x, y] = [(place.x - society.x) / length, (place.y - society.y) / length];
  return parts.map((units) => units.map((part) => part.x * x + part.y * y));
}

export const distance = (a: MapPoint, b: MapPoint): number => Math.hypot(a.x - b.x, a.y - b.y);

/** A distance on the map, in map units. */
export interface Distance {
  /** From the point as it was measured: too large on average, as noise leads away from wherever one stands. */
  readonly plain: number;
  /** With the noise taken off: sqrt(max(0, plain² - scatter)); absent where the noise is not known. */
  readonly corrected?: number;
  /** Of the corrected distance. */
  readonly interval?: Interval;
}

const without = (plain: number, scatter: number): number => Math.sqrt(Math.max(0, plain ** 2 - scatter));

/** A resample's distance: its noise came on top of the point's own, so both are taken off. */
const replicates = ({ cloud, scatter }: Located, to: MapPoint): number[] =>
  cloud.map((point) => without(distance(point, to), 2 * scatter));

/**
 * How far a model stands from a society. E|p + e - t|² = |p - t|² + tr Cov(e): the measured distance is biased upward by
 * noise, and its resamples twice; both are corrected in squares, where the bias is known. The society's own sampling error
 * is not known to us and left out: the society is taken as a fixed point.
 */
export function distanceTo(located: Located, society: MapPoint): Distance {
  const plain = distance(located.place, society);
  if (located.cloud.length === 0) return { plain };
  return {
    plain,
    corrected: without(plain, located.scatter),
    interval: percentileInterval(
      replicates(located, society),
      0.95,
      stratifiedDf(alongLine(located, society)),
    ),
  };
}

/** How much further from a society one measurement stands than another; below 0 it stands closer. */
export interface DistanceContrast {
  /** Of corrected distances, map units. */
  readonly difference: number;
  readonly interval: Interval;
  /** Two-sided, from the same resamples. */
  readonly p: number;
}

/**
 * Difference of two corrected distances (one minus other) with a paired bootstrap interval; see `locate` for what makes
 * clouds paired. Undefined where one cannot be resampled. Throws RangeError for clouds of different sizes.
 */
export function contrast(one: Located, other: Located, society: MapPoint): DistanceContrast | undefined {
  if (one.cloud.length === 0 || other.cloud.length === 0) return undefined;
  if (one.cloud.length !== other.cloud.length)
    throw new RangeError('Paired distances need the same resamples.');
  const [first, second] = [replicates(one, society), replicates(other, society)];
  const differences = first.map((value, i) => value - (second[i] ?? NaN));
  const lines = [alongLine(one, society), alongLine(other, society)] as const;
  const df = stratifiedDf(
    lines[0].map((units, item) => units.map((part, unit) => part - (lines[1][item]?.[unit] ?? NaN))),
  );
  return {
    difference:
      without(distance(one.place, society), one.scatter) -
      without(distance(other.place, society), other.scatter),
    interval: percentileInterval(differences, 0.95, df),
    p: percentileTest(differences, df),
  };
}
