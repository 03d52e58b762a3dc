import { sampleCorrelation } from 'simple-statistics';
import { intraclass } from '../statistics/reliability.ts';

/** What is compared: log-odds by the dilemma's id. */
export interface Paired {
  readonly id: string;
  readonly logOddsHigh: number;
}

/** How far two measurements of the same dilemmas say the same. */
export interface Agreement {
  readonly n: number;
  /** Pearson's r of the log-odds; NaN where one side does not vary. */
  readonly r: number;
  /** ICC(3,1): as r, but a different spread counts as disagreement. */
  readonly consistency: number;
  /** Share of dilemmas in which both lean the same way. */
  readonly sameSide: number;
  /** Mean of (second - first), nats: what the change does to all alike. */
  readonly shift: number;
}

/** Undefined for fewer than three dilemmas in both. */
export function agreementOf(first: readonly Paired[], second: readonly Paired[]): Agreement | undefined {
  const other = new Map(second.map(({ id, logOddsHigh }) => [id, logOddsHigh]));
  const pairs = first.flatMap(({ id, logOddsHigh }) => {
    const value = other.get(id);
    return value === undefined ? [] : [[logOddsHigh, value] as const];
  });
  if (pairs.length < 3) return undefined;
  const [a, b] = [pairs.map(([value]) => value), pairs.map(([, value]) => value)];
  return {
    n: pairs.length,
    r: sampleCorrelation(a, b),
    consistency: intraclass(pairs).consistency,
    sameSide: pairs.filter(([x, y]) => Math.sign(x) === Math.sign(y)).length / pairs.length,
    shift: pairs.reduce((sum, [x, y]) => sum + y - x, 0) / pairs.length,
  };
}
