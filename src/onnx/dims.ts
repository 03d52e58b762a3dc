/** Lengths of a tensor's dimensions; undefined where one is not known for certain. */
export type Dims = readonly (number | undefined)[];

/** Ranks beyond this occur in no model; the bound keeps hostile graphs from doubling shapes without end. */
export const MAX_RANK = 16;

/** Fills open dimensions; where both speak of different ranks or lengths, nothing is certain. */
export function merged(own: Dims | undefined, said: Dims | undefined): Dims | undefined {
  if (!own || !said) return own ?? said;
  if (own.length !== said.length) return undefined;
  if (own.some((dim, i) => dim !== undefined && said[i] !== undefined && dim !== said[i])) return undefined;
  return own.map((dim, i) => dim ?? said[i]);
}

/** Numpy broadcasting; undefined where the shapes contradict each other. */
export function broadcast(a: Dims | undefined, b: Dims | undefined): Dims | undefined {
  if (!a || !b) return undefined;
  const rank = Math.max(a.length, b.length);
  const dims: (number | undefined)[] = [];
  for (let i = 0; i < rank; i++) {
    const x = i < rank - a.length ? 1 : a[i - rank + a.length];
    const y = i < rank - b.length ? 1 : b[i - rank + b.length];
    if (x === 1) dims.push(y);
    else if (y === 1 || x === y) dims.push(x);
    else if (x === undefined || y === undefined) dims.push(x ?? y);
    else return undefined;
  }
  return dims;
}

/** Shape of a sum of two or three terms. Terms of a residual sum are alike, so a known one stands for an unknown one. */
export function sumDims(a: Dims | undefined, b: Dims | undefined, c: Dims | undefined): Dims | undefined {
  const ab = a && b ? broadcast(a, b) : (a ?? b);
  return c ? broadcast(ab, c) : ab;
}

/** Axes put in another order; reversed without `perm`. */
export function transposed(dims: Dims | undefined, perm: readonly number[] | undefined): Dims | undefined {
  if (!dims) return undefined;
  if (!perm || perm.length === 0) return dims.toReversed();
  return perm.length === dims.length ? perm.map((axis) => dims[axis]) : undefined;
}

/** Axis `axis` of `data` replaced by the axes of `indices`. */
export function gathered(data: Dims | undefined, indices: Dims | undefined, axis: number): Dims | undefined {
  if (!data || !indices) return undefined;
  const at = axis < 0 ? axis + data.length : axis;
  return [...data.slice(0, at), ...indices, ...data.slice(at + 1)];
}

/** The last dimension replaced. */
export function withLast(dims: Dims | undefined, last: number | undefined): Dims | undefined {
  return dims && dims.length > 0 ? [...dims.slice(0, -1), last] : undefined;
}

/** Dimensions of length 1 added at `axes` of the result. */
export function unsqueezed(dims: Dims | undefined, axes: readonly number[] | undefined): Dims | undefined {
  if (!dims || !axes) return undefined;
  const rank = dims.length + axes.length;
  const added = new Set(axes.map((axis) => (axis < 0 ? axis + rank : axis)));
  const rest = dims[Symbol.iterator]();
  return Array.from({ length: rank }, (_, i) => (added.has(i) ? 1 : rest.next().value));
}

/** One-dimensional tensors joined: the only case that matters, since it builds shapes. */
export function concatenated(inputs: readonly (Dims | undefined)[]): Dims | undefined {
  let total = 0;
  for (const dims of inputs) {
    const length = dims?.length === 1 ? dims[0] : undefined;
    if (length === undefined) return undefined;
    total += length;
  }
  return [total];
}

/** Shape after Reshape: from the target's values where they are known, else at least the rank from their number. */
export function reshaped(
  data: Dims | undefined,
  shape: Dims | undefined,
  target: readonly number[] | undefined,
): Dims | undefined {
  if (target) return target.map((length, i) => (length > 0 ? length : length === 0 ? data?.[i] : undefined));
  const rank = shape?.length === 1 ? shape[0] : undefined;
  return rank !== undefined && rank <= MAX_RANK ? Array.from({ length: rank }, () => undefined) : undefined;
}

/** Shape of a matrix product; operands have at least two dimensions, leading ones broadcast. */
export function product(a: Dims | undefined, b: Dims | undefined): Dims | undefined {
  if (!a || !b || a.length < 2 || b.length < 2) return undefined;
  const [rows, columns] = [a.at(-2), b.at(-1)];
  const batch = broadcast(a.slice(0, -2), b.slice(0, -2));
  return batch && [...batch, rows, columns];
}
