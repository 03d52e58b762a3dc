import { dot } from './gram.ts';
import type { LayerVector } from '../steering-vector.ts';

/**
 * A direction without what it shares with another one of its layer: v − (v·w / w·w) w. What is left can be compared in
 * units of the residual norm; in raw units it is shorter by the sine of the angle between both.
 * @returns the vector itself where the other one is zero
 */
export function without(vector: LayerVector, other: LayerVector): LayerVector {
  const length = dot(other.direction, other.direction);
  const share = length === 0 ? 0 : dot(vector.direction, other.direction) / length;
  return {
    ...vector,
    direction: vector.direction.map((value, i) => value - share * (other.direction[i] ?? 0)),
  };
}
