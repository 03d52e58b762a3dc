import type { Answer } from '../answer.ts';
import type { BootstrapOptions } from '../axis-estimate.ts';
import type { Shift } from '../shift.ts';
import { holm } from '../statistics/holm.ts';
import { slopesOf, within, type Dose } from './dose.ts';
import { groupMean, groupName, plainMean, type MeasuredGroup } from './measured-group.ts';
import { againstNull, type Null } from './null.ts';
import { overallOf, type Overall } from './overall.ts';

/** A direction that was pushed along, and the group that it was made for. */
export interface PushedDirection {
  readonly name: string;
  readonly doses: readonly Dose[];
}

/** One cell: how a measured group answers a direction, in nats per unit of strength. */
export interface ResponseCell extends Shift {
  readonly row: string;
  readonly column: string;
  /** The sign-flip p, adjusted for the whole matrix (Holm); absent without a test. */
  readonly adjusted?: number;
  /** Beside random directions; absent where there are none. */
  readonly null?: Null;
  /** Beside directions that were learned from pairs whose poles were dealt by chance; absent where there are none. */
  readonly shuffled?: Null;
}

/** All cells of a family of tests, row by row. */
export interface ResponseMatrix {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly cells: readonly ResponseCell[];
  /** Strengths up to this one went into the slopes. */
  readonly range: number;
  /** What all cells say together; absent where vectors have no group of their own, or are too few. */
  readonly overall?: Overall;
}

export interface MatrixOptions extends BootstrapOptions {
  /** Largest strength that counts. */
  readonly range: number;
  /** Random directions, at the same layers and lengths. */
  readonly random?: readonly PushedDirection[];
  /** Directions learned from the same pairs as each row's with their poles dealt by chance, by the row's name. */
  readonly shuffled?: ReadonlyMap<string, readonly PushedDirection[]>;
}

/**
 * The response matrix: R[v][j] = slope of group j's mean log-odds per unit of strength of direction v, paired by dilemma
 * (design, "Response"). The declared family of Holm's adjustment is the matrix.
 */
export function responseMatrix(
  directions: readonly PushedDirection[],
  groups: readonly MeasuredGroup[],
  { range, random = [], shuffled = new Map(), ...options }: MatrixOptions,
): ResponseMatrix {
  const slopes = (direction: PushedDirection): Answer[] => slopesOf(within(direction.doses, range));
  const atRandom = random.map(slopes).map((values) => groups.map((group) => plainMean(group, values)));
  const cells = directions.flatMap((direction) => {
    const own = slopes(direction);
    const dealt = (shuffled.get(direction.name) ?? []).map(slopes);
    return groups.flatMap((group, column): ResponseCell[] => {
      const mean = groupMean(group, own, options);
      if (!mean) return [];
      const beside = (nulls: readonly (number | undefined)[]): Null | undefined =>
        againstNull(
          mean.mean,
          nulls.filter((slope) => slope !== undefined),
        );
      const chance = beside(atRandom.map((found) => found[column]));
      const shuffles = beside(dealt.map((values) => plainMean(group, values)));
      return [
        {
          ...mean,
          ...{ row: direction.name, column: groupName(group) },
          ...(chance ? { null: chance } : {}),
          ...(shuffles ? { shuffled: shuffles } : {}),
        },
      ];
    });
  });
  const tested = cells.filter(({ test }) => test !== undefined);
  const adjusted = holm(tested.map(({ test }) => test?.p ?? 1));
  const byCell = new Map(tested.map((cell, i) => [cell, adjusted[i]]));
  const columns = groups.map(groupName);
  const overall = overallOf(
    directions.map(({ name }) => ({
      slopes: columns.map((column) => cells.find((one) => one.row === name && one.column === column)?.mean),
      own: columns.indexOf(name),
    })),
    atRandom,
    options,
  );
  return {
    rows: directions.map(({ name }) => name),
    columns,
    cells: cells.map((cell) => {
      const p = byCell.get(cell);
      return p === undefined ? cell : { ...cell, adjusted: p };
    }),
    range,
    ...(overall ? { overall } : {}),
  };
}
