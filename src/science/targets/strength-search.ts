import type { MapPoint } from '../culture-map.ts';

/** Where strengths along one direction have led on the map, relative to strength 0. */
export interface DisplacementCurve {
  /** Ascending, without 0. */
  readonly steps: readonly { readonly strength: number; readonly moved: MapPoint }[];
}

export interface FoundStrengths {
  /** One for each curve, in their order. */
  readonly strengths: readonly number[];
  /** Where they are expected to lead. */
  readonly predicted: MapPoint;
}

/** The displacement at a strength, linear between measured ones and through no displacement at 0. */
export function displacementAt({ steps }: DisplacementCurve, strength: number): MapPoint {
  const known = [...steps, { strength: 0, moved: { x: 0, y: 0 } }].sort((a, b) => a.strength - b.strength);
  const after = known.findIndex((step) => step.strength >= strength);
  const high = known[after < 0 ? known.length - 1 : after];
  const low = known[after <= 0 ? (after === 0 ? 0 : known.length - 1) : after - 1];
  if (!high || !low) return { x: 0, y: 0 };
  const share = high === low ? 0 : (strength - low.strength) / (high.strength - low.strength);
  return {
    x: low.moved.x + share * (high.moved.x - low.moved.x),
    y: low.moved.y + share * (high.moved.y - low.moved.y),
  };
}

/**
 * The strengths of two directions whose displacements, added, lead nearest to an aim: every pair of steps within the
 * measured range is looked at. Of pairs that come equally near, the weakest.
 * @param step distance of the strengths looked at
 */
export function nearestStrengths(
  [first, second]: readonly [DisplacementCurve, DisplacementCurve],
  from: MapPoint,
  aim: MapPoint,
  step = 0.05,
): FoundStrengths {
  const gridOf = ({ steps }: DisplacementCurve): number[] => {
    const all = [0, ...steps.map(({ strength }) => strength)];
    const [low, high] = [Math.min(...all), Math.max(...all)];
    const count = Math.round((high - low) / step);
    // Whole steps of 0.05 are not exact in binary; runs are found again by their strength.
    return Array.from({ length: count + 1 }, (_, i) => Math.round((low + i * step) * 1000) / 1000);
  };
  let best: FoundStrengths = { strengths: [0, 0], predicted: from };
  const missOf = ({ predicted }: FoundStrengths): number =>
    Math.hypot(predicted.x - aim.x, predicted.y - aim.y);
  const sizeOf = ({ strengths }: FoundStrengths): number => Math.hypot(...strengths);
  for (const a of gridOf(first))
    for (const b of gridOf(second)) {
      const [one, other] = [displacementAt(first, a), displacementAt(second, b)];
      const found = {
        strengths: [a, b],
        predicted: { x: from.x + one.x + other.x, y: from.y + one.y + other.y },
      };
      const gain = missOf(best) - missOf(found);
      if (gain > 1e-9 || (gain > -1e-9 && sizeOf(found) < sizeOf(best))) best = found;
    }
  return best;
}
