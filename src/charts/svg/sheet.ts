import { textWidth } from '../map/labels.ts';
import { markup, type Markup } from './markup.ts';

/** The page's light colours (app.css, map/zones.css) in plain numbers: drawings leave the page, whatever its theme. */
export const COLOURS = {
  paper: '#fbfaf7',
  sheet: '#ffffff',
  ink: '#1b2126',
  soft: '#505a63',
  rule: '#dedad1',
  strong: '#8d9298',
  low: '#b14a0a',
  high: '#0a6780',
  zones: ['#4c689d', '#4f6d3e', '#9c433f', '#924d7d', '#79632b', '#77563a', '#35775d', '#705296'],
} as const;

const FONT = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', 'Liberation Sans', sans-serif";

/** What every drawing says of itself. */
export interface Described {
  readonly title: string;
  /** The drawing in words, for whoever cannot see it. */
  readonly description: string;
}

/** A drawing as the text of an SVG file on a white sheet. */
export function sheet(
  { title, description }: Described,
  { width, height }: { readonly width: number; readonly height: number },
  content: readonly Markup[],
): string {
  return markup`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}. ${description}" font-family="${FONT}" fill="${COLOURS.ink}">
<rect width="${width}" height="${height}" fill="${COLOURS.sheet}"/>
${content.map((part) => markup`${part}\n`)}</svg>
`.text;
}

/** A line of text. */
export function words(
  x: number,
  y: number,
  text: string,
  {
    size = 12,
    anchor = 'start',
    weight = 400,
    fill = COLOURS.ink,
    halo = false,
    italic = false,
  }: {
    size?: number;
    anchor?: 'start' | 'middle' | 'end';
    weight?: number;
    fill?: string;
    /** A white edge, where the text stands on other things. */
    halo?: boolean;
    italic?: boolean;
  } = {},
): Markup {
  const edge = halo
    ? markup` paint-order="stroke" stroke="${COLOURS.sheet}" stroke-width="3" stroke-linejoin="round"`
    : undefined;
  return markup`<text x="${Math.round(x * 10) / 10}" y="${Math.round(y * 10) / 10}" font-size="${size}"${
    anchor === 'start' ? undefined : markup` text-anchor="${anchor}"`
  }${weight === 400 ? undefined : markup` font-weight="${weight}"`}${
    fill === COLOURS.ink ? undefined : markup` fill="${fill}"`
  }${italic ? markup` font-style="italic"` : undefined}${edge}>${text}</text>`;
}

/** Words in lines that are no wider than asked for, where a word itself is not. */
export function lines(text: string, width: number, size: number): string[] {
  const found: string[] = [];
  for (const word of text.split(' ')) {
    const last = found.at(-1);
    if (last !== undefined && textWidth(`${last} ${word}`, size) <= width)
      found[found.length - 1] = `${last} ${word}`;
    else found.push(word);
  }
  return found;
}

const NOTE = { size: 11, step: 16, edge: 14 } as const;

/** Small print under a drawing, in as many lines as its width asks for, and the height of these. */
export function smallPrint(
  notes: readonly string[],
  width: number,
  top: number,
): { readonly content: readonly Markup[]; readonly height: number } {
  const all = notes.flatMap((note) => lines(note, width - 2 * NOTE.edge, NOTE.size));
  return {
    content: all.map((line, i) =>
      words(NOTE.edge, top + NOTE.step * (i + 1), line, { size: NOTE.size, fill: COLOURS.soft }),
    ),
    height: NOTE.step * all.length + NOTE.edge,
  };
}
