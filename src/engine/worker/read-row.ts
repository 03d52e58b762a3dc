import type { Row, RowResult } from '../shared/protocol.ts';

/** Token places whose logits a row needs, in order; the last place where it needs none, as a run always reads one. */
export function logitPlaces(row: Row): number[] {
  const last = row.tokens.length - 1;
  const places: number[] = [];
  // The token at place i is predicted at place i - 1.
  if (row.scoreFrom !== undefined) for (let at = row.scoreFrom - 1; at < last; at++) places.push(at);
  if (row.logits || row.next || places.length === 0) places.push(last);
  return places;
}

/** What a pass computed for one row. */
export interface Reading {
  /** Logits [vocabulary] at the row's `logitPlaces`, in order. */
  readonly logits: readonly Float32Array[];
  /** [layers · hidden], last token. */
  readonly residual: Float32Array;
  readonly hidden: number;
}

/** log(sum(exp(logits))), in double precision. */
export function logNormaliser(logits: Float32Array): number {
  let max = -Infinity;
  for (const value of logits) if (value > max) max = value;
  let sum = 0;
  for (const value of logits) sum += Math.exp(value - max);
  return max + Math.log(sum);
}

/** Takes out of a reading what the row asked for; copies, so that the session's memory can go. */
export function readRow(row: Row, { logits, residual, hidden }: Reading): RowResult {
  const result: { -readonly [Key in keyof RowResult]: RowResult[Key] } = {};
  const last = logits[logits.length - 1];
  if (row.logits && last) result.logits = last.slice();
  if (row.next && last) {
    const total = logNormaliser(last);
    result.next = Float32Array.from(row.next, (token) => (last[token] ?? NaN) - total);
  }
  if (row.scoreFrom !== undefined) {
    const targets = row.tokens.slice(row.scoreFrom);
    result.scores = Float32Array.from(targets, (token, i) => {
      const at = logits[i];
      return at ? (at[token] ?? NaN) - logNormaliser(at) : NaN;
    });
  }
  if (row.capture)
    result.residual = row.capture.map((layer) => residual.slice(layer * hidden, (layer + 1) * hidden));
  return result;
}
