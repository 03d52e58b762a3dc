import { excludesZero } from '../statistics/bootstrap.ts';
import type { ResponseCell } from './matrix.ts';
import type { Null } from './null.ts';

/** What a cell's interval, its adjusted test and chance say together. */
export type CellVerdict =
  /** Its interval holds 0, or vectors without a meaning do as much. */
  | 'nothing'
  /** Beyond 0 by itself, but not among all cells that were looked at. */
  | 'alone'
  /** Survives the correction for all cells; too few vectors without a meaning were tried to hold it against. */
  | 'chance untried'
  /** Survives the correction, and beats chance. */
  | 'sure';

export const ALPHA = 0.05;

/** With fewer vectors than that no p below ALPHA can come out. */
export const NULLS_NEEDED = Math.ceil(1 / ALPHA) - 1;

/** How many of the vectors without a meaning went at least as far. */
export const asFar = ({ n, p }: Null): number => Math.round(p * (n + 1)) - 1;

/** Whether vectors without a meaning do as much: by p where there are enough of them, by any one of them else. */
const isWithin = (chance: Null): boolean =>
  chance.n < NULLS_NEEDED ? asFar(chance) > 0 : chance.p > ALPHA + 1e-9;

export function cellVerdict({ interval, adjusted, null: chance }: ResponseCell): CellVerdict {
  if (!excludesZero(interval) || (chance && isWithin(chance))) return 'nothing';
  if (adjusted === undefined || adjusted >= ALPHA) return 'alone';
  return chance && chance.n >= NULLS_NEEDED ? 'sure' : 'chance untried';
}
