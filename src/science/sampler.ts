import { seededRandom } from './statistics/random.ts';

/** How a token is drawn: see `Sampler`. */
export interface SamplerOptions {
  readonly temperature: number;
  readonly topP?: number;
  readonly seed: number;
}

/** Place of the largest value, the first of equal ones. */
export function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] as number) > (values[best] as number)) best = i;
  return best;
}

/** softmax(logits / temperature), not normalised: the largest is 1. */
function weightsOf(logits: ArrayLike<number>, temperature: number): { weights: Float64Array; total: number } {
  const highest = logits[argmax(logits)] as number;
  const weights = Float64Array.from(logits, (logit) => Math.exp((logit - highest) / temperature));
  return { weights, total: weights.reduce((sum, weight) => sum + weight, 0) };
}

/**
 * Places of the nucleus: the fewest likeliest that have `share` of the total together (Holtzman et al. 2020, arXiv
 * 1904.09751), in the order of the list.
 */
function nucleus(weights: Float64Array, total: number, share: number): number[] {
  // Those below this have less than what is left out even all together: they need no sorting.
  const least = ((1 - share) * total) / weights.length;
  const places: number[] = [];
  weights.forEach((weight, place) => {
    if (weight > least) places.push(place);
  });
  places.sort((a, b) => (weights[b] as number) - (weights[a] as number) || a - b);
  let sum = 0;
  const end = places.findIndex((place) => (sum += weights[place] as number) >= share * total);
  return places.slice(0, end < 0 ? places.length : end + 1).sort((a, b) => a - b);
}

/**
 * Draws tokens from logits [vocabulary] with a seed of its own: one uniform number a draw, held against the cumulated
 * probabilities in the order of the ids. Two samplers of one seed draw alike from like logits, whatever else is drawn.
 */
export class Sampler {
  readonly #random: () => number;

  /** Throws RangeError where the temperature is negative or the share is not in (0, 1]. */
  constructor(private readonly options: SamplerOptions) {
    const { temperature, topP = 1, seed } = options;
    if (!(temperature >= 0 && temperature < Infinity))
      throw new RangeError(`a temperature of ${temperature} means nothing`);
    if (!(topP > 0 && topP <= 1)) throw new RangeError(`a share of ${topP} is not in (0, 1]`);
    this.#random = seededRandom(seed);
  }

  /** The next token's id. */
  draw(logits: ArrayLike<number>): number {
    const { temperature, topP = 1 } = this.options;
    const uniform = this.#random();
    if (temperature === 0) return argmax(logits);
    const { weights, total } = weightsOf(logits, temperature);
    const kept = topP < 1 ? nucleus(weights, total, topP) : undefined;
    const mass = kept?.reduce((sum, place) => sum + (weights[place] as number), 0) ?? total;
    let left = uniform * mass;
    let drawn = argmax(logits);
    for (const place of kept ?? weights.keys()) {
      const weight = weights[place] as number;
      if (weight === 0) continue;
      drawn = place;
      left -= weight;
      if (left < 0) break;
    }
    return drawn;
  }
}
