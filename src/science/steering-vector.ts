/** A direction in one layer's residual stream. */
export interface LayerVector {
  readonly layer: number;
  /** [hidden], mean difference high minus low: adding it moves toward the high pole. */
  readonly direction: Float32Array;
  /** Mean Euclidean norm of the residual stream at this layer over the training texts. */
  readonly residualNorm: number;
  /** [hidden], mean residual over the same texts; absent where it was not kept. A rotation starts from it. */
  readonly mean?: Float32Array;
}

/** How a strength is counted: multiples of the layer's mean residual norm, or of the raw vector. */
export type StrengthUnit = 'norm' | 'raw';

/** The Euclidean norm. */
export function norm(vector: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += (vector[i] ?? 0) ** 2;
  return Math.sqrt(sum);
}

/** The cosine of two vectors of one length; NaN where one is zero. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let dot = 0;
  for (let i = 0; i < a.length; i++) dot += (a[i] ?? 0) * (b[i] ?? 0);
  return dot / (norm(a) * norm(b));
}

/**
 * Sums up residuals of paired texts and gives the mean difference (high - low), the contrastive activation addition
 * direction of the paper (Dang & Masud; after Rimsky et al. 2023, section 3.1).
 */
export class MeanDifference {
  readonly #sum: Float64Array;
  #pairs = 0;

  constructor(readonly hidden: number) {
    this.#sum = new Float64Array(hidden);
  }

  /** Takes one pair, both [hidden]. The argument order is (high, low). */
  add(high: ArrayLike<number>, low: ArrayLike<number>): void {
    if (high.length !== this.hidden || low.length !== this.hidden)
      throw new RangeError(
        `residuals of ${high.length} and ${low.length} numbers do not fit hidden size ${this.hidden}`,
      );
    for (let i = 0; i < this.hidden; i++) this.#sum[i] = (this.#sum[i] ?? 0) + (high[i] ?? 0) - (low[i] ?? 0);
    this.#pairs += 1;
  }

  get pairs(): number {
    return this.#pairs;
  }

  /** [hidden]; throws RangeError before the first pair. */
  mean(): Float32Array {
    if (this.#pairs === 0) throw new RangeError('no pair was added');
    return Float32Array.from(this.#sum, (value) => value / this.#pairs);
  }
}

/**
 * The vector that is added to the residual stream.
 * raw: strength · direction (the paper's α). norm: strength · residualNorm · direction / |direction|.
 * Positive strength moves toward the high pole.
 */
export function scaled(vector: LayerVector, strength: number, unit: StrengthUnit): Float32Array {
  const length = norm(vector.direction);
  const factor = unit === 'raw' ? strength : length === 0 ? 0 : (strength * vector.residualNorm) / length;
  return vector.direction.map((value) => value * factor);
}
