import { MeanDifference, norm } from '../steering-vector.ts';
import { dot, gramMatrix, weightedSum } from './gram.ts';
import { leadingEigenpair } from './leading-eigenvector.ts';
import { logisticFit } from './logistic-regression.ts';
import type { PairResiduals } from './pair-residuals.ts';
import { standardized } from './standardized.ts';

export const METHODS = ['mean', 'pca', 'logistic'] as const;
/** How a direction is made of contrastive pairs. */
export type Method = (typeof METHODS)[number];

/** A direction in one layer's residual stream; it points to the high pole. */
export interface Direction {
  /** [hidden], of the length of the mean difference whatever the method. */
  readonly direction: Float32Array;
  /** False where the method's search stopped short of its tolerance: the direction is then a near one. */
  readonly converged: boolean;
}

/** The logistic regression's C: scikit-learn's default, on standardised residuals. */
const C = 1;

function meanOf(pairs: PairResiduals): Float32Array {
  const mean = new MeanDifference(pairs.hidden);
  pairs.high.forEach((high, pair) => mean.add(high, pairs.low[pair] as ArrayLike<number>));
  return mean.mean();
}

/** Brings a direction to the length of the mean difference; zeros where the pairs cancel. */
function scaledTo(mean: Float32Array, direction: Float64Array): Float32Array {
  const length = norm(direction);
  const factor = length > 0 ? norm(mean) / length : 0;
  return Float32Array.from(direction, (value) => value * factor);
}

/**
 * The first principal component of the pair differences, not centred: the direction along which the pairs differ most,
 * signed so that the mean difference lies on its positive side. This is PCA of every pair about its own middle (Zou et
 * al. 2023, arXiv 2310.01405, section 3.1; repeng's `pca_center`). PCA of centred differences (repeng's default,
 * `pca_diff`) takes away the mean, which is what the pairs have in common.
 */
function principal(pairs: PairResiduals): Direction {
  const mean = meanOf(pairs);
  const differences = pairs.differences();
  const { vector, converged } = leadingEigenpair(gramMatrix(differences), differences.length);
  const component = weightedSum(differences, vector);
  const sign = dot(component, mean) < 0 ? -1 : 1;
  return {
    direction: scaledTo(
      mean,
      component.map((value) => sign * value),
    ),
    converged,
  };
}

/**
 * The normal, in the raw residual space, of the plane that parts high residuals from low ones: the weights of an
 * L2-regularised logistic regression on standardised residuals, each over its column's standard deviation (the
 * "probe weight direction" of Li et al. 2023, arXiv 2306.03341).
 */
function probeWeights(pairs: PairResiduals): Direction {
  const { rows, scale } = standardized([...pairs.high, ...pairs.low]);
  const isHigh = rows.map((_, i) => i < pairs.pairs);
  const { dual, converged } = logisticFit(gramMatrix(rows), isHigh, C);
  const weights = weightedSum(rows, dual).map((value, i) => value / (scale[i] as number));
  return { direction: scaledTo(meanOf(pairs), weights), converged };
}

/**
 * The direction of a layer's pairs.
 *
 * - mean: the mean of high minus low (the paper: Dang & Masud, arXiv 2605.26365);
 * - pca: their first principal component;
 * - logistic: the weights of a linear probe.
 *
 * All three have the length of the mean difference, so that a raw strength pushes as far with each, and are zero where
 * the pairs cancel. All are deterministic. Memory: the Gram matrix, [pairs, pairs], for logistic [2 pairs, 2 pairs].
 * Throws RangeError without a pair.
 */
export function directionOf(pairs: PairResiduals, method: Method): Direction {
  if (pairs.pairs === 0) throw new RangeError('no pair was added');
  switch (method) {
    case 'mean':
      return { direction: meanOf(pairs), converged: true };
    case 'pca':
      return principal(pairs);
    case 'logistic':
      return probeWeights(pairs);
  }
}
