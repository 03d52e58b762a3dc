import { median, polygonHull } from 'd3';
import { fixed, type MapScales, type MapSociety } from './geometry.ts';

export interface Zone {
  readonly name: string;
  /** Place in the palette; the same for a zone wherever it is drawn. */
  readonly colour: number;
  readonly members: readonly MapSociety[];
  /** The members that the soft shape is drawn around: far outliers keep their colour and stand outside. */
  readonly core: readonly MapSociety[];
}

/** The palette's order: neighbours on the map get hues that are far apart. */
const ORDER = [
  'Protestant Europe',
  'African-Islamic',
  'Confucian',
  'Latin America',
  'Catholic Europe',
  'West & South Asia',
  'English-Speaking',
  'Orthodox Europe',
];

export function zonesOf(societies: readonly MapSociety[]): Zone[] {
  const names = [...new Set(societies.flatMap(({ zone }) => zone ?? []))].sort(
    (a, b) => place(a) - place(b) || a.localeCompare(b),
  );
  return names.map((name, colour) => {
    const members = societies.filter(({ zone }) => zone === name);
    return { name, colour: colour % ORDER.length, members, core: coreOf(members) };
  });
}

function place(name: string): number {
  const at = ORDER.indexOf(name);
  return at < 0 ? ORDER.length : at;
}

/** Members within 1.9 median distances of the zone's median: one far society would draw the shape over others. */
function coreOf(members: readonly MapSociety[]): MapSociety[] {
  const x = median(members, (member) => member.x) ?? 0;
  const y = median(members, (member) => member.y) ?? 0;
  const distance = (member: MapSociety): number => Math.hypot(member.x - x, member.y - y);
  const reach = 1.9 * (median(members, distance) ?? 0);
  return members.filter((member) => distance(member) <= reach);
}

/** The hull of discs around the core: straight sides, round corners. */
export function hullOf(zone: Zone, scales: MapScales, padding: number): [number, number][] {
  const samples = zone.core.flatMap((member) =>
    Array.from({ length: 24 }, (_, i): [number, number] => {
      const t = (i / 24) * 2 * Math.PI;
      return [scales.x(member.x) + padding * Math.cos(t), scales.y(member.y) + padding * Math.sin(t)];
    }),
  );
  return polygonHull(samples) ?? [];
}

export function hullPath(hull: readonly (readonly [number, number])[]): string {
  return hull.length === 0 ? '' : `M${hull.map(([x, y]) => `${fixed(x)},${fixed(y)}`).join('L')}Z`;
}
