/** An upright box in pixels. */
export interface Box {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

export interface Dot {
  readonly key: string;
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

/** Where a label stands, relative to its dot, so that it travels with it. */
export interface Label {
  readonly key: string;
  readonly text: string;
  readonly dx: number;
  readonly dy: number;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly box: Box;
}

export interface LabelOptions {
  readonly bounds: Box;
  readonly fontSize: number;
  /** Distance from the dot's centre. */
  readonly gap: number;
  readonly limit: number;
  readonly obstacles?: readonly Box[];
}

/** Society names most readers can place, spread over the map; they get their label first. */
const FIRST = (
  'SWE JPN USA IND MEX VNM DNK CHN BRA NGA RUS DEU EGY GBR FRA ZAF KOR ITA POL TUR IDN ESP NOR AUS CAN GRC ARG ' +
  'PHL IRN COL PAK MAR HKG TWN UKR CZE NZL KEN GHA THA CHE NLD IRL PRT BGD JOR'
).split(' ');

export function rankOf(iso3: string): number {
  const at = FIRST.indexOf(iso3);
  return at < 0 ? FIRST.length : at;
}

/** How much wider half-bold words are. */
export const BOLD = 1.13;

/** The width of a text, near enough for collisions, without asking the page (so that it is the same everywhere). */
export function textWidth(text: string, fontSize: number): number {
  let units = 0;
  for (const letter of text)
    units += /[A-ZmMwW]/.test(letter) ? 0.76 : /[fijlrt ,.']/.test(letter) ? 0.37 : 0.62;
  return units * fontSize;
}

export function overlaps(a: Box, b: Box): boolean {
  return a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1;
}

export function within({ x, y }: { readonly x: number; readonly y: number }, box: Box): boolean {
  return x > box.x0 && x < box.x1 && y > box.y0 && y < box.y1;
}

/** Greedy: in the order given, each label takes the first of eight places that is free, or stays away. */
export function placeLabels(dots: readonly Dot[], options: LabelOptions): Label[] {
  const { bounds, fontSize, gap, limit } = options;
  const taken: Box[] = [...(options.obstacles ?? [])];
  const points = dots.map(({ key, x, y }) => ({ key, box: boxAround(x, y, 2.6) }));
  const placed: Label[] = [];
  for (const dot of dots) {
    if (placed.length >= limit) break;
    if (!within(dot, bounds)) continue;
    const label = candidates(dot, fontSize, gap).find(
      ({ box }) =>
        box.x0 >= bounds.x0 &&
        box.x1 <= bounds.x1 &&
        box.y0 >= bounds.y0 &&
        box.y1 <= bounds.y1 &&
        !taken.some((other) => overlaps(box, other)) &&
        !points.some((point) => point.key !== dot.key && overlaps(box, point.box)),
    );
    if (!label) continue;
    placed.push(label);
    taken.push(label.box);
  }
  return placed;
}

/** From a point to the nearest edge of a box; 0 inside. */
export function distanceTo(box: Box, { x, y }: { readonly x: number; readonly y: number }): number {
  return Math.hypot(Math.max(box.x0 - x, 0, x - box.x1), Math.max(box.y0 - y, 0, y - box.y1));
}

export function boxAround(x: number, y: number, r: number): Box {
  return { x0: x - r, y0: y - r, x1: x + r, y1: y + r };
}

/** Eight places around a dot, the likeliest first; `stretch` is for bold words. */
export function candidates(dot: Dot, fontSize: number, gap: number, stretch = 1): Label[] {
  const width = stretch * textWidth(dot.text, fontSize);
  const middle = fontSize * 0.35;
  const above = -gap - 1;
  const below = gap + fontSize * 0.75;
  const slant = gap * 0.7;
  const options: [number, number, Label['anchor']][] = [
    [gap, middle, 'start'],
    [-gap, middle, 'end'],
    [0, above, 'middle'],
    [0, below, 'middle'],
    [slant, above + 2, 'start'],
    [slant, below - 2, 'start'],
    [-slant, above + 2, 'end'],
    [-slant, below - 2, 'end'],
  ];
  return options.map(([dx, dy, anchor]) => {
    const x = dot.x + dx - (anchor === 'end' ? width : anchor === 'middle' ? width / 2 : 0);
    const y = dot.y + dy;
    const box = { x0: x - 1, y0: y - fontSize * 0.8, x1: x + width + 1, y1: y + fontSize * 0.25 };
    return { key: dot.key, text: dot.text, dx, dy, anchor, box };
  });
}
