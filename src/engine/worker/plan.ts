import type { Row } from '../shared/protocol.ts';
import { steerStart, type Steer } from '../shared/steer.ts';
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

/** A row as far as keys and values depend on it: at each position its token and the steering that acts there. */
interface Course {
  readonly tokens: readonly number[];
  /** A number for what acts at each position. */
  readonly steering: readonly number[];
}

function sharedLength(a: Course, b: Course): number {
  const limit = Math.min(a.tokens.length, b.tokens.length);
  let i = 0;
  while (i < limit && a.tokens[i] === b.tokens[i] && a.steering[i] === b.steering[i]) i++;
  return i;
}

function compareCourses(a: Course, b: Course): number {
  const at = sharedLength(a, b);
  const difference = (a.steering[at] ?? -1) - (b.steering[at] ?? -1);
  return difference || (a.tokens[at] ?? -1) - (b.tokens[at] ?? -1);
}

function sameChange(a: Steer, b: Steer): boolean {
  const same = (x: Float32Array, y: Float32Array): boolean =>
    x === y || x.every((value, i) => value === y[i]);
  if (a.layer !== b.layer) return false;
  if (a.way === 'rotate')
    return (
      b.way === 'rotate' &&
      a.angle === b.angle &&
      (a.turn ?? 'to') === (b.turn ?? 'to') &&
      same(a.plane[0], b.plane[0]) &&
      same(a.plane[1], b.plane[1])
    );
  if (b.way === 'rotate' || (a.way ?? 'add') !== (b.way ?? 'add') || !same(a.vector, b.vector)) return false;
  return a.way !== 'ablate' || b.way !== 'ablate' || (a.share ?? 1) === (b.share ?? 1);
}

/**
 * Numbers what acts at each position of each row; equal numbers mean equal changes. A row's last position differs from
 * the others where something acts there alone, so that only what stands before it is shared with other rows.
 */
function coursesOf(rows: readonly Row[]): Course[] {
  const known: (readonly Steer[])[] = [];
  const numberOf = (acting: readonly Steer[]): number => {
    const found = known.findIndex(
      (other) =>
        other.length === acting.length && acting.every((steer, i) => sameChange(steer, other[i] ?? steer)),
    );
    return found >= 0 ? found : known.push(acting) - 1;
  };
  return rows.map(({ tokens, steer = [] }) => {
    const starts = steer.map((one) => steerStart(one, tokens.length));
    const steering: number[] = [];
    for (let at = 0; at < tokens.length; at++)
      steering.push(
        at === 0 || starts.includes(at)
          ? numberOf(steer.filter((_, i) => (starts[i] ?? 0) <= at))
          : (steering[at - 1] ?? 0),
      );
    return { tokens, steering };
  });
}

function planPrefix(rows: readonly Row[]): Pass[] {
  const courses = coursesOf(rows);
  const order = rows
    .map((row, index) => ({ row, index, course: courses[index] ?? { tokens: [], steering: [] } }))
    .sort((a, b) => compareCourses(a.course, b.course) || a.index - b.index);
  const starts = order.map((entry, i) => {
    const before = order[i - 1];
    return before ? Math.min(sharedLength(before.course, entry.course), firstRead(entry.row)) : 0;
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
 * prefix: one row a pass, each continuing the longest prefix that the row before it shares, steering included.
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
