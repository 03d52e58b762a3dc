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
export function unsqueezed(
  dims: Dims | undefined,
  axes: readonly number[] | 'all' | undefined,
): Dims | undefined {
  if (!dims || !axes || axes === 'all') return undefined;
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

/**
 * Shape after Reshape: from the target's values as far as they are known, else at least the rank from their number.
 * A target of 0 keeps the input's length unless `allowZero`; one of -1 takes what is left.
 */
export function reshaped(
  data: Dims | undefined,
  shape: Dims | undefined,
  target: Dims | undefined,
  allowZero: boolean,
): Dims | undefined {
  if (target) {
    const dims = target.map((length, i) => (length === 0 && !allowZero ? data?.[i] : length));
    const open = dims.indexOf(-1);
    return lengths(open < 0 ? dims : dims.with(open, quotient(data, dims.toSpliced(open, 1))));
  }
  const rank = shape?.length === 1 ? shape[0] : undefined;
  return rank !== undefined && rank <= MAX_RANK ? Array.from({ length: rank }, () => undefined) : undefined;
}

/** Lengths that a graph computes: what is no length is not known. */
export function lengths(values: Dims | undefined): Dims | undefined {
  return values?.map((value) => (value === undefined || value < 0 ? undefined : value));
}

/** How many elements of `data` fall on each of the other dimensions' elements, where all are known. */
function quotient(data: Dims | undefined, others: Dims): number | undefined {
  const [all, other] = [data && elements(data), elements(others)];
  const left = all === undefined || other === undefined ? undefined : all / other;
  return Number.isSafeInteger(left) ? left : undefined;
}

function elements(dims: Dims): number | undefined {
  return dims.reduce((total, dim) => (total === undefined || dim === undefined ? undefined : total * dim), 1);
}

/** Dimensions of length 1 taken away: those at `axes`, or all where the node names none. */
export function squeezed(
  dims: Dims | undefined,
  axes: readonly number[] | 'all' | undefined,
): Dims | undefined {
  if (!dims || !axes) return undefined;
  if (axes === 'all') return dims.includes(undefined) ? undefined : dims.filter((dim) => dim !== 1);
  const gone = new Set(axes.map((axis) => (axis < 0 ? axis + dims.length : axis)));
  return dims.filter((_, i) => !gone.has(i));
}

/** What Slice is told: one entry an axis, unknown ones undefined; no axes mean the first ones, no steps mean 1. */
export interface SliceBounds {
  readonly starts: Dims | undefined;
  readonly ends: Dims | undefined;
  readonly axes: readonly number[] | 'first' | undefined;
  readonly steps: Dims | 'ones' | undefined;
}

/** Shape after Slice. */
export function sliced(dims: Dims | undefined, { starts, ends, axes, steps }: SliceBounds): Dims | undefined {
  if (!dims) return undefined;
  const count = starts?.length ?? ends?.length ?? (axes === 'first' ? undefined : axes?.length);
  const cut = axes === 'first' ? Array.from({ length: count ?? dims.length }, (_, i) => i) : axes;
  if (!cut) return dims.map(() => undefined);
  const result = [...dims];
  cut.forEach((axis, i) => {
    const at = axis < 0 ? axis + dims.length : axis;
    const length = dims[at];
    if (at < 0 || at >= dims.length) return;
    const range =
      length === undefined
        ? undefined
        : sliceRange(length, starts?.[i], ends?.[i], steps === 'ones' ? 1 : steps?.[i]);
    result[at] = range?.length;
  });
  return result;
}

/** The places that Slice keeps of `length`; undefined where a bound is not known. */
export function sliceRange(
  length: number,
  from: number | undefined,
  to: number | undefined,
  step: number | undefined,
): { start: number; step: number; length: number } | undefined {
  if (from === undefined || to === undefined || step === undefined || step === 0) return undefined;
  const [low, high] = step > 0 ? [0, length] : [-1, length - 1];
  const clamp = (at: number, least: number): number =>
    Math.min(Math.max(at < 0 ? at + length : at, least), high);
  const start = clamp(from, 0);
  return { start, step, length: Math.max(0, Math.ceil((clamp(to, low) - start) / step)) };
}

/** Shape of a matrix product; operands have at least two dimensions, leading ones broadcast. */
export function product(a: Dims | undefined, b: Dims | undefined): Dims | undefined {
  if (!a || !b || a.length < 2 || b.length < 2) return undefined;
  const [rows, columns] = [a.at(-2), b.at(-1)];
  const batch = broadcast(a.slice(0, -2), b.slice(0, -2));
  return batch && [...batch, rows, columns];
}

/** Shape of Gemm's product of two matrices, either of them turned round first. */
export function gemm(
  a: Dims | undefined,
  b: Dims | undefined,
  turnA: boolean,
  turnB: boolean,
): Dims | undefined {
  if (a?.length !== 2 || b?.length !== 2) return undefined;
  return [a[turnA ? 1 : 0], b[turnB ? 0 : 1]];
}
