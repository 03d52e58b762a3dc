import { line, scaleLinear } from 'd3';
import { fixed, markup, type Markup } from './markup.ts';
import { COLOURS, sheet, smallPrint, words, type Described } from './sheet.ts';

export interface DosePoint {
  readonly strength: number;
  /** How far it moved, nats. */
  readonly value: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

/** What one measured axis does. */
export interface DoseLine {
  readonly label: string;
  /** The axis that the vector is not made for. */
  readonly other: boolean;
  /** In order of strength. */
  readonly points: readonly DosePoint[];
  /** The same axis under vectors without a meaning. */
  readonly chance: readonly (readonly DosePoint[])[];
}

/** One vector. */
export interface DosePanel {
  readonly title: string;
  readonly lines: readonly DoseLine[];
}

export interface DoseSvg extends Described {
  readonly xTitle: string;
  readonly yTitle: string;
  readonly panels: readonly DosePanel[];
  readonly notes: readonly string[];
}

const PANEL = { width: 350, height: 250, left: 46, right: 14, top: 74, bottom: 40 } as const;
/** Thin marks differ in their place, so that two intervals at one strength can be told apart. */
const APART = 2.5;

/** Dose-response lines, a panel for each vector, all on one scale. */
export function doseSvg(chart: DoseSvg): string {
  const { panels, title, notes } = chart;
  const points = panels.flatMap(({ lines }) =>
    lines.flatMap(({ points: own, chance }) => [...own, ...chance.flat()]),
  );
  const strengths = points.map(({ strength }) => strength);
  const values = points.flatMap(({ value, low, high }) => [value, low ?? value, high ?? value]);
  const x = scaleLinear(
    [Math.min(...strengths), Math.max(...strengths)],
    [PANEL.left + 8, PANEL.width - PANEL.right - 8],
  );
  const y = scaleLinear(
    [Math.min(0, ...values), Math.max(0, ...values)],
    [PANEL.height - PANEL.bottom, PANEL.top],
  ).nice(5);
  const perRow = Math.min(2, panels.length);
  const rows = Math.ceil(panels.length / Math.max(1, perRow));
  const width = Math.max(PANEL.width * perRow, 520);
  const print = smallPrint(notes, width, 38 + PANEL.height * rows);
  const height = 38 + PANEL.height * rows + print.height;
  const path = line<DosePoint>(
    ({ strength }) => fixed(x(strength)),
    ({ value }) => fixed(y(value)),
  );
  const panel = ({ title: name, lines }: DosePanel, i: number): Markup => {
    const [dx, dy] = [PANEL.width * (i % perRow), 36 + PANEL.height * Math.floor(i / perRow)];
    return markup`<g transform="translate(${dx},${dy})">
${words(PANEL.left, 20, name, { size: 13, weight: 650 })}
${lines.map(
  ({ label, other }, k) =>
    markup`<path d="M${PANEL.left},${36 + 17 * k}h22" stroke="${other ? COLOURS.soft : COLOURS.ink}" stroke-width="2"${dashOf(other)}/>${words(PANEL.left + 28, 40 + 17 * k, label, { size: 11 })}`,
)}
${y
  .ticks(5)
  .map(
    (tick) =>
      markup`<path d="M${PANEL.left},${fixed(y(tick))}H${PANEL.width - PANEL.right}" stroke="${tick === 0 ? COLOURS.strong : COLOURS.rule}" fill="none"/>${words(PANEL.left - 6, y(tick) + 4, tickWords(tick), { size: 11, anchor: 'end', fill: COLOURS.soft })}`,
  )}
${x.ticks(5).map((tick) =>
  words(x(tick), PANEL.height - PANEL.bottom + 16, tickWords(tick), {
    size: 11,
    anchor: 'middle',
    fill: COLOURS.soft,
  }),
)}
${words((PANEL.left + PANEL.width - PANEL.right) / 2, PANEL.height - 6, chart.xTitle, { size: 11, anchor: 'middle', fill: COLOURS.soft })}
${lines.flatMap(({ chance }) =>
  chance.map(
    (one) =>
      markup`<path d="${path(one) ?? ''}" fill="none" stroke="${COLOURS.strong}" stroke-opacity="0.35"/>`,
  ),
)}
${lines.map((one, k) => seriesOf(one, APART * (k - (lines.length - 1) / 2)))}
</g>`;
  };
  const seriesOf = ({ points: own, other }: DoseLine, shift: number): Markup => {
    const ink = other ? COLOURS.soft : COLOURS.ink;
    return markup`<path d="${path(own) ?? ''}" fill="none" stroke="${ink}" stroke-width="2"${dashOf(other)}/>${own.map(
      ({ strength, value, low, high }) =>
        markup`${
          low === undefined || high === undefined
            ? undefined
            : markup`<path d="M${fixed(x(strength) + shift)},${fixed(y(low))}V${fixed(y(high))}" stroke="${ink}" stroke-width="1.5"/>`
        }<circle cx="${fixed(x(strength))}" cy="${fixed(y(value))}" r="3.2" fill="${other ? COLOURS.sheet : ink}" stroke="${ink}" stroke-width="1.5"/>`,
    )}`;
  };
  return sheet(chart, { width, height }, [
    words(14, 26, title, { size: 16, weight: 650 }),
    ...panels.map(panel),
    ...print.content,
  ]);
}

const dashOf = (other: boolean): Markup | undefined => (other ? markup` stroke-dasharray="5 3"` : undefined);

/** Ticks fall on round numbers; what binary fractions add to them is left out. */
const tickWords = (value: number): string => String(Number(value.toFixed(6))).replace('-', '−');
