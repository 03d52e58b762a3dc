/** The largest absolute difference of two rows of numbers; Infinity where their lengths differ or one holds NaN. */
export function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let max = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs((a[i] ?? NaN) - (b[i] ?? NaN));
    // A NaN never passes as equal.
    if (Number.isNaN(difference)) return Infinity;
    max = Math.max(max, difference);
  }
  return max;
}
