import { Cholesky } from './cholesky.ts';
import { product } from './gram.ts';

/** A logistic regression in the dual: weights = Σ dual_i · row_i. */
export interface LogisticFit {
  /** [n] */
  readonly dual: Float64Array;
  readonly intercept: number;
  readonly iterations: number;
  readonly converged: boolean;
}

const MOST_ITERATIONS = 100;
const TOLERANCE = 1e-9;
const SMALLEST_STEP = 2 ** -30;

/** log(1 + e^x) without overflow. */
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const logistic = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : 1 - 1 / (1 + Math.exp(x)));
const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);

/** A point of the search: what it is made of, and the scores f = K dual + intercept that follow. */
interface Point {
  readonly dual: Float64Array;
  readonly intercept: number;
  readonly scores: Float64Array;
}

/**
 * L2-regularised logistic regression: the minimum of ½‖w‖² + C Σ log(1 + exp(-y f)), the intercept free, as scikit-learn
 * counts C. Newton's steps in the n dual weights, where the solution is dual = C (t - p) (Rasmussen & Williams 2006,
 * algorithm 3.1, with an intercept), halved where the loss would not fall. Deterministic.
 * @param gram Gram matrix [n, n] of the rows
 * @param isHigh [n] whether a row belongs to the high pole
 */
export function logisticFit(gram: Float64Array, isHigh: readonly boolean[], c = 1): LogisticFit {
  const n = isHigh.length;
  const target = Float64Array.from(isHigh, Number);
  const at = (dual: Float64Array, intercept: number): Point => ({
    dual,
    intercept,
    scores: product(gram, dual).map((value) => value + intercept),
  });
  const loss = ({ dual, intercept, scores }: Point): number => {
    let sum = 0;
    scores.forEach((score, i) => {
      sum += 0.5 * (dual[i] as number) * (score - intercept) + c * softplus(isHigh[i] ? -score : score);
    });
    return sum;
  };
  let point = at(new Float64Array(n), 0);
  for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
    const probability = point.scores.map(logistic);
    const pull = target.map((value, i) => c * (value - (probability[i] as number)));
    const away = pull.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - (point.dual[i] as number))),
      0,
    );
    if (away <= TOLERANCE * c && Math.abs(total(pull)) <= TOLERANCE * c * n)
      return { dual: point.dual, intercept: point.intercept, iterations: iteration, converged: true };
    const curvature = probability.map((p) => c * p * (1 - p));
    const next = newtonPoint(gram, curvature, pull, point.scores);
    const moved = next && lower(point, at(next.dual, next.intercept), loss);
    if (!moved) return { ...point, iterations: iteration, converged: false };
    point = moved;
  }
  return { ...point, iterations: MOST_ITERATIONS, converged: false };
}

/** The minimum of the loss's second-order picture at the scores; undefined where it has none to tell. */
function newtonPoint(
  gram: Float64Array,
  curvature: Float64Array,
  pull: Float64Array,
  scores: Float64Array,
): { dual: Float64Array; intercept: number } | undefined {
  const n = scores.length;
  const root = curvature.map(Math.sqrt);
  const matrix = gram.map((value, k) => {
    const [i, j] = [Math.floor(k / n), k % n];
    return (i === j ? 1 : 0) + (root[i] as number) * value * (root[j] as number);
  });
  const factor = new Cholesky(matrix, n);
  /** (K + W⁻¹)⁻¹ right, for right = W⁻¹ · given: no division by a curvature that may be zero. */
  const through = (given: Float64Array): Float64Array => {
    const inner = factor.solve(product(gram, given).map((value, i) => value * (root[i] as number)));
    return given.map((value, i) => value - (root[i] as number) * (inner[i] as number));
  };
  const u = through(scores.map((score, i) => (curvature[i] as number) * score + (pull[i] as number)));
  const v = through(curvature);
  const weight = total(v);
  if (!(weight > 0)) return undefined;
  // The dual weights of the two poles cancel: that is what the free intercept asks for.
  const intercept = total(u) / weight;
  return { dual: u.map((value, i) => value - intercept * (v[i] as number)), intercept };
}

/** The point on the way from one to the other at which the loss is lower, halving the way; undefined where there is none. */
function lower(from: Point, to: Point, loss: (point: Point) => number): Point | undefined {
  const before = loss(from);
  // Near the minimum losses differ by rounding alone.
  const slack = 1e-13 * Math.abs(before);
  for (let step = 1; step >= SMALLEST_STEP; step /= 2) {
    const mix = (a: Float64Array, b: Float64Array): Float64Array =>
      a.map((value, i) => value + step * ((b[i] as number) - value));
    const point =
      step === 1
        ? to
        : {
            dual: mix(from.dual, to.dual),
            intercept: from.intercept + step * (to.intercept - from.intercept),
            scores: mix(from.scores, to.scores),
          };
    if (loss(point) <= before + slack) return point;
  }
  return undefined;
}
