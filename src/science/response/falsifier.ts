import type { Answer } from '../answer.ts';
import type { BootstrapOptions } from '../axis-estimate.ts';
import type { Axis } from '../item.ts';
import { excludesZero } from '../statistics/bootstrap.ts';
import { driftVerdict } from './equivalence.ts';
import { leewayOf, type Leeway } from './leeway.ts';

/** A drift of less than this share of the shift on the vector's own axis counts as none. */
export const NO_DRIFT = 0.2;

/** What a run says of "push one axis, the other drifts". */
export type EntanglementVerdict =
  /** The vector does not move its own axis for sure: there is no push whose drift could be told. */
  | 'no push'
  /** The other axis moves, by more than chance. */
  | 'drifts'
  /** It moves by less than a fifth of the push, for sure: this refutes entanglement for this vector. */
  | 'no drift'
  | 'undecided';

export interface Falsifier {
  readonly axis: Axis;
  /** With its 95 % interval. */
  readonly leeway: Leeway;
  /** The 90 % interval of the leeway, that of two one-sided tests at 5 %; absent where there is no push. */
  readonly equivalence?: { readonly low: number; readonly high: number; readonly level: number };
  readonly verdict: EntanglementVerdict;
}

/**
 * Holds an axis's vector against the claim that axes are entangled. What would refute it: its own axis moves, the other one
 * does not, shown by two one-sided tests against a fifth of the shift (see `driftVerdict`).
 * @param slopes of both axes' dilemmas, nats per unit of strength
 * @returns undefined where an axis has no dilemma.
 */
export function falsifier(
  axis: Axis,
  slopes: readonly Answer[],
  options: BootstrapOptions,
): Falsifier | undefined {
  const leeway = leewayOf(axis, slopes, options);
  if (!leeway) return undefined;
  if (!leeway.isDefined || !leeway.interval) return { axis, leeway, verdict: 'no push' };
  const narrow = leewayOf(axis, slopes, { ...options, level: 0.9 })?.interval;
  if (!narrow) return { axis, leeway, verdict: 'no push' };
  const equivalent = driftVerdict(narrow, NO_DRIFT) === 'no drift';
  // Whether it drifts is asked at the usual 5 %, two-sided.
  const verdict = equivalent ? 'no drift' : excludesZero(leeway.interval) ? 'drifts' : 'undecided';
  return { axis, leeway, equivalence: narrow, verdict };
}
