import { textWidth, type Box } from './labels.ts';

export interface TipPlace {
  readonly left: number;
  readonly top: number;
}

const FONT = 13.6;
const LINE = 17.7;
/** Border and padding. */
const FRAME = { x: 18, y: 10 };

/** The size of a tooltip with these lines, near enough to keep it on the map. */
export function tipSize(lines: readonly string[]): { readonly width: number; readonly height: number } {
  const width = Math.max(0, ...lines.map((line) => 1.05 * textWidth(line, FONT)));
  return { width: width + FRAME.x, height: lines.length * LINE + FRAME.y };
}

/** Beside its dot, to the right where there is room, and never over the map's edge. */
export function tipPlace(
  dot: { readonly x: number; readonly y: number },
  lines: readonly string[],
  bounds: Box,
  gap = 11,
): TipPlace {
  const { width, height } = tipSize(lines);
  const right = dot.x + gap;
  const left = dot.x - gap - width;
  const beside = right + width <= bounds.x1 || left < bounds.x0 ? right : left;
  const hold = (value: number, low: number, high: number): number => Math.max(low, Math.min(value, high));
  const x = hold(beside, bounds.x0, bounds.x1 - width);
  // Pushed over its own dot on a narrow map: then above it, or below.
  const covers = x < dot.x + gap && x + width > dot.x - gap;
  const above = dot.y - gap - height;
  const y = !covers ? dot.y - height / 2 : above >= bounds.y0 ? above : dot.y + gap;
  return { left: x, top: hold(y, bounds.y0, bounds.y1 - height) };
}
