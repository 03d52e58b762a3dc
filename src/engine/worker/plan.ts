import type { Row } from '../shared/protocol.ts';
import { logitPlaces } from './read-row.ts';

/** How rows may share a pass: see `strategyFor`. */
export type Strategy = 'prefix' | 'batch' | 'single';

/** One row's part of a pass: its tokens from `start` on; what stands before comes from the pass before. */
export interface PassRow {
  /** Place of the row in the request. */
  readonly row: number;
  readonly start: number;
}

/** One run of the session. `prefix` passes hold one row and may continue the pass just before them. */
export interface Pass {
  readonly rows: readonly PassRow[];
  /** Whether the next pass continues this one, so that its keys and values are kept. */
  readonly keep: boolean;
}

/** Tokens in one batched pass at most: bounds the memory of attention and of hidden states. */
const MAX_BATCH_TOKENS = 1536;
const MAX_BATCH_ROWS = 16;

/** The first position whose hidden state is read: nothing from here on may come out of the cache. */
function firstRead(row: Row): number {
  return Math.min(...logitPlaces(row));
}

function sharedLength(a: readonly number[], b: readonly number[]): number {
  const limit = Math.min(a.length, b.length);
  let i = 0;
  while (i < limit && a[i] === b[i]) i++;
  return i;
}

function compareTokens(a: readonly number[], b: readonly number[]): number {
  const at = sharedLength(a, b);
  return (a[at] ?? -1) - (b[at] ?? -1);
}

/** Rows with equal steering get equal numbers: only they may share keys and values. */
export function steeringGroups(rows: readonly Row[]): number[] {
  const groups: Row[] = [];
  const equal = (a: Row, b: Row): boolean => {
    const left = a.steer ?? [];
    const right = b.steer ?? [];
    return (
      left.length === right.length &&
      left.every((steer, i) => {
        const other = right[i];
        return (
          other !== undefined &&
          steer.layer === other.layer &&
          (steer.vector === other.vector || steer.vector.every((value, k) => value === other.vector[k]))
        );
      })
    );
  };
  return rows.map((row) => {
    const known = groups.findIndex((member) => equal(member, row));
    return known >= 0 ? known : groups.push(row) - 1;
  });
}

function planPrefix(rows: readonly Row[]): Pass[] {
  const groups = steeringGroups(rows);
  const order = rows
    .map((row, index) => ({ row, index, group: groups[index] ?? 0 }))
    .sort((a, b) => a.group - b.group || compareTokens(a.row.tokens, b.row.tokens) || a.index - b.index);
  const starts = order.map((entry, i) => {
    const before = order[i - 1];
    if (!before || before.group !== entry.group) return 0;
    return Math.min(sharedLength(before.row.tokens, entry.row.tokens), firstRead(entry.row));
  });
  return order.map(({ index }, i) => ({
    rows: [{ row: index, start: starts[i] ?? 0 }],
    keep: (starts[i + 1] ?? 0) > 0,
  }));
}

function planBatch(rows: readonly Row[]): Pass[] {
  const order = rows.map((_, index) => index).sort((a, b) => lengthOf(rows, a) - lengthOf(rows, b) || a - b);
  const passes: Pass[] = [];
  let current: PassRow[] = [];
  for (const row of order) {
    // Sorted by length, so the newest row sets the padded length of all.
    const padded = (current.length + 1) * lengthOf(rows, row);
    if (current.length > 0 && (padded > MAX_BATCH_TOKENS || current.length >= MAX_BATCH_ROWS)) {
      passes.push({ rows: current, keep: false });
      current = [];
    }
    current.push({ row, start: 0 });
  }
  if (current.length > 0) passes.push({ rows: current, keep: false });
  return passes;
}

const lengthOf = (rows: readonly Row[], index: number): number => rows[index]?.tokens.length ?? 0;

/**
 * Turns rows into passes that share what repeats. Results never depend on the plan, only the work does.
 * prefix: one row a pass, each continuing the longest common prefix of the row before it under the same steering.
 * batch: rows of like length together, padded on the right. single: one row a pass, nothing shared.
 */
export function planPasses(rows: readonly Row[], strategy: Strategy): Pass[] {
  if (strategy === 'prefix') return planPrefix(rows);
  if (strategy === 'batch') return planBatch(rows);
  return rows.map((_, row) => ({ rows: [{ row, start: 0 }], keep: false }));
}

/** Tokens that a plan sends through the stack, padding included. */
export function plannedTokens(rows: readonly Row[], passes: readonly Pass[]): number {
  return passes.reduce((sum, pass) => {
    const longest = Math.max(...pass.rows.map(({ row, start }) => lengthOf(rows, row) - start));
    return sum + longest * pass.rows.length;
  }, 0);
}
