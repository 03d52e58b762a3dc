import { seededRandom } from '../statistics/random.ts';
import { norm, type LayerVector } from '../steering-vector.ts';

/**
 * A direction drawn evenly from all directions (independent normal numbers, Box & Muller 1958; Muller 1959), brought to
 * the length of a vector and put in its place: what a vector of this layer and norm does by chance.
 */
export function randomVector(like: LayerVector, seed: number): LayerVector {
  const random = seededRandom(seed);
  const drawn = Float32Array.from(
    { length: like.direction.length },
    () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  );
  const length = norm(drawn);
  const factor = length === 0 ? 0 : norm(like.direction) / length;
  return { ...like, direction: drawn.map((value) => value * factor) };
}

/** A shift the way of a push, held against those of random vectors at the same strength. */
export interface AgainstChance {
  /** One-sided: (1 + k) / (n + 1), k of n random shifts being at least as far the same way (Phipson & Smyth 2010). */
  readonly p: number;
  readonly n: number;
  readonly atLeast: number;
}

/**
 * How often chance does as much.
 * @param shift the way of the push, and so those of `chance`: a random vector that moves the other way does not count
 * Throws RangeError for a shift that is no number.
 */
export function againstChance(shift: number, chance: readonly number[]): AgainstChance {
  if (![shift, ...chance].every(Number.isFinite))
    throw new RangeError('A shift held against chance is finite.');
  const atLeast = chance.filter((other) => other >= shift).length;
  return { p: (1 + atLeast) / (1 + chance.length), n: chance.length, atLeast };
}
