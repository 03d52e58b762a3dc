/** Rows with mean 0 and variance 1 in every column, and what they were divided by. */
export interface Standardized {
  /** [n][width] */
  readonly rows: readonly Float64Array[];
  /** [width]; 1 where a column does not vary. */
  readonly scale: Float64Array;
}

/**
 * Standardises columns as scikit-learn's StandardScaler does: variance over n, and a column whose variance is rounding
 * alone keeps its scale.
 */
export function standardized(rows: readonly ArrayLike<number>[]): Standardized {
  const n = rows.length;
  const width = rows[0]?.length ?? 0;
  const mean = new Float64Array(width);
  const variance = new Float64Array(width);
  for (const row of rows)
    for (let i = 0; i < width; i++) mean[i] = (mean[i] as number) + (row[i] as number) / n;
  for (const row of rows)
    for (let i = 0; i < width; i++)
      variance[i] = (variance[i] as number) + ((row[i] as number) - (mean[i] as number)) ** 2 / n;
  const scale = variance.map((value, i) => {
    const rounding = n * Number.EPSILON * value + (n * (mean[i] as number) * Number.EPSILON) ** 2;
    return value <= rounding ? 1 : Math.sqrt(value);
  });
  return {
    rows: rows.map((row) =>
      Float64Array.from(row, (value, i) => (value - (mean[i] as number)) / (scale[i] as number)),
    ),
    scale,
  };
}
