import { seededRandom } from '../statistics/random.ts';
import { norm } from '../steering-vector.ts';
import { product } from './gram.ts';

/** The largest eigenvalue of a symmetric, positive semi-definite matrix and a unit vector of it. */
export interface Eigenpair {
  readonly value: number;
  /** [n]; zeros where the matrix is zero. */
  readonly vector: Float64Array;
  /** Whether ‖Gv - λv‖ fell to 1e-12 λ. */
  readonly converged: boolean;
}

const TOLERANCE = 1e-12;
const STEPS = 50;
// 50 · 2^30 steps: eigenvalues that are still not told apart are equal in double precision.
const SQUARINGS = 30;
const START_SEED = 1;

const unit = (vector: Float64Array): Float64Array => {
  const length = norm(vector);
  return length > 0 ? vector.map((value) => value / length) : vector;
};

const trace = (matrix: Float64Array, n: number): number => {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += matrix[i * (n + 1)] as number;
  return sum;
};

/** G² over its trace, so that nothing overflows however often it is done. */
function squared(matrix: Float64Array, n: number): Float64Array {
  const square = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < n; k++) {
      const factor = matrix[i * n + k] as number;
      for (let j = 0; j < n; j++)
        square[i * n + j] = (square[i * n + j] as number) + factor * (matrix[k * n + j] as number);
    }
  const sum = trace(square, n);
  return sum > 0 ? square.map((value) => value / sum) : square;
}

/**
 * Power iteration from a fixed start (Golub & Van Loan 2013, section 7.3.1); where two eigenvalues lie so close that it
 * crawls, the matrix is squared, which doubles every later step. Deterministic.
 * @param matrix symmetric, [n, n]
 */
export function leadingEigenpair(matrix: Float64Array, n: number): Eigenpair {
  if (!(trace(matrix, n) > 0)) return { value: 0, vector: new Float64Array(n), converged: true };
  const random = seededRandom(START_SEED);
  let vector = unit(Float64Array.from({ length: n }, () => random() - 0.5));
  let power = matrix;
  let value = 0;
  for (let squaring = 0; squaring <= SQUARINGS; squaring++) {
    if (squaring > 0) power = squared(power, n);
    for (let step = 0; step < STEPS; step++) vector = unit(product(power, vector));
    const image = product(matrix, vector);
    value = norm(image);
    const rest = image.map((entry, i) => entry - value * (vector[i] as number));
    if (norm(rest) <= TOLERANCE * value) return { value, vector, converged: true };
  }
  return { value, vector, converged: false };
}
