import type { Answer } from '../answer.ts';
import type { BootstrapOptions } from '../axis-estimate.ts';
import { doseCurve, type DoseCurve } from './curve.ts';
import { slopesOf, within, sizesOf } from './dose.ts';
import type { PushedDirection, ResponseCell, ResponseMatrix } from './matrix.ts';
import { isIn, readGroup } from './measured-group.ts';
import type { ResponseReport } from './report.ts';

/** What lies behind one cell of a matrix. */
export interface CellDetail {
  readonly cell: ResponseCell;
  readonly curve?: DoseCurve;
  /** Strengths up to this one went into the slope, and the largest that was tried. */
  readonly range: number;
  readonly most: number;
  /** The dilemmas behind it: `logOddsHigh` is the slope of each; the largest first. */
  readonly dilemmas: readonly Answer[];
}

const matricesOf = ({ axis, item, domain }: ResponseReport): readonly ResponseMatrix[] => [
  ...(axis ? [axis] : []),
  ...(item ? [item] : []),
  ...Object.values(domain),
];

/** Looks a cell up by its row and column, whichever matrix it stands in. Undefined where there is none. */
export function cellDetail(
  report: ResponseReport,
  made: readonly PushedDirection[],
  place: Pick<ResponseCell, 'row' | 'column'>,
  options: BootstrapOptions,
): CellDetail | undefined {
  const direction = made.find(({ name }) => name === place.row);
  const group = readGroup(place.column);
  if (!direction || !group) return undefined;
  for (const { cells, range } of matricesOf(report)) {
    const cell = cells.find(({ row, column }) => row === place.row && column === place.column);
    if (!cell) continue;
    const curve = doseCurve(group, direction.doses, { slope: cell.mean, end: range }, options);
    const slopes = slopesOf(within(direction.doses, range)).filter((answer) => isIn(group, answer));
    return {
      cell,
      ...(curve ? { curve } : {}),
      range,
      most: sizesOf(direction.doses).at(-1) ?? range,
      dilemmas: slopes.sort((a, b) => Math.abs(b.logOddsHigh) - Math.abs(a.logOddsHigh)),
    };
  }
  return undefined;
}
