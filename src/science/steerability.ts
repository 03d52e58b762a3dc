import { axisEstimates, type BootstrapOptions, type Estimate } from './axis-estimate.ts';
import { AXES, type Axis } from './item.ts';
import { slopesOf, type Dose } from './response/dose.ts';
import { leewayOf } from './response/leeway.ts';
import type { Interval } from './statistics/bootstrap.ts';

/** How far a model can be moved along one axis by that axis's vector, and how far it drifts along the other. */
export interface Steerability {
  /** Shift of the axis's mean log-odds for one unit of strength, nats. */
  readonly own: Estimate;
  /** The same of the other axis. */
  readonly other: Estimate;
  /**
   * other / own; absent where the interval of `own` holds 0 or there is none: a ratio to what may be nothing says nothing.
   */
  readonly leeway?: { readonly ratio: number; readonly interval: Interval };
}

/**
 * Shifts per unit of strength of one axis's vector, from the same dilemmas at two strengths or more, with their intervals.
 * @returns undefined where strengths do not differ or an axis has no dilemma that was answered at all of them.
 */
export function steerability(
  axis: Axis,
  doses: readonly Dose[],
  options: BootstrapOptions,
): Steerability | undefined {
  if (new Set(doses.map(({ strength }) => strength)).size < 2) return undefined;
  const slopes = slopesOf(doses);
  const estimates = axisEstimates(slopes, options);
  const own = estimates[axis];
  const other = estimates[AXES.find((candidate) => candidate !== axis) ?? axis];
  if (!own || !other) return undefined;
  const { ratio = NaN, interval, isDefined } = leewayOf(axis, slopes, options) ?? {};
  return { own, other, ...(isDefined && interval ? { leeway: { ratio, interval } } : {}) };
}
