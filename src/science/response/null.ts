import { quantile } from '../statistics/bootstrap.ts';

/** What vectors without a meaning do: random ones of the same length, or ones learned from shuffled labels. */
export interface Null {
  readonly n: number;
  /** p = (1 + k) / (n + 1), k of them at least as far from 0 as what was found (Phipson & Smyth 2010). */
  readonly p: number;
  /** The middle 95 % of them. */
  readonly low: number;
  readonly high: number;
}

/** Holds a slope against those of vectors without a meaning; two-sided. Undefined for none. */
export function againstNull(found: number, others: readonly number[]): Null | undefined {
  if (others.length === 0) return undefined;
  const sorted = Float64Array.from(others).sort();
  const k = others.filter((other) => Math.abs(other) >= Math.abs(found)).length;
  return {
    n: others.length,
    p: (1 + k) / (others.length + 1),
    low: quantile(sorted, 0.025),
    high: quantile(sorted, 0.975),
  };
}
