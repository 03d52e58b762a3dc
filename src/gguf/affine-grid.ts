/** Codes are bytes, and so are zero points. */
const LARGEST_CODE = 255;
/** How many factors are tried for a group: with levels of 4 or 5 bits all that can be the best. */
const TRIES = 9;

/**
 * Grids of bytes for groups of affine weights, scale × level + minimum, one entry a group:
 * weight ≈ step × (code − zero), with code = factor × level + offset.
 *
 * With a factor k and step = scale / k, levels keep their distances exactly, and only the minimum is rounded, to a
 * whole number of steps: all weights of a group are off by the same |shift| ≤ |step| / 2. Among the largest factors
 * that fit a byte the one with the least shift is taken. Where 0 lies among the levels, that makes it |scale| / 34 at
 * most with levels of 4 bits, / 16 with 5 and / 170 with 2.
 */
export class AffineGrid {
  /** Signed: a negative scale gives a negative step. */
  readonly steps: Float32Array;
  readonly zeros: Uint8Array;
  /** 0 where the weights are too close together for their distance from 0: then see `levelCodes`. */
  readonly factors: Uint8Array;
  readonly offsets: Uint8Array;

  /** `highest`: the largest level, at most 255. */
  constructor(
    groups: number,
    private readonly highest: number,
  ) {
    this.steps = new Float32Array(groups);
    this.zeros = new Uint8Array(groups);
    this.factors = new Uint8Array(groups);
    this.offsets = new Uint8Array(groups);
  }

  /** Chooses the grid of one group. Both numbers must be finite. */
  fit(group: number, scale: number, minimum: number): void {
    const ratio = minimum / scale;
    // Codes from 0 on with the zero point above, or a zero point of 0 with the codes above.
    const span = ratio < 0 ? Math.max(this.highest, -ratio) : this.highest + ratio;
    const most = Math.floor(LARGEST_CODE / span);
    if (!(most >= 1)) {
      this.#fitDistant(group, scale, minimum);
      return;
    }
    let factor = most;
    let least = Infinity;
    // Below half of the most, each factor has a multiple that does as well.
    for (let k = most; k > most - TRIES && 2 * k > most; k--) {
      const shift = Math.abs(ratio * k - Math.round(ratio * k)) / k;
      if (shift < least) {
        least = shift;
        factor = k;
      }
    }
    const whole = Math.round(ratio * factor);
    this.steps[group] = scale / factor;
    this.factors[group] = factor;
    this.zeros[group] = whole < 0 ? -whole : 0;
    this.offsets[group] = whole < 0 ? 0 : whole;
  }

  /**
   * All weights have one sign and differ little (in a constant group not at all): 255 steps reach the largest, and
   * each weight is rounded by itself, |error| ≤ |step| / 2 = |largest| / 510. A constant is exact.
   */
  #fitDistant(group: number, scale: number, minimum: number): void {
    const other = minimum + scale * this.highest;
    const largest = Math.abs(other) > Math.abs(minimum) ? other : minimum;
    // A power of two leaves a constant's bits as they are.
    this.steps[group] = largest / (scale === 0 ? 128 : LARGEST_CODE);
    this.zeros[group] = 0;
    this.factors[group] = 0;
    this.offsets[group] = 0;
  }

  /** Replaces the levels of one group, from `from` to `end`, by codes; scale and minimum as given to `fit`. */
  levelCodes(
    group: number,
    scale: number,
    minimum: number,
    levels: Uint8Array,
    from: number,
    end: number,
  ): void {
    const factor = this.factors[group] as number;
    if (factor > 0) {
      const offset = this.offsets[group] as number;
      for (let i = from; i < end; i++) levels[i] = (levels[i] as number) * factor + offset;
      return;
    }
    const step = this.steps[group] as number;
    const perStep = step === 0 ? 0 : 1 / step;
    for (let i = from; i < end; i++)
      levels[i] = Math.min(LARGEST_CODE, Math.round((scale * (levels[i] as number) + minimum) * perStep));
  }
}
