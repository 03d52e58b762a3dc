import type { Answer } from './answer.ts';
import {
  coveringEllipse,
  linearMap,
  mapPoint,
  placeOn,
  MAP_MODES,
  type Ellipse,
  type MapMode,
  type MapPoint,
  type Projection,
} from './culture-map.ts';
import { domainKey } from './dilemma.ts';
import { AXES, type Axis } from './item.ts';
import { axisMean, itemScores, meanWhere, probabilities, sumOf, type ItemScore } from './item-score.ts';
import { resampleScores, samplingUnits, type UnitKind } from './sampling-unit.ts';
import { percentileInterval, type Interval } from './statistics/bootstrap.ts';

/** A mean with its bootstrap interval, absent while an item has a single dilemma. */
export interface Estimate {
  readonly mean: number;
  readonly n: number;
  readonly interval?: Interval;
}

export interface PlacedPoint extends MapPoint {
  readonly ellipse?: Ellipse;
}

/** A place in each way of reading the map; absent until all ten items have a score. */
export type Place = Readonly<Partial<Record<MapMode, PlacedPoint>>>;

/** How the intervals were made. */
export interface Bootstrap {
  readonly method: 'expanded percentile';
  readonly units: UnitKind;
  readonly resamples: number;
  readonly seed: number;
}

/** All figures of one probe. */
export interface Summary {
  readonly n: number;
  readonly items: Readonly<Record<string, ItemScore>>;
  /** Mean of item log-odds over the axis's items, nats; absent while no item of the axis is in. */
  readonly axes: Readonly<Partial<Record<Axis, Estimate>>>;
  readonly map: Place;
  /** The place by the dilemmas of one domain alone, by the domain's key. */
  readonly domains: Readonly<Record<string, Place>>;
  /** Absent while nothing can be resampled. */
  readonly bootstrap?: Bootstrap;
}

export interface SummaryOptions {
  readonly projection: Projection;
  readonly seed: number;
  readonly resamples?: number;
}

/** Enough for the tails of an expanded percentile interval to hold still. */
export const RESAMPLES = 2000;

/** The place of some answers with its ellipse, and the replicates of the axis scores, by one bootstrap. */
function estimate(answers: readonly Answer[], { projection, seed, resamples = RESAMPLES }: SummaryOptions) {
  const scores = itemScores(answers.map(sumOf));
  const items = probabilities(scores);
  const units = samplingUnits(answers);
  const codes = [...scores.keys()];
  // Both modes differ by a constant: one cloud tells the shape of both.
  const map = linearMap(codes, projection, MAP_MODES[0]);
  const cloud: MapPoint[] = [];
  const axes = new Map<Axis, number[]>(AXES.map((axis) => [axis, []]));
  const ownItems = AXES.map((axis) => codes.map((code) => scores.get(code)?.axis === axis));
  if (units)
    resampleScores(units, resamples, seed, ({ probability, logOdds }) => {
      for (const [a, axis] of AXES.entries()) {
        const mean = meanWhere(logOdds, (item) => ownItems[a]?.[item] === true);
        if (mean !== undefined) axes.get(axis)?.push(mean);
      }
      if (map) cloud.push(placeOn(map, probability));
    });
  const place: Partial<Record<MapMode, PlacedPoint>> = {};
  for (const mode of MAP_MODES) {
    const point = mapPoint(items, projection, mode);
    if (point)
      place[mode] =
        cloud.length > 1 ? { ...point, ellipse: coveringEllipse(cloud, point, 0.95, units?.df) } : point;
  }
  return { scores, units, axes, place };
}

/** Units minus strata among the items of one axis. */
function axisDf(answers: readonly Answer[], axis: Axis): number | undefined {
  return samplingUnits(answers.filter((answer) => answer.axis === axis))?.df;
}

/**
 * Item, axis and map figures of a set of answers, with intervals from a seeded bootstrap stratified by item, whose units
 * are item x domain clusters. Axis scores are means of item log-odds, never map coordinates (happiness loads on both).
 */
export function summarize(answers: readonly Answer[], options: SummaryOptions): Summary {
  const { seed, resamples = RESAMPLES } = options;
  const { scores, units, axes: replicates, place } = estimate(answers, options);
  const axes: Partial<Record<Axis, Estimate>> = {};
  for (const axis of AXES) {
    const mean = axisMean(scores, axis);
    if (mean === undefined) continue;
    const n = answers.filter((answer) => answer.axis === axis).length;
    const drawn = replicates.get(axis) ?? [];
    axes[axis] =
      drawn.length > 0
        ? { mean, n, interval: percentileInterval(drawn, 0.95, axisDf(answers, axis)) }
        : { mean, n };
  }
  const domains = [...new Set(answers.map(({ domain }) => domainKey(domain)))];
  return {
    n: answers.length,
    items: Object.fromEntries(scores),
    axes,
    map: place,
    domains: Object.fromEntries(
      domains.map((domain) => {
        const own = answers.filter((answer) => domainKey(answer.domain) === domain);
        return [domain, estimate(own, options).place] as const;
      }),
    ),
    ...(units ? { bootstrap: { method: 'expanded percentile', units: units.kind, resamples, seed } } : {}),
  };
}
