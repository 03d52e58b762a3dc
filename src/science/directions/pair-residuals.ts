import { seededRandom } from '../statistics/random.ts';

/** The residuals of contrastive pairs at one layer, in the order in which they were added. */
export class PairResiduals {
  /** One row [hidden] a pair. */
  readonly high: ArrayLike<number>[] = [];
  readonly low: ArrayLike<number>[] = [];

  constructor(readonly hidden: number) {}

  /** Takes one pair, both [hidden]; they are kept, not copied. The argument order is (high, low). Throws RangeError. */
  add(high: ArrayLike<number>, low: ArrayLike<number>): void {
    if (high.length !== this.hidden || low.length !== this.hidden)
      throw new RangeError(
        `residuals of ${high.length} and ${low.length} numbers do not fit hidden size ${this.hidden}`,
      );
    this.high.push(high);
    this.low.push(low);
  }

  get pairs(): number {
    return this.high.length;
  }

  /** [pairs][hidden], high minus low. */
  differences(): Float64Array[] {
    return this.high.map((high, pair) => {
      const low = this.low[pair] as ArrayLike<number>;
      return Float64Array.from(high, (value, i) => value - (low[i] as number));
    });
  }

  /** The pairs at these places alone. */
  only(places: readonly number[]): PairResiduals {
    const part = new PairResiduals(this.hidden);
    for (const place of places) {
      const [high, low] = [this.high[place], this.low[place]];
      if (!high || !low) throw new RangeError(`there is no pair ${place}`);
      part.add(high, low);
    }
    return part;
  }

  /** The same pairs, the poles of each dealt anew by a fair coin: what they have in common is gone. */
  dealt(seed: number): PairResiduals {
    const random = seededRandom(seed);
    const part = new PairResiduals(this.hidden);
    this.high.forEach((high, pair) => {
      const low = this.low[pair] as ArrayLike<number>;
      if (random() < 0.5) part.add(high, low);
      else part.add(low, high);
    });
    return part;
  }
}
