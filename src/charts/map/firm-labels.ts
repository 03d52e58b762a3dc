import { boxAround, candidates, distanceTo, overlaps, type Box, type Dot, type Label } from './labels.ts';

/** Something that a word had better not cover, and how bad it would be. */
export interface Obstacle {
  readonly box: Box;
  readonly cost: number;
}

/** A label that is always placed; a thin line leads back to its dot when it had to go far. */
export interface FirmLabel extends Label {
  /** End of that line, relative to the dot. */
  readonly leader?: { readonly dx: number; readonly dy: number };
}

export interface FirmOptions {
  readonly bounds: Box;
  readonly fontSize: number;
  /** Distance from the dot's centre, and half the dot's own size. */
  readonly gap: number;
  readonly own: number;
  /** Wider than plain words; bold ones. */
  readonly stretch?: number;
  readonly obstacles: readonly Obstacle[];
  /** Other marks that a word nearby could be read as naming; the dots themselves are rivals anyway. */
  readonly rivals?: readonly { readonly x: number; readonly y: number }[];
}

interface Place {
  readonly label: FirmLabel;
  readonly cost: number;
}

/** How much further out than `gap` a label may go, in pixels. */
const REACH = [0, 5, 12, 20, 30, 42, 56];
/** Beyond this distance nobody sees which dot a label belongs to. */
const FAR = 10;
/** Two firm labels on each other: worse than anything else. */
const CLASH = 10_000;
/** A label nearer to another mark than to its own. */
const AMBIGUOUS = 40;
/** All orders are tried up to this many labels. */
const FEW = 4;

/** Labels that are never left out: each takes the cheapest free place inside the bounds, in the order that costs least. */
export function firmLabels(dots: readonly Dot[], options: FirmOptions): FirmLabel[] {
  const places = dots.map((dot) => placesOf(dot, dots, options));
  let best: FirmLabel[] = [];
  let least = Infinity;
  for (const order of ordersOf(dots.length)) {
    const chosen: FirmLabel[] = [];
    const taken: Box[] = [];
    let total = 0;
    for (const index of order) {
      const place = cheapest(places[index] ?? [], taken);
      chosen[index] = place.label;
      taken.push(place.label.box);
      total += place.cost;
    }
    if (total < least) [best, least] = [chosen, total];
  }
  return best;
}

function cheapest(places: readonly Place[], taken: readonly Box[]): Place {
  let best: Place | undefined;
  for (const { label, cost } of places) {
    const total = cost + CLASH * taken.filter((box) => overlaps(box, label.box)).length;
    if (!best || total < best.cost) best = { label, cost: total };
  }
  if (!best) throw new Error('every dot has places for a label');
  return best;
}

/** All places of one label and what each costs by itself. */
function placesOf(dot: Dot, dots: readonly Dot[], options: FirmOptions): Place[] {
  const { bounds, fontSize, gap, own, stretch, obstacles, rivals = [] } = options;
  const self = boxAround(dot.x, dot.y, own);
  const others = [...rivals, ...dots].filter(({ x, y }) => Math.hypot(x - dot.x, y - dot.y) > 1);
  return REACH.flatMap((out, ring) =>
    candidates(dot, fontSize, gap + out, stretch).map((place, rank): Place => {
      const label = withLeader(moveInside(place, bounds), dot, own);
      const { box } = label;
      const near = distanceTo(box, dot) + 3;
      const cost =
        2 * ring +
        0.1 * rank +
        (overlaps(box, self) ? CLASH : 0) +
        (others.some((other) => distanceTo(box, other) < near) ? AMBIGUOUS : 0) +
        obstacles.reduce((sum, obstacle) => sum + (overlaps(obstacle.box, box) ? obstacle.cost : 0), 0);
      return { label, cost };
    }),
  );
}

function moveInside(label: Label, bounds: Box): Label {
  const { box } = label;
  const dx = Math.max(0, bounds.x0 - box.x0) + Math.min(0, bounds.x1 - box.x1);
  const dy = Math.max(0, bounds.y0 - box.y0) + Math.min(0, bounds.y1 - box.y1);
  if (dx === 0 && dy === 0) return label;
  return {
    ...label,
    dx: label.dx + dx,
    dy: label.dy + dy,
    box: { x0: box.x0 + dx, y0: box.y0 + dy, x1: box.x1 + dx, y1: box.y1 + dy },
  };
}

function withLeader(label: Label, dot: Dot, own: number): FirmLabel {
  const { box } = label;
  if (distanceTo(box, dot) - own <= FAR) return label;
  const dx = Math.min(Math.max(0, box.x0 - dot.x), box.x1 - dot.x);
  const dy = Math.min(Math.max(0, box.y0 - dot.y), box.y1 - dot.y);
  return { ...label, leader: { dx, dy } };
}

/** Every order of a few labels; of many only the given one. */
function ordersOf(count: number): number[][] {
  const given = Array.from({ length: count }, (_, i) => i);
  if (count > FEW) return [given];
  const grow = (head: number[]): number[][] =>
    head.length === count
      ? [head]
      : given.filter((i) => !head.includes(i)).flatMap((next) => grow([...head, next]));
  return grow([]);
}
