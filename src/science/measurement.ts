import type { Answer } from './answer.ts';
import { axisEstimates, RESAMPLES, type BootstrapOptions, type Estimate } from './axis-estimate.ts';
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
import type { Axis } from './item.ts';
import { itemScores, probabilities, sumOf, type ItemScore } from './item-score.ts';
import { resampleScores, samplingUnits, type UnitKind } from './sampling-unit.ts';

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

export interface SummaryOptions extends BootstrapOptions {
  readonly projection: Projection;
}

/** The place of some answers, with its ellipse where they can be resampled. */
export function placeOf(
  answers: readonly Answer[],
  { projection, seed, resamples = RESAMPLES }: SummaryOptions,
): Place {
  const scores = itemScores(answers.map(sumOf));
  const items = probabilities(scores);
  const units = samplingUnits(answers);
  // Both modes differ by a constant: one cloud tells the shape of both.
  const map = linearMap([...scores.keys()], projection, MAP_MODES[0]);
  const cloud: MapPoint[] = [];
  if (units && map)
    resampleScores(units, resamples, seed, ({ probability }) => void cloud.push(placeOn(map, probability)));
  const place: Partial<Record<MapMode, PlacedPoint>> = {};
  for (const mode of MAP_MODES) {
    const point = mapPoint(items, projection, mode);
    if (point)
      place[mode] =
        cloud.length > 1 ? { ...point, ellipse: coveringEllipse(cloud, point, 0.95, units?.df) } : point;
  }
  return place;
}

/**
 * Item, axis and map figures of a set of answers, with intervals from a seeded bootstrap stratified by item, whose units
 * are item x domain clusters. Axis scores are means of item log-odds, never map coordinates (happiness loads on both).
 */
export function summarize(answers: readonly Answer[], options: SummaryOptions): Summary {
  const { seed, resamples = RESAMPLES } = options;
  const units = samplingUnits(answers);
  const domains = [...new Set(answers.map(({ domain }) => domainKey(domain)))];
  return {
    n: answers.length,
    items: Object.fromEntries(itemScores(answers.map(sumOf))),
    axes: axisEstimates(answers, { seed, resamples }),
    map: placeOf(answers, options),
    domains: Object.fromEntries(
      domains.map((domain) => {
        const own = answers.filter((answer) => domainKey(answer.domain) === domain);
        return [domain, placeOf(own, options)] as const;
      }),
    ),
    ...(units ? { bootstrap: { method: 'expanded percentile', units: units.kind, resamples, seed } } : {}),
  };
}
