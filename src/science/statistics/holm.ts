/**
 * p values adjusted for testing several hypotheses at once, in the order given (Holm 1979): the k-th smallest of m is
 * multiplied by m - k + 1, none smaller than the one before it, none above 1. Throws RangeError for what is no p value.
 */
export function holm(pValues: readonly number[]): number[] {
  // Written so that NaN is refused, too.
  if (!pValues.every((p) => p >= 0 && p <= 1)) throw new RangeError('A p value lies between 0 and 1.');
  const order = pValues.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let least = 0;
  order.forEach(({ p, index }, rank) => {
    least = Math.max(least, Math.min(1, p * (pValues.length - rank)));
    adjusted[index] = least;
  });
  return adjusted;
}
