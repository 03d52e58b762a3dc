import type { MapPoint } from '../../science/culture-map.ts';
import { firmLabels, type FirmLabel, type Obstacle } from './firm-labels.ts';
import { plotOf, type Frame, type MapMark, type MapScales, type NamedMark } from './geometry.ts';
import { BOLD, boxAround, within, type Box, type Dot } from './labels.ts';
import type { Sizes } from './sizes.ts';

/** All that stands on the map for the model. */
export interface ModelMarks {
  /** Where a model stands that is undecided everywhere. */
  readonly indifferent: MapPoint;
  readonly model?: NamedMark | undefined;
  readonly steered?: MapMark | undefined;
  readonly trail: readonly MapPoint[];
  readonly domains: readonly NamedMark[];
  readonly direct?: NamedMark | undefined;
}

export interface MarkLabels {
  readonly name: FirmLabel | undefined;
  readonly direct: FirmLabel | undefined;
  /** By the domains' names. */
  readonly domains: readonly FirmLabel[];
}

interface MarkPoint {
  readonly point: MapPoint;
  readonly kind: 'model' | 'domain' | 'direct';
}

const ON_MARK = 100;
const ON_NAME = 1000;
/** A word may cross a thin line, but beside it reads better. */
const ON_LINE = 3;

/** The boxes of the points themselves. */
export function markBoxes(marks: ModelMarks, scales: MapScales, sizes: Sizes): Box[] {
  return pointsOf(marks).map(({ point, kind }) =>
    boxAround(scales.x(point.x), scales.y(point.y), sizes[kind] + 2),
  );
}

function pointsOf({ model, steered, domains, direct }: ModelMarks): MarkPoint[] {
  const points: { point: MapPoint | undefined; kind: MarkPoint['kind'] }[] = [
    { point: model, kind: 'model' },
    { point: steered, kind: 'model' },
    ...domains.map((point) => ({ point, kind: 'domain' as const })),
    { point: direct, kind: 'direct' },
  ];
  return points.flatMap(({ point, kind }) => (point ? [{ point, kind }] : []));
}

/** The word at the cross, where the cross is in view. */
export function undecidedLabel(
  marks: ModelMarks,
  scales: MapScales,
  frame: Frame,
  sizes: Sizes,
): FirmLabel | undefined {
  const dot = dotOf('cross', 'undecided', marks.indifferent, scales);
  if (!within(dot, plotOf(frame, 3))) return undefined;
  const obstacles = markBoxes(marks, scales, sizes).map((box) => ({ box, cost: ON_MARK }));
  return firmLabels([dot], {
    bounds: plotOf(frame, 3),
    fontSize: sizes.font.mark,
    gap: 9,
    own: 6,
    obstacles,
  })[0];
}

/** The model's name first, then the direct survey's, then the domains': none covers another. */
export function markLabels(
  marks: ModelMarks,
  scales: MapScales,
  frame: Frame,
  sizes: Sizes,
  words: readonly Obstacle[],
): MarkLabels {
  const bounds = plotOf(frame, 3);
  const { model, steered, direct, domains } = marks;
  const main = steered ?? model;
  const fixed: Obstacle[] = [
    ...words,
    ...markBoxes(marks, scales, sizes).map((box) => ({ box, cost: ON_MARK })),
    ...linesOf(marks, scales),
  ];
  const cross = dotOf('cross', '', marks.indifferent, scales);
  const rivals = [cross, ...pointsOf(marks).map(({ point }) => dotOf('', '', point, scales))];
  const place = (dots: readonly Dot[], own: number, fontSize: number, obstacles: readonly Obstacle[]) =>
    firmLabels(dots, { bounds, fontSize, gap: own + 4, own, stretch: BOLD, obstacles, rivals });

  const name =
    main && model
      ? place([dotOf('name', model.label, main, scales)], sizes.model + 1, sizes.font.name, fixed)[0]
      : undefined;
  const named: Obstacle[] = name ? [...fixed, { box: name.box, cost: ON_NAME }] : fixed;
  const asked = direct
    ? place([dotOf('direct', direct.label, direct, scales)], sizes.direct, sizes.font.mark, named)[0]
    : undefined;
  const all = asked ? [...named, { box: asked.box, cost: ON_NAME }] : named;
  const dots = domains.map((domain) => dotOf(domain.label, domain.label, domain, scales));
  return { name, direct: asked, domains: place(dots, sizes.domain, sizes.font.mark, all) };
}

function dotOf(key: string, text: string, { x, y }: MapPoint, scales: MapScales): Dot {
  return { key, text, x: scales.x(x), y: scales.y(y) };
}

/** Trail and thin lines as rows of small boxes. */
function linesOf({ model, steered, trail, domains, direct }: ModelMarks, scales: MapScales): Obstacle[] {
  if (!model) return [];
  const path = steered ? [model, ...trail, steered] : [];
  const pairs: [MapPoint, MapPoint][] = [
    ...path.slice(1).map((to, i): [MapPoint, MapPoint] => [path[i] ?? to, to]),
    ...[...domains, ...(direct ? [direct] : [])].map((mark): [MapPoint, MapPoint] => [mark, model]),
  ];
  return pairs.flatMap(([from, to]) => {
    const [x, y] = [scales.x(from.x), scales.y(from.y)];
    const [dx, dy] = [scales.x(to.x) - x, scales.y(to.y) - y];
    const steps = Math.ceil(Math.hypot(dx, dy) / 8);
    return Array.from({ length: Math.max(0, steps - 1) }, (_, i) => {
      const t = (i + 1) / steps;
      return { box: boxAround(x + t * dx, y + t * dy, 2), cost: ON_LINE };
    });
  });
}
