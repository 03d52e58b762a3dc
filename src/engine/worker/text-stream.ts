/** Tokens of what stands before that are decoded with the first new one: a blank in front of it depends on them. */
const CONTEXT = 4;
/** Bytes that are no text at all do not hold up what follows for longer than this many characters. */
const MOST_HELD = 8;

const REPLACEMENT = '\uFFFD';

/** What one token brought. */
export interface Piece {
  readonly text: string;
  /** Whether a stop text was reached; `text` then ends where it begins. */
  readonly stopped: boolean;
}

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

/** How many of the last characters of `text` may be the beginning of a stop text. */
function heldBack(text: string, stops: readonly string[]): number {
  const longest = Math.min(text.length, Math.max(0, ...stops.map((stop) => stop.length - 1)));
  for (let length = longest; length > 0; length--)
    if (stops.some((stop) => stop.startsWith(text.slice(-length)))) return length;
  return 0;
}

/**
 * The text of a row that grows token by token, in pieces that never change later: half a character, and what may become
 * a stop text, waits for the tokens that settle it. All pieces and `rest` together are the text.
 */
export class TextStream {
  readonly #ids: number[];
  readonly #stops: readonly string[];
  /** The ids from here on are decoded together; those before `#read` are out. */
  #from = 0;
  #read: number;
  #pending = '';

  /** @param decode ids to text, special tokens left out */
  constructor(
    private readonly decode: (ids: readonly number[]) => string,
    prompt: readonly number[],
    stops: readonly string[] = [],
  ) {
    this.#ids = prompt.slice(-CONTEXT);
    this.#read = this.#ids.length;
    this.#stops = stops.filter((stop) => stop !== '');
  }

  push(token: number): Piece {
    this.#ids.push(token);
    this.#pending += this.#decoded(false);
    const ends = this.#stops.map((stop) => this.#pending.indexOf(stop)).filter((at) => at >= 0);
    if (ends.length > 0) {
      const text = this.#pending.slice(0, Math.min(...ends));
      this.#pending = '';
      return { text, stopped: true };
    }
    const ready = this.#pending.length - heldBack(this.#pending, this.#stops);
    const text = this.#pending.slice(0, ready);
    this.#pending = this.#pending.slice(ready);
    return { text, stopped: false };
  }

  /** What still waits when no token follows. */
  rest(): string {
    const text = this.#pending + this.#decoded(true);
    this.#pending = '';
    return text;
  }

  #decoded(all: boolean): string {
    if (this.#read === this.#ids.length) return '';
    const before = this.#text(this.#ids.slice(this.#from, this.#read));
    const now = this.#text(this.#ids.slice(this.#from));
    const held = now.length - now.replace(/\uFFFD+$/, '').length;
    if (!all && now.endsWith(REPLACEMENT) && held <= MOST_HELD) return '';
    this.#from = this.#read;
    this.#read = this.#ids.length;
    return now.slice(commonLength(before, now));
  }

  #text(ids: readonly number[]): string {
    return ids.length === 0 ? '' : this.decode(ids);
  }
}
