import { overlaps, textWidth, type Box } from './labels.ts';

interface Pixel {
  readonly x: number;
  readonly y: number;
}

export interface Word extends Pixel {
  readonly anchor: 'start' | 'end';
  readonly box: Box;
}

/** The word at the cross: always to its right, so that societies' labels can keep clear of it. */
export function undecidedPlace(cross: Pixel): Word {
  const x = cross.x + 9;
  const y = cross.y + 4;
  const box = { x0: cross.x - 6, y0: y - 11, x1: x + textWidth('undecided', 12), y1: y + 4 };
  return { x, y, anchor: 'start', box };
}

/** The model's name stands at the corner of its point that is inside the plot and covers fewest other words. */
export function namePlace(
  point: Pixel,
  size: number,
  text: string,
  fontSize: number,
  bounds: Box,
  taken: readonly Box[],
): Word {
  const width = 1.1 * textWidth(text, fontSize);
  const out = size + 5;
  const corner = (side: 1 | -1, down: 1 | -1): Word => {
    const x = point.x + side * out;
    const y = down < 0 ? point.y - size + 1 : point.y + size + fontSize * 0.65;
    const x0 = side > 0 ? x : x - width;
    const box = { x0, y0: y - fontSize * 0.8, x1: x0 + width, y1: y + fontSize * 0.25 };
    return { x, y, anchor: side > 0 ? 'start' : 'end', box };
  };
  const first = corner(1, -1);
  const corners = [first, corner(-1, -1), corner(1, 1), corner(-1, 1)];
  const cost = ({ box }: Word): number => {
    const inside = box.x0 >= bounds.x0 && box.x1 <= bounds.x1 && box.y0 >= bounds.y0 && box.y1 <= bounds.y1;
    return (inside ? 0 : 100) + taken.filter((other) => overlaps(box, other)).length;
  };
  return corners.reduce((best, word) => (cost(word) < cost(best) ? word : best), first);
}
