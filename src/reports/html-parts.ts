import { Markup, markup, signed } from '../charts/svg/markup.ts';
import type { Figure } from './figure.ts';

/** A cell: words, or markup that is ready. */
export type Cell = string | Markup;

/** A table whose first column names its rows. */
export function table(
  caption: string,
  heads: readonly string[],
  rows: readonly (readonly Cell[])[],
  note?: string,
): Markup {
  if (rows.length === 0) return markup``;
  // Short tables stay on one sheet of paper; a long one cannot.
  const kind = rows.length > 18 ? 'scroll long' : 'scroll';
  return markup`<div class="${kind}" role="group" tabindex="0" aria-label="${caption}">
<table>
<caption>${caption}</caption>
<thead><tr>${heads.map((head) => markup`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>
${rows.map(
  ([first = '', ...others]) =>
    markup`<tr><th scope="row">${first}</th>${others.map((cell) => markup`<td>${cell}</td>`)}</tr>\n`,
)}</tbody>
</table>
${note === undefined ? undefined : markup`<p class="note">${note}</p>\n`}</div>
`;
}

/** Names with their values, side by side. */
export const facts = (pairs: readonly (readonly [string, Cell])[]): Markup =>
  markup`<dl>${pairs.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>\n`;

export const list = (lines: readonly string[]): Markup =>
  markup`<ul>${lines.map((line) => markup`<li>${line}</li>\n`)}</ul>\n`;

/** A drawing that is ready, with what it is. */
export const figure = (svg: string): Markup => markup`<figure>${new Markup(svg)}</figure>\n`;

/** Two decimals without a plus: of a scale that does not begin at 0. */
export const plain = (value: number): string => signed(value).replace('+', '');

export const percent = (share: number): string => `${Math.round(100 * share)}\u00a0%`;

export const pWords = (p: number | undefined): string =>
  p === undefined ? '–' : p < 0.001 ? '<\u00a00.001' : p.toFixed(3);

/** Both ends, which no line break parts. */
export const between = (
  { low, high }: { readonly low: number; readonly high: number },
  format: (value: number) => string = (one) => signed(one),
): string => `[${format(low)},\u00a0${format(high)}]`;

/** The same behind its letter. */
export const pText = (p: number | undefined): string =>
  p === undefined ? '' : p < 0.001 ? 'p\u00a0<\u00a00.001' : `p\u00a0=\u00a0${p.toFixed(3)}`;

/** Two decimals; three where two would make one number of both ends. */
const FINE = 0.02;

/** A figure as it is read, with its interval. */
export function figureWords(
  { value, low, high }: Pick<Figure, 'value' | 'low' | 'high'>,
  format?: (value: number) => string,
): string {
  const isFine = low !== undefined && high !== undefined && high - low < FINE;
  const write = format ?? ((one: number) => signed(one, isFine ? 3 : 2));
  return low === undefined || high === undefined
    ? write(value)
    : `${write(value)} ${between({ low, high }, write)}`;
}

/** Runs that figures come from; many that follow one another as "R3–R9". */
export function runWords(names: readonly string[]): string {
  const numbers = names.map((name) => Number(name.slice(1)));
  if (!numbers.every(Number.isInteger)) return names.join(', ');
  const ranges: [number, number][] = [];
  for (const n of [...numbers].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && n === last[1] + 1) last[1] = n;
    else ranges.push([n, n]);
  }
  return ranges
    .map(([from, to]) =>
      from === to ? `R${from}` : to === from + 1 ? `R${from}, R${to}` : `R${from}–R${to}`,
    )
    .join(ranges.length > 2 ? ', ' : ',\u00a0');
}

export { signed };
