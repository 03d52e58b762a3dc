import { ITEMS } from './item.ts';

/** A place on the map: x = survival to self-expression, y = traditional to secular-rational. */
export interface MapPoint {
  readonly x: number;
  readonly y: number;
}

export const MAP_MODES = ['centred', 'published'] as const;
/** `published`: p is spread over the survey scale; `centred`: p = 0.5 stands at the pooled human mean. */
export type MapMode = (typeof MAP_MODES)[number];

/** The paper's four target nations, by ISO 3166 code. */
export const TARGETS = ['DNK', 'IND', 'MEX', 'VNM'] as const;

/** The linear projection of ten item scores to the map (kwinkunks/ai-values, MIT). */
export interface Projection {
  readonly items: readonly string[];
  /** Pooled human mean of each item, in survey codes. */
  readonly mean: readonly number[];
  readonly sd: readonly number[];
  /** One row an item: weights on (self-expression, secular). */
  readonly weights: readonly (readonly [number, number])[];
  /** Published rescaling of each coordinate: slope, intercept. */
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/**
 * The map place of ten item scores (mean probability of the high pole).
 * published: code = end of scale reached linearly by p, z = (code - mean) / sd;
 * centred: z = (p - 0.5)(max - min) / sd, signed by the item's pole (design, "Item to map").
 * @returns undefined when an item of the projection has no score.
 */
export function mapPoint(
  scores: ReadonlyMap<string, number>,
  projection: Projection,
  mode: MapMode,
): MapPoint | undefined {
  let first = 0;
  let second = 0;
  for (const [row, code] of projection.items.entries()) {
    const item = ITEMS.find((entry) => entry.code === code);
    const p = scores.get(code);
    const mean = projection.mean[row];
    const sd = projection.sd[row];
    const weights = projection.weights[row];
    if (!item || p === undefined || mean === undefined || sd === undefined || !weights) return undefined;
    const { min, max } = item.scale;
    const sign = item.highPole === 'max' ? 1 : -1;
    const z =
      mode === 'centred'
        ? (sign * (p - 0.5) * (max - min)) / sd
        : ((sign > 0 ? min + p * (max - min) : max - p * (max - min)) - mean) / sd;
    first += z * weights[0];
    second += z * weights[1];
  }
  return {
    x: projection.x[0] * first + projection.x[1],
    y: projection.y[0] * second + projection.y[1],
  };
}

/** The map place as a linear function of item probabilities: for thousands of resamples. */
export interface LinearMap {
  readonly codes: readonly string[];
  readonly origin: MapPoint;
  /** What the whole of each item's probability adds. */
  readonly columns: readonly MapPoint[];
}

/** `mapPoint` taken apart; undefined when an item of the projection is not among the codes. */
export function linearMap(
  codes: readonly string[],
  projection: Projection,
  mode: MapMode,
): LinearMap | undefined {
  const at = (one?: string): MapPoint | undefined =>
    mapPoint(new Map(codes.map((code) => [code, code === one ? 1 : 0])), projection, mode);
  const origin = at();
  if (!origin) return undefined;
  const columns = codes.map((code) => {
    const end = at(code) ?? origin;
    return { x: end.x - origin.x, y: end.y - origin.y };
  });
  return { codes, origin, columns };
}

/** The place of item probabilities in the order of the map's codes. */
export function placeOn({ origin, columns }: LinearMap, probabilities: ArrayLike<number>): MapPoint {
  let { x, y } = origin;
  for (const [i, column] of columns.entries()) {
    x += column.x * (probabilities[i] ?? NaN);
    y += column.y * (probabilities[i] ?? NaN);
  }
  return { x, y };
}

/** An ellipse: centre, half axes and the angle of the first from the x axis, in radians. */
export interface Ellipse {
  readonly centre: MapPoint;
  readonly major: number;
  readonly minor: number;
  readonly angle: number;
}

/** Whether a point lies in an ellipse, its edge included. */
export function covers({ centre, major, minor, angle }: Ellipse, point: MapPoint): boolean {
  const [dx, dy] = [point.x - centre.x, point.y - centre.y];
  const along = dx * Math.cos(angle) + dy * Math.sin(angle);
  const across = dy * Math.cos(angle) - dx * Math.sin(angle);
  return (along / major) ** 2 + (across / minor) ** 2 <= 1;
}

/**
 * The ellipse that covers `level` of the distribution of a point whose covariance was estimated with `df` degrees of
 * freedom: half axes sqrt(q · eigenvalue), q the quantile of Hotelling's T² in two dimensions, which has the closed form
 * df · ((1 - level)^(-2 / (df - 1)) - 1) (from F(2, df - 1); Anderson 2003, section 5.2). Without `df`, or with less than
 * two, the normal theory's -2 ln(1 - level).
 */
export function coveringEllipse(
  points: readonly MapPoint[],
  centre: MapPoint,
  level = 0.95,
  df = Infinity,
): Ellipse {
  const n = points.length;
  const meanX = points.reduce((sum, point) => sum + point.x, 0) / n;
  const meanY = points.reduce((sum, point) => sum + point.y, 0) / n;
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (const point of points) {
    xx += (point.x - meanX) ** 2;
    xy += (point.x - meanX) * (point.y - meanY);
    yy += (point.y - meanY) ** 2;
  }
  const scale = 1 / Math.max(1, n - 1);
  const half = ((xx - yy) * scale) / 2;
  const middle = ((xx + yy) * scale) / 2;
  const spread = Math.hypot(half, xy * scale);
  const q =
    Number.isFinite(df) && df > 1 ? df * ((1 - level) ** (-2 / (df - 1)) - 1) : -2 * Math.log(1 - level);
  return {
    centre,
    major: Math.sqrt(q * Math.max(0, middle + spread)),
    minor: Math.sqrt(q * Math.max(0, middle - spread)),
    angle: Math.atan2(xy * scale, half) / 2,
  };
}
