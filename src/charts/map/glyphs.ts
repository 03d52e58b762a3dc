import { fixed } from './geometry.ts';

/** A square on its corner, `r` from centre to corner. */
export function diamondPath(x: number, y: number, r: number): string {
  const [cx, cy, side] = [fixed(x), fixed(y), fixed(r)];
  return `M${cx},${fixed(cy - side)}l${side},${side}l${-side},${side}l${-side},${-side}Z`;
}
