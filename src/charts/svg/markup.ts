/** Text that is markup already. */
export class Markup {
  constructor(readonly text: string) {}
}

type Part = string | number | Markup | undefined | readonly (Markup | undefined)[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
// Halves of characters.
const LONE = /[\ud800-\udfff]/gu;
// What XML has no way of writing, whatever a model's name or a system prompt may hold.
// eslint-disable-next-line no-control-regex -- these are the characters meant
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** Any text as the content of an element or of a quoted attribute. */
export const escaped = (text: string): string =>
  text
    .replace(LONE, '\ufffd')
    .replace(FORBIDDEN, '\ufffd')
    .replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);

function written(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'string') return escaped(part);
  if (typeof part === 'number') {
    if (!Number.isFinite(part)) throw new RangeError('A drawing has no place for what is no number.');
    return String(part);
  }
  return part.map(written).join('');
}

/** Markup with values in it: texts are escaped, lists joined, nothing where there is none. Throws RangeError for NaN. */
export function markup(words: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(words.map((word, i) => `${word}${i < parts.length ? written(parts[i]) : ''}`).join(''));
}

/** One decimal is finer than a pixel and keeps the drawing the same everywhere. */
export function fixed(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Decimals with a real minus sign, a plus before what is above 0; a dash for what is no number. */
export function signed(value: number, decimals = 2): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value).toFixed(decimals);
  return Number(size) === 0 ? size : `${value < 0 ? '−' : '+'}${size}`;
}
