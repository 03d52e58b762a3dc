import { readSelection } from '../science/directions/selection.ts';
import { selectionWords } from '../science/directions/selection-words.ts';
import type { Axis } from '../science/item.ts';
import type { PushUnit } from '../science/push.ts';
import type { ResponseCell, ResponseMatrix } from '../science/response/matrix.ts';
import type { Null } from '../science/response/null.ts';
import type { Overall } from '../science/response/overall.ts';
import { estimated, type Figure, type Source } from './figure.ts';

export interface ReportCell {
  readonly row: string;
  readonly column: string;
  readonly slope: Figure;
  readonly random?: Null;
  readonly shuffled?: Null;
}

export const MATRICES = ['axis', 'orthogonal', 'item', 'domain'] as const;

export interface ReportMatrix {
  readonly kind: (typeof MATRICES)[number];
  /** The axis that a domain matrix measures. */
  readonly axis?: Axis;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** Strengths up to this one went in. */
  readonly range: number;
  readonly cells: readonly ReportCell[];
  /** All cells together, where each vector has a group of its own. */
  readonly overall?: {
    readonly own: Figure;
    readonly others: Figure;
    readonly random?: Figure;
  };
}

/** What a vector or a measured group is called in tables. */
export function groupWords(name: string): string {
  // A domain's measured group carries its axis behind the name; the table says which it is.
  const [plain = name] = name.startsWith('domain:') ? name.split(/ (?=\S+$)/) : [name];
  const selection = readSelection(plain);
  return selection && selection.kind !== 'all' ? selectionWords(selection) : name;
}

export const perUnit = (unit: PushUnit): string =>
  unit === 'norm'
    ? 'nats of mean log-odds for each multiple of the layer’s mean residual norm'
    : 'nats of mean log-odds for each unit of strength';

export function matrixOf(
  kind: ReportMatrix['kind'],
  { rows, columns, range, cells, overall }: ResponseMatrix,
  sourceOf: (row: string) => Source,
  atRandom: readonly string[],
  axis?: Axis,
): ReportMatrix {
  const cellOf = (cell: ResponseCell): ReportCell => ({
    row: cell.row,
    column: cell.column,
    slope: estimated(cell, sourceOf(cell.row), cell.adjusted),
    ...(cell.null ? { random: cell.null } : {}),
    ...(cell.shuffled ? { shuffled: cell.shuffled } : {}),
  });
  return {
    ...{ kind, rows, columns, range, cells: cells.map(cellOf) },
    ...(axis ? { axis } : {}),
    ...(overall ? { overall: together(overall, rows.map(sourceOf), atRandom) } : {}),
  };
}

function together(
  { n, own, others, random }: Overall,
  sources: readonly Source[],
  atRandom: readonly string[],
): NonNullable<ReportMatrix['overall']> {
  const runs = [...new Set(sources.flatMap((source) => source.runs))];
  const unit = sources[0]?.unit ?? '';
  const size = `${unit}, mean size`;
  return {
    own: { value: own.mean, low: own.interval.low, high: own.interval.high, n, p: own.p, unit, runs },
    others: { value: others, n, ...(random ? { p: random.p } : {}), unit: size, runs },
    ...(random
      ? { random: { value: random.size, n: random.n, unit: size, runs: [...new Set(atRandom)] } }
      : {}),
  };
}
