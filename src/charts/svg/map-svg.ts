import type { MapPoint } from '../../science/culture-map.ts';
import {
  ellipsePath,
  frameOf,
  pixelOf,
  plotOf,
  scalesOf,
  wholeDomain,
  type MapScales,
  type MapSociety,
  type NamedMark,
} from '../map/geometry.ts';
import { mapWords } from '../map/map-words.ts';
import type { FirmLabel } from '../map/firm-labels.ts';
import { sizesOf } from '../map/sizes.ts';
import { hullOf, hullPath, zonesOf } from '../map/zones.ts';
import { fixed, markup, type Markup } from './markup.ts';
import { COLOURS, sheet, smallPrint, words, type Described } from './sheet.ts';

/** Where pushes of one direction have led. */
export interface PushedPath {
  readonly label: string;
  readonly tone: 'low' | 'high';
  /** From the weakest push to the strongest. */
  readonly points: readonly [MapPoint, ...MapPoint[]];
}

export interface MapSvg extends Described {
  readonly societies: readonly MapSociety[];
  /** Codes of the societies that get a ring and always their name. */
  readonly targets: readonly string[];
  readonly model: NamedMark;
  readonly pushed: readonly PushedPath[];
  readonly indifferent: MapPoint;
  readonly notes: readonly string[];
}

const WIDTH = 760;
const PLOT = 560;
const HEAD = 36;

const colourOf = (place: number): string => COLOURS.zones[place % COLOURS.zones.length] ?? COLOURS.soft;

/** The culture map: societies in their zones, the model with its ellipse, and where it was pushed. */
export function mapSvg(chart: MapSvg): string {
  const { societies, model, pushed, indifferent, notes } = chart;
  const frame = frameOf(WIDTH, PLOT);
  const ends = pushed.map(({ label, points }) => ({ label, ...(points.at(-1) ?? points[0]) }));
  const all = [indifferent, model, ...pushed.flatMap(({ points }) => points)];
  const scales = scalesOf(wholeDomain(societies, all), frame);
  const sizes = sizesOf(frame.narrow);
  const zones = zonesOf(societies);
  const targets = new Set(chart.targets);
  const marks = { indifferent, model, trail: [], domains: ends };
  const placed = mapWords(zones, marks, scales, frame, { zonesVisible: true, targets, sizes });
  const bySociety = new Map(societies.map((society) => [society.iso3, society]));
  const ring = (member: MapSociety, fill: string): Markup => {
    const { x, y } = pixelOf(member, scales);
    return targets.has(member.iso3)
      ? markup`<circle cx="${x}" cy="${y}" r="${sizes.targetRing}" fill="${COLOURS.sheet}" stroke="${fill}" stroke-width="2"/><circle cx="${x}" cy="${y}" r="${sizes.target}" fill="${fill}"/>`
      : markup`<circle cx="${x}" cy="${y}" r="${sizes.dot}" fill="${fill}"/>`;
  };
  const label = (at: MapPoint, one: FirmLabel, style: Parameters<typeof words>[3]): Markup => {
    const { x, y } = pixelOf(at, scales);
    const leader = one.leader
      ? markup`<path d="M${x},${y}l${fixed(one.leader.dx)},${fixed(one.leader.dy)}" stroke="${COLOURS.soft}"/>`
      : undefined;
    return markup`${leader}${words(x + one.dx, y + one.dy, one.text, { ...style, anchor: one.anchor })}`;
  };
  const cross = pixelOf(indifferent, scales);
  const home = pixelOf(model, scales);
  const print = smallPrint(notes, WIDTH, HEAD + PLOT - 4);
  return sheet(chart, { width: WIDTH, height: HEAD + PLOT + print.height }, [
    words(14, 24, chart.title, { size: 16, weight: 650 }),
    markup`<g transform="translate(0,${HEAD})">`,
    axes(scales, frame),
    ...zones.map(
      (zone) =>
        markup`<path d="${hullPath(hullOf(zone, scales, sizes.zone))}" fill="${colourOf(zone.colour)}" fill-opacity="0.09" stroke="${colourOf(zone.colour)}" stroke-opacity="0.28"/>`,
    ),
    ...zones.flatMap((zone) => zone.members.map((member) => ring(member, colourOf(zone.colour)))),
    ...[...placed.societies, ...placed.targets].map((one) => {
      const society = bySociety.get(one.key);
      const isTarget = targets.has(one.key);
      return markup`${
        society &&
        label(society, one, {
          size: isTarget ? sizes.font.target : sizes.font.society,
          weight: isTarget ? 600 : 400,
          fill: isTarget ? COLOURS.ink : COLOURS.soft,
          halo: isTarget,
        })
      }`;
    }),
    ...placed.zones.map((one) =>
      words(scales.x(one.x), scales.y(one.y), one.text, {
        ...{ size: sizes.font.zone, anchor: 'middle', weight: 600, italic: true, halo: true },
        fill: colourOf(one.colour),
      }),
    ),
    markup`<path d="M${fixed(cross.x - 5)},${cross.y}h10M${cross.x},${fixed(cross.y - 5)}v10" stroke="${COLOURS.soft}" stroke-width="1.5"/>${
      placed.undecided &&
      label(indifferent, placed.undecided, {
        size: sizes.font.mark,
        fill: COLOURS.soft,
        italic: true,
        halo: true,
      })
    }`,
    ...(model.ellipse
      ? [
          markup`<path d="${ellipsePath(model, model.ellipse, scales)}" fill="${COLOURS.ink}" fill-opacity="0.07" stroke="${COLOURS.ink}" stroke-opacity="0.55" stroke-width="1.25"/>`,
        ]
      : []),
    ...pushed.map((one) => pathOf(one, home, scales, sizes.domain)),
    markup`<circle cx="${home.x}" cy="${home.y}" r="${sizes.model + 2.5}" fill="${COLOURS.sheet}"/><circle cx="${home.x}" cy="${home.y}" r="${sizes.model}" fill="${COLOURS.ink}"/>`,
    ...ends.flatMap((end, i) => {
      const one = placed.domains[i];
      return one ? [label(end, one, { size: sizes.font.mark, weight: 600, halo: true })] : [];
    }),
    ...(placed.name ? [label(model, placed.name, { size: sizes.font.name, weight: 700, halo: true })] : []),
    markup`</g>`,
    ...print.content,
  ]);
}

function pathOf(
  { tone, points }: PushedPath,
  home: { readonly x: number; readonly y: number },
  scales: MapScales,
  size: number,
): Markup {
  const ink = COLOURS[tone];
  const steps = points.map((point) => pixelOf(point, scales));
  return markup`<path d="M${[home, ...steps].map(({ x, y }) => `${x},${y}`).join('L')}" fill="none" stroke="${ink}" stroke-width="2" stroke-linejoin="round"/>${steps.map(
    ({ x, y }, i) =>
      markup`<circle cx="${x}" cy="${y}" r="${i < steps.length - 1 ? 2.5 : size}" fill="${i < steps.length - 1 ? COLOURS.sheet : ink}" stroke="${ink}" stroke-width="1.5"/>`,
  )}`;
}

function axes(scales: MapScales, frame: ReturnType<typeof frameOf>): Markup {
  const { x0: left, x1: right, y0: top, y1: bottom } = plotOf(frame);
  const upward = (y: number, text: string, anchor: 'start' | 'end'): Markup =>
    markup`<g transform="translate(${left - 9},${y}) rotate(-90)">${words(0, 0, text, { size: 14, weight: 650, anchor })}</g>`;
  return markup`<rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}" fill="${COLOURS.sheet}" stroke="${COLOURS.rule}"/>${scales.x
    .ticks(6)
    .map(
      (tick) =>
        markup`<path d="M${fixed(scales.x(tick))},${top}V${bottom}" stroke="${COLOURS.rule}" stroke-dasharray="1 4"/>`,
    )}${scales.y
    .ticks(5)
    .map(
      (tick) =>
        markup`<path d="M${left},${fixed(scales.y(tick))}H${right}" stroke="${COLOURS.rule}" stroke-dasharray="1 4"/>`,
    )}${words(left, bottom + 18, '← Survival', { size: 14, weight: 650 })}${words(
    right,
    bottom + 18,
    'Self-expression →',
    { size: 14, weight: 650, anchor: 'end' },
  )}${upward(bottom, '← Traditional', 'start')}${upward(top, 'Secular-rational →', 'end')}`;
}
