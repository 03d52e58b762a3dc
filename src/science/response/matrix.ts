import type { Answer } from '../answer.ts';
import type { BootstrapOptions } from '../axis-estimate.ts';
import type { Shift } from '../shift.ts';
import { holm } from '../statistics/holm.ts';
import { slopesOf, within, type Dose } from './dose.ts';
import { groupMean, groupName, type MeasuredGroup } from './measured-group.ts';
import { againstNull, type Null } from './null.ts';

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
  /** Beside directions without a meaning; absent where there are none. */
  readonly null?: Null;
}

/** All cells of a family of tests, row by row. */
export interface ResponseMatrix {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly cells: readonly ResponseCell[];
  /** Strengths up to this one went into the slopes. */
  readonly range: number;
}

export interface MatrixOptions extends BootstrapOptions {
  /** Largest strength that counts. */
  readonly range: number;
  /** Directions without a meaning, at the same layers and lengths. */
  readonly meaningless?: readonly PushedDirection[];
}

/**
 * The response matrix: R[v][j] = slope of group j's mean log-odds per unit of strength of direction v, paired by dilemma
 * (design, "Response"). The declared family of Holm's adjustment is the matrix.
 */
export function responseMatrix(
  directions: readonly PushedDirection[],
  groups: readonly MeasuredGroup[],
  { range, meaningless = [], ...options }: MatrixOptions,
): ResponseMatrix {
  const slopes = (direction: PushedDirection): Answer[] => slopesOf(within(direction.doses, range));
  const nulls = meaningless.map(slopes);
  const cells = directions.flatMap((direction) => {
    const own = slopes(direction);
    return groups.flatMap((group): ResponseCell[] => {
      const mean = groupMean(group, own, options);
      if (!mean) return [];
      // Without resamples: only their means are wanted.
      const others = nulls.flatMap(
        (values) => groupMean(group, values, { ...options, resamples: 1 })?.mean ?? [],
      );
      const beside = againstNull(mean.mean, others);
      return [
        { ...mean, row: direction.name, column: groupName(group), ...(beside ? { null: beside } : {}) },
      ];
    });
  });
  const tested = cells.filter(({ test }) => test !== undefined);
  const adjusted = holm(tested.map(({ test }) => test?.p ?? 1));
  const byCell = new Map(tested.map((cell, i) => [cell, adjusted[i]]));
  return {
    rows: directions.map(({ name }) => name),
    columns: groups.map(groupName),
    cells: cells.map((cell) => {
      const p = byCell.get(cell);
      return p === undefined ? cell : { ...cell, adjusted: p };
    }),
    range,
  };
}
