import { polygonCentroid } from 'd3';
import type { Frame, MapScales } from './geometry.ts';
import { boxAround, overlaps, placeLabels, rankOf, textWidth, type Box, type Label } from './labels.ts';
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

/** Of the places in and around a zone's shape, the one that covers fewest dots and no other zone's name. */
function zonePlace(
  zone: Zone,
  scales: MapScales,
  bounds: Box,
  dots: readonly { readonly x: number; readonly y: number }[],
  taken: readonly Box[],
  fontSize: number,
  padding: number,
): { x: number; y: number; box: Box } | undefined {
  const hull = hullOf(zone, scales, padding);
  if (hull.length < 3) return undefined;
  const [cx, cy] = polygonCentroid(hull);
  const xs = hull.map(([x]) => x);
  const ys = hull.map(([, y]) => y);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  const width = 1.12 * textWidth(zone.name, fontSize);
  const topX = hull.reduce((best, at) => (at[1] < best[1] ? at : best))[0];
  const bottomX = hull.reduce((best, at) => (at[1] > best[1] ? at : best))[0];
  const places: [number, number][] = [
    [topX, top - 5],
    [bottomX, bottom + fontSize],
    [cx, top - 5],
    [cx, bottom + fontSize],
    [right - width / 2, top + fontSize],
    [left + width / 2, top + fontSize],
    [right - width / 2, bottom - 4],
    [left + width / 2, bottom - 4],
    [cx, cy],
    [cx, (top + cy) / 2],
    [cx, (bottom + cy) / 2],
    [right + width / 2 + 4, cy],
    [left - width / 2 - 4, cy],
  ];
  let best: { x: number; y: number; box: Box; cost: number } | undefined;
  for (const [order, [wishX, y]] of places.entries()) {
    const x = Math.min(Math.max(wishX, bounds.x0 + width / 2), bounds.x1 - width / 2);
    const box = {
      x0: x - width / 2 - 2,
      y0: y - fontSize * 0.85,
      x1: x + width / 2 + 2,
      y1: y + fontSize * 0.3,
    };
    if (box.y0 < bounds.y0 || box.y1 > bounds.y1 || taken.some((other) => overlaps(box, other))) continue;
    const covered = dots.filter((dot) => overlaps(box, boxAround(dot.x, dot.y, 3))).length;
    // A covered dot weighs more than any order of preference; being pushed aside weighs a little.
    const cost = covered * 10 + order * 0.5 + Math.abs(x - wishX) / 20;
    if (!best || cost < best.cost) best = { x, y, box, cost };
  }
  return best;
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
