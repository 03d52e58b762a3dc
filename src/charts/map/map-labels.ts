import { extent, polygonCentroid, polygonContains, range } from 'd3';
import type { Frame, MapScales } from './geometry.ts';
import {
  boxAround,
  overlaps,
  placeLabels,
  rankOf,
  textWidth,
  type Box,
  type Dot,
  type Label,
} from './labels.ts';
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
  readonly zones: readonly ZoneLabel[];
  readonly societies: readonly Label[];
}

export interface MapLabelOptions {
  readonly zonesVisible: boolean;
  readonly compact: boolean;
  readonly padding: number;
  /** Where the cross and its word stand: kept free. */
  readonly free: readonly Box[];
}

/** All words inside the map: zones first, then as many societies as have room. */
export function mapLabels(
  zones: readonly Zone[],
  scales: MapScales,
  frame: Frame,
  options: MapLabelOptions,
): MapLabels {
  const { compact, padding, zonesVisible, free } = options;
  const bounds = {
    x0: frame.left + 3,
    y0: frame.top + 3,
    x1: frame.width - frame.right - 3,
    y1: frame.height - frame.bottom - 3,
  };
  if (bounds.x1 <= bounds.x0 || bounds.y1 <= bounds.y0) return { zones: [], societies: [] };
  const dots = zones
    .flatMap(({ members }) => members)
    .map(({ iso3, name, x, y }) => ({ key: iso3, text: shortName(name), x: scales.x(x), y: scales.y(y) }))
    .sort((a, b) => rankOf(a.key) - rankOf(b.key) || a.key.localeCompare(b.key));
  const boxes: Box[] = [...free];
  const names: ZoneLabel[] = [];
  if (zonesVisible)
    for (const zone of zones) {
      const found = zonePlace(zone, scales, bounds, dots, boxes, compact ? 10.5 : 13, padding);
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
  const societies = placeLabels(dots, {
    bounds,
    fontSize: compact ? 9.5 : 11.5,
    gap: compact ? 4.5 : 6,
    limit: Math.round(area / (compact ? 9000 : 6500)),
    obstacles: boxes,
  });
  return { zones: names, societies };
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
  fontSize: number,
  padding: number,
): { x: number; y: number; box: Box } | undefined {
  const hull = hullOf(zone, scales, padding);
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
      const foreign = leastBy(dots, 4, (dot) => gap(box, dot)).filter((dot) => !own.has(dot.key)).length;
      const outside = polygonContains(hull, [x, middle]) ? 0 : 1;
      const away = Math.hypot(x - cx, middle - cy) / Math.hypot(right - left, bottom - top);
      const cost = 10 * covered + 4 * foreign + 2 * outside + 2 * away;
      if (!best || cost < best.cost) best = { x, y, box, cost };
    }
  return best;
}

/** Distance of a dot from a box. */
function gap(box: Box, { x, y }: Dot): number {
  return Math.hypot(Math.max(box.x0 - x, 0, x - box.x1), Math.max(box.y0 - y, 0, y - box.y1));
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
