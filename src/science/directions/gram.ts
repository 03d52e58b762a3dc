/** The dot product of two vectors of one length. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** The Gram matrix [n, n] of n rows: far smaller than [hidden, hidden] where pairs are few and the stream is wide. */
export function gramMatrix(rows: readonly ArrayLike<number>[]): Float64Array {
  const n = rows.length;
  const gram = new Float64Array(n * n);
  rows.forEach((row, i) => {
    for (let j = 0; j <= i; j++) gram[i * n + j] = gram[j * n + i] = dot(row, rows[j] as ArrayLike<number>);
  });
  return gram;
}

/** matrix [n, n] times vector [n]. */
export function product(matrix: Float64Array, vector: ArrayLike<number>): Float64Array {
  const n = vector.length;
  return Float64Array.from(vector, (_, i) => dot(matrix.subarray(i * n, (i + 1) * n), vector));
}

/** The sum of rows [n][width], each times its weight: back from the Gram space into that of the rows. */
export function weightedSum(rows: readonly ArrayLike<number>[], weights: ArrayLike<number>): Float64Array {
  const sum = new Float64Array(rows[0]?.length ?? 0);
  rows.forEach((row, r) => {
    const weight = weights[r] as number;
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + weight * (row[i] as number);
  });
  return sum;
}
