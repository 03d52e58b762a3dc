import { extent, polygonCentroid, polygonContains, range } from 'd3';
import { firmLabels, type FirmLabel } from './firm-labels.ts';
import { plotOf, type Frame, type MapScales } from './geometry.ts';
import {
  BOLD,
  boxAround,
  distanceTo,
  overlaps,
  placeLabels,
  rankOf,
  textWidth,
  within,
  type Box,
  type Dot,
  type Label,
} from './labels.ts';
import type { Sizes } from './sizes.ts';
import { hullOf, type Zone } from './zones.ts';

/** A zone's name: a place in map units, so that it travels with the map. */
export interface ZoneLabel {
  readonly text: string;
  readonly colour: number;
  readonly x: number;
  readonly y: number;
  /** In pixels, once the map has come to rest. */
  readonly box: Box;
}

export interface MapLabels {
  /** Always there while their society is in view. */
  readonly targets: readonly FirmLabel[];
  readonly zones: readonly ZoneLabel[];
  /** Every society's dot. */
  readonly dots: readonly Dot[];
  readonly societies: readonly Label[];
}

export interface MapLabelOptions {
  readonly zonesVisible: boolean;
  readonly sizes: Sizes;
  readonly targets: ReadonlySet<string>;
  /** Where the cross and its word stand: kept free. */
  readonly free: readonly Box[];
  /** The model's points: targets' names step aside, the others lie below. */
  readonly marks: readonly Box[];
}

/** Words of societies and zones: targets first, then zones, then as many societies as have room. */
export function mapLabels(
  zones: readonly Zone[],
  scales: MapScales,
  frame: Frame,
  options: MapLabelOptions,
): MapLabels {
  const { sizes, zonesVisible, free, marks } = options;
  const bounds = plotOf(frame, 3);
  if (bounds.x1 <= bounds.x0 || bounds.y1 <= bounds.y0)
    return { targets: [], zones: [], dots: [], societies: [] };
  const dots = zones
    .flatMap(({ members }) => members)
    .map(({ iso3, name, x, y }) => ({ key: iso3, text: shortName(name), x: scales.x(x), y: scales.y(y) }))
    .sort((a, b) => rankOf(a.key) - rankOf(b.key) || a.key.localeCompare(b.key));
  const targets = firmLabels(
    dots.filter(({ key, x, y }) => options.targets.has(key) && within({ x, y }, plotOf(frame))),
    {
      bounds,
      fontSize: sizes.font.target,
      stretch: BOLD,
      gap: sizes.targetRing + 2.5,
      own: sizes.targetRing,
      obstacles: [
        ...free.map((box) => ({ box, cost: 100 })),
        ...marks.map((box) => ({ box, cost: 100 })),
        ...dots.map(({ x, y }) => ({ box: boxAround(x, y, 2.6), cost: 10 })),
      ],
    },
  );
  const rings = dots.flatMap(({ key, x, y }) =>
    options.targets.has(key) ? [boxAround(x, y, sizes.targetRing)] : [],
  );
  const boxes: Box[] = [...free, ...rings, ...targets.map(({ box }) => box)];
  const names: ZoneLabel[] = [];
  if (zonesVisible)
    for (const zone of zones) {
      const found = zonePlace(zone, scales, bounds, dots, [...boxes, ...marks], sizes);
      if (!found) continue;
      boxes.push(found.box);
      names.push({
        text: zone.name,
        colour: zone.colour,
        x: scales.x.invert(found.x),
        y: scales.y.invert(found.y),
        box: found.box,
      });
    }
  const area = (bounds.x1 - bounds.x0) * (bounds.y1 - bounds.y0);
  const others = dots.filter(({ key }) => !options.targets.has(key));
  const societies = placeLabels(others, {
    bounds,
    fontSize: sizes.font.society,
    gap: sizes.dot + 2.6,
    limit: Math.round(area / (frame.narrow ? 9000 : 6500)),
    obstacles: boxes,
  });
  return { targets, zones: names, dots, societies };
}

/**
 * The place of a zone's name: of all places in and just around its shape, the one that covers fewest dots and whose
 * nearest dots are the zone's own, so that nobody reads it as the neighbour's.
 */
function zonePlace(
  zone: Zone,
  scales: MapScales,
  bounds: Box,
  dots: readonly Dot[],
  taken: readonly Box[],
  sizes: Sizes,
): { x: number; y: number; box: Box } | undefined {
  const fontSize = sizes.font.zone;
  const hull = hullOf(zone, scales, sizes.zone);
  if (hull.length < 3) return undefined;
  const [cx, cy] = polygonCentroid(hull);
  const [left = 0, right = 0] = extent(hull, ([x]) => x);
  const [top = 0, bottom = 0] = extent(hull, ([, y]) => y);
  const own = new Set(zone.members.map(({ iso3 }) => iso3));
  const half = (1.12 * textWidth(zone.name, fontSize)) / 2;
  let best: { x: number; y: number; box: Box; cost: number } | undefined;
  for (const y of range(top - 4, bottom + fontSize + 3, fontSize * 0.8))
    for (const x of range(left, right + 1, 14)) {
      const box = { x0: x - half - 2, y0: y - fontSize * 0.85, x1: x + half + 2, y1: y + fontSize * 0.3 };
      if (box.x0 < bounds.x0 || box.x1 > bounds.x1 || box.y0 < bounds.y0 || box.y1 > bounds.y1) continue;
      if (taken.some((other) => overlaps(box, other))) continue;
      const middle = y - fontSize * 0.3;
      const covered = dots.filter((dot) => overlaps(box, boxAround(dot.x, dot.y, 3.5))).length;
      const foreign = leastBy(dots, 4, (dot) => distanceTo(box, dot)).filter(
        (dot) => !own.has(dot.key),
      ).length;
      const outside = polygonContains(hull, [x, middle]) ? 0 : 1;
      const away = Math.hypot(x - cx, middle - cy) / Math.hypot(right - left, bottom - top);
      const cost = 10 * covered + 4 * foreign + 2 * outside + 2 * away;
      if (!best || cost < best.cost) best = { x, y, box, cost };
    }
  return best;
}

function leastBy(dots: readonly Dot[], count: number, of: (dot: Dot) => number): Dot[] {
  const found: { dot: Dot; value: number }[] = [];
  for (const dot of dots) {
    const value = of(dot);
    const last = found[count - 1];
    if (last && value >= last.value) continue;
    const at = found.findIndex((entry) => value < entry.value);
    found.splice(at < 0 ? found.length : at, 0, { dot, value });
    if (found.length > count) found.pop();
  }
  return found.map(({ dot }) => dot);
}

/** Long official names would cost their neighbours the label. */
function shortName(name: string): string {
  const short: Record<string, string> = {
    'Hong Kong SAR': 'Hong Kong',
    'Taiwan ROC': 'Taiwan',
    'Bosnia and Herzegovina': 'Bosnia',
    'Trinidad and Tobago': 'Trinidad',
    'Macau SAR': 'Macau',
  };
  return short[name] ?? name;
}
