import type { MapPoint } from '../culture-map.ts';

/** Strengths of the directions, and the displacement on the map that the response expects of them. */
export interface Aimed {
  readonly strengths: readonly number[];
  readonly moved: MapPoint;
}

type Columns = readonly [MapPoint, MapPoint];

const dot = (a: MapPoint, b: MapPoint): number => a.x * b.x + a.y * b.y;
const clamp = (value: number, max: number): number => Math.min(max, Math.max(-max, value));

/** The displacement that strengths are expected to bring: the response's columns, weighted. */
export function displacement(columns: readonly MapPoint[], strengths: readonly number[]): MapPoint {
  return columns.reduce(
    (sum, column, i) => ({
      x: sum.x + column.x * (strengths[i] ?? 0),
      y: sum.y + column.y * (strengths[i] ?? 0),
    }),
    { x: 0, y: 0 },
  );
}

/** The strength of one direction that comes nearest to a displacement, the other one standing fixed. */
function along(column: MapPoint, wanted: MapPoint, max: number): number {
  const length = dot(column, column);
  return length === 0 ? 0 : clamp(dot(column, wanted) / length, max);
}

const less = (a: MapPoint, b: MapPoint): MapPoint => ({ x: a.x - b.x, y: a.y - b.y });

/**
 * The strengths of two directions that bring the point nearest to where it is wanted: the inverse of the response where its
 * solution lies within the limits, so that the sideways drift of one direction is cancelled by the other; else the least
 * squares solution on the limits' edge (the minimum of a convex function over a box lies inside or on an edge).
 * @param wanted displacement from the unpushed place, in map units
 * @param max largest strength of either direction
 */
export function strengthsFor(columns: Columns, wanted: MapPoint, max: number): Aimed {
  const [a, b] = columns;
  const candidates: (readonly [number, number])[] = [[0, 0]];
  const determinant = a.x * b.y - a.y * b.x;
  const inside = [
    (wanted.x * b.y - wanted.y * b.x) / determinant,
    (a.x * wanted.y - a.y * wanted.x) / determinant,
  ] as const;
  if (inside.every((strength) => Math.abs(strength) <= max)) candidates.push(inside);
  for (const edge of [-max, max]) {
    candidates.push([edge, along(b, less(wanted, displacement([a], [edge])), max)]);
    candidates.push([along(a, less(wanted, displacement([b], [edge])), max), edge]);
  }
  const missOf = (strengths: readonly number[]): number => {
    const left = less(wanted, displacement(columns, strengths));
    return dot(left, left);
  };
  const best = candidates.reduce((one, other) => (missOf(other) < missOf(one) ? other : one));
  return { strengths: best, moved: displacement(columns, best) };
}

/**
 * Steering along one direction alone, as the paper does: the direction whose coordinate is wanted to move most, at the
 * strength that by its own response brings this coordinate where it is wanted, whatever the other one does.
 * @param columns of the directions that belong to the map's x and y, in this order
 */
export function alongOneAxis(columns: Columns, wanted: MapPoint, max: number): Aimed {
  const [ofX, ofY] = columns;
  const isX = Math.abs(wanted.x) >= Math.abs(wanted.y);
  const own = isX ? ofX.x : ofY.y;
  const strength = own === 0 ? 0 : clamp((isX ? wanted.x : wanted.y) / own, max);
  const strengths = isX ? [strength, 0] : [0, strength];
  return { strengths, moved: displacement(columns, strengths) };
}

/**
 * The response after one more measurement: the least change of the columns that explains where the strengths have led
 * (Broyden 1965, Mathematics of Computation 19, method 1), so that a response that bends is followed.
 */
export function corrected(columns: Columns, strengths: readonly number[], moved: MapPoint): Columns {
  const size = strengths.reduce((sum, strength) => sum + strength ** 2, 0);
  if (size === 0) return columns;
  const left = less(moved, displacement(columns, strengths));
  const change = (column: MapPoint, strength: number): MapPoint => ({
    x: column.x + (left.x * strength) / size,
    y: column.y + (left.y * strength) / size,
  });
  return [change(columns[0], strengths[0] ?? 0), change(columns[1], strengths[1] ?? 0)];
}
