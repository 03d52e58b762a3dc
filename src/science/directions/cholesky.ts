/** The lower factor L [n, n] of a symmetric positive definite matrix, A = L Lᵀ. Throws RangeError for another matrix. */
export class Cholesky {
  readonly #lower: Float64Array;

  constructor(
    matrix: Float64Array,
    private readonly n: number,
  ) {
    const lower = new Float64Array(n * n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j <= i; j++) {
        let sum = matrix[i * n + j] as number;
        for (let k = 0; k < j; k++) sum -= (lower[i * n + k] as number) * (lower[j * n + k] as number);
        if (i === j && !(sum > 0)) throw new RangeError('the matrix is not positive definite');
        lower[i * n + j] = i === j ? Math.sqrt(sum) : sum / (lower[j * n + j] as number);
      }
    this.#lower = lower;
  }

  /** x of A x = right, both [n]. */
  solve(right: ArrayLike<number>): Float64Array {
    const { n } = this;
    const lower = this.#lower;
    const x = Float64Array.from(right);
    for (let i = 0; i < n; i++) {
      let sum = x[i] as number;
      for (let k = 0; k < i; k++) sum -= (lower[i * n + k] as number) * (x[k] as number);
      x[i] = sum / (lower[i * n + i] as number);
    }
    for (let i = n - 1; i >= 0; i--) {
      let sum = x[i] as number;
      for (let k = i + 1; k < n; k++) sum -= (lower[k * n + i] as number) * (x[k] as number);
      x[i] = sum / (lower[i * n + i] as number);
    }
    return x;
  }
}
