import { interpolateLab } from 'd3';
import { textWidth } from '../map/labels.ts';
import { fixed, markup, signed, type Markup } from './markup.ts';
import { COLOURS, lines, sheet, smallPrint, words, type Described } from './sheet.ts';

export interface HeatmapSvgCell {
  readonly value: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  /** Without colour: its interval holds 0. */
  readonly muted?: boolean | undefined;
  /** A sign behind the figure; the note says what it means. */
  readonly mark?: string | undefined;
}

export interface HeatmapSvg extends Described {
  readonly rowTitle: string;
  readonly columnTitle: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** [rows][columns]; what is not measured is absent. */
  readonly cells: readonly (readonly (HeatmapSvgCell | undefined)[])[];
  /** What the figures are counted in, and what signs mean; a line each. */
  readonly notes: readonly string[];
}

/** Full colour is a share that leaves the figures legible on it. */
const FULL = 0.46;
const EDGE = 14;
const ROW = 40;
/** Room for the small print, where the table is narrower. */
const NOTES_WIDTH = 560;

/** A diverging heatmap with its figures and intervals in the cells: toward the low pole, toward the high pole. */
export function heatmapSvg(chart: HeatmapSvg): string {
  const { rows, columns, cells, title, notes } = chart;
  const cell = columns.length > 5 ? 86 : 150;
  const heads = columns.map((column) => lines(column, cell - 8, 11));
  const headHeight = 13 * Math.max(1, ...heads.map((head) => head.length));
  const left = EDGE + Math.max(...[...rows, chart.rowTitle].map((row) => textWidth(row, 12))) + 10;
  const top = 62 + headHeight;
  const bottom = top + ROW * rows.length;
  const width = Math.ceil(
    Math.max(left + cell * columns.length, EDGE + textWidth(title, 16), NOTES_WIDTH) + EDGE,
  );
  const print = smallPrint(notes, width, bottom + 6);
  const height = bottom + 6 + print.height;
  const most = Math.max(1e-9, ...cells.flatMap((row) => row.map((one) => (one ? Math.abs(one.value) : 0))));
  const fillOf = ({ value, muted }: HeatmapSvgCell): string =>
    muted
      ? COLOURS.paper
      : interpolateLab(
          COLOURS.sheet,
          value < 0 ? COLOURS.low : COLOURS.high,
        )((FULL * Math.abs(value)) / most);
  const drawn = (one: HeatmapSvgCell | undefined, r: number, c: number): Markup => {
    const [x, y] = [fixed(left + cell * c), top + ROW * r];
    const middle = x + cell / 2;
    if (!one) return words(middle, y + 24, '·', { anchor: 'middle', fill: COLOURS.strong });
    const hasInterval = one.low !== undefined && one.high !== undefined;
    const ink = one.muted ? COLOURS.soft : COLOURS.ink;
    return markup`<rect x="${x}" y="${y}" width="${cell - 1}" height="${ROW - 1}" fill="${fillOf(one)}"/>${words(
      middle,
      y + (hasInterval ? 17 : 24),
      `${signed(one.value)}${one.mark ?? ''}`,
      { size: 13, anchor: 'middle', weight: one.muted ? 400 : 600, fill: ink },
    )}${
      hasInterval
        ? words(middle, y + 32, `[${signed(one.low ?? 0)}, ${signed(one.high ?? 0)}]`, {
            size: columns.length > 5 ? 9.5 : 11,
            anchor: 'middle',
            fill: ink,
          })
        : undefined
    }`;
  };
  return sheet(chart, { width, height }, [
    words(EDGE, 26, title, { size: 16, weight: 650 }),
    words(left, 46, `${chart.columnTitle} →`, { size: 11, fill: COLOURS.soft }),
    words(EDGE, top - 8, chart.rowTitle, { size: 11, fill: COLOURS.soft }),
    ...heads.flatMap((head, c) =>
      head.map((line, i) =>
        words(left + cell * (c + 0.5), top - 8 - 13 * (head.length - 1 - i), line, {
          size: 11,
          anchor: 'middle',
        }),
      ),
    ),
    ...rows.map((row, r) => words(left - 10, top + ROW * r + 24, row, { anchor: 'end' })),
    ...rows.flatMap((_, r) => columns.map((_column, c) => drawn(cells[r]?.[c], r, c))),
    ...print.content,
  ]);
}
