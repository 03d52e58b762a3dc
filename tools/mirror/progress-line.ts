import { megabytes } from '../../src/models/byte-size.ts';
import type { Bytes } from './origin.ts';

/** What is written to: standard output, or a test's. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Milliseconds between two looks of the line, and of the last ones that make up the rate. */
const PAUSE = 200;
const WINDOW = 10_000;
/** Percents between two lines where there is no screen. */
const STEP = 10;

function duration(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s left`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min left` : `${Math.floor(minutes / 60)} h ${minutes % 60} min left`;
}

/** Shows how far a step is: one line that is written over on a terminal, else a line for every 10 %. */
export class ProgressLine {
  #looks: { at: number; loaded: number }[] = [];
  #shown = -Infinity;
  #step: number | undefined;

  constructor(
    private readonly doing: string,
    private readonly screen: Screen,
    private readonly now: () => number = () => performance.now(),
  ) {}

  readonly report = ({ loaded, total }: Bytes): void => {
    const at = this.now();
    const done = loaded >= total;
    const step = total === 0 ? 0 : Math.floor((loaded / total) * (100 / STEP));
    // What was here at the beginning is no news.
    const first = this.#step === undefined;
    if (first) this.#step = step;
    if (first || at - (this.#looks.at(-1)?.at ?? 0) >= PAUSE) this.#looks.push({ at, loaded });
    while (at - (this.#looks[0]?.at ?? at) > WINDOW && this.#looks.length > 2) this.#looks.shift();
    if (this.screen.isTTY) {
      if (at - this.#shown < PAUSE && !done) return;
      this.#shown = at;
      const line = this.#text({ loaded, total }, at).slice(0, (this.screen.columns || 80) - 1);
      this.screen.write(`\r\u001b[K${line}`);
    } else if (step > (this.#step ?? 0)) {
      this.#step = step;
      this.screen.write(`${this.#text({ loaded, total }, at)}\n`);
    }
  };

  /** Makes room for what is written next. */
  end(): void {
    if (this.screen.isTTY && this.#step !== undefined) this.screen.write('\r\u001b[K');
  }

  #text({ loaded, total }: Bytes, at: number): string {
    const [look] = this.#looks;
    const seconds = look ? (at - look.at) / 1000 : 0;
    const rate = look && seconds > 0 ? (loaded - look.loaded) / seconds : 0;
    const percent = total === 0 ? 100 : Math.floor((loaded / total) * 100);
    const so = `${this.doing}: ${percent} %, ${megabytes(loaded)} of ${megabytes(total)}`;
    if (rate <= 0) return so;
    const pace = `${(rate / 1e6).toFixed(1)} MB/s`;
    return loaded >= total ? `${so}, ${pace}` : `${so}, ${pace}, ${duration((total - loaded) / rate)}`;
  }
}
