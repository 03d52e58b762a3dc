/** Estimates the time left from the pace so far. */
export class Pace {
  #started = 0;
  #offset = 0;

  /** @param done what was already there and cost no time now */
  start(done = 0): void {
    this.#started = performance.now();
    this.#offset = done;
  }

  /** Seconds left, or undefined before there is a pace. */
  secondsLeft(done: number, total: number): number | undefined {
    const fresh = done - this.#offset;
    if (fresh <= 0 || total <= done) return undefined;
    return (((performance.now() - this.#started) / fresh) * (total - done)) / 1000;
  }
}

/** Milliseconds that count as now. */
const WINDOW = 5000;
/** Milliseconds after which there is a pace at all: the first bytes of a connection tell nothing. */
const LEAST = 800;
/** Milliseconds between what is remembered: a fast download reports a thousand times a second. */
const STEP = 100;

/** The pace of the last seconds: a network that becomes slower shows, and what lay here before does not count. */
export class RecentPace {
  #marks: { readonly at: number; readonly done: number }[] = [];

  /** @param now milliseconds of a clock that never goes back */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Tells how much is done now. Less than before (what came was wrong) begins anew. */
  mark(done: number): void {
    const at = this.now();
    const last = this.#marks.at(-1);
    if (last && done < last.done) this.#marks = [];
    // The last one gives way until it stands far enough from the one before it.
    else if (last && last.at - (this.#marks.at(-2)?.at ?? -Infinity) < STEP) this.#marks.pop();
    this.#marks.push({ at, done });
    // The one before the window stays: the pace is that over the whole window.
    while ((this.#marks[1]?.at ?? Infinity) <= at - WINDOW) this.#marks.shift();
  }

  /** How much is done a second; undefined before there is a pace. */
  get rate(): number | undefined {
    const [first] = this.#marks;
    const last = this.#marks.at(-1);
    if (!first || !last) return undefined;
    // Silence counts: a connection that brings nothing becomes slower from second to second.
    const passed = this.now() - first.at;
    return passed < LEAST ? undefined : ((last.done - first.done) / passed) * 1000;
  }

  /** Seconds left; undefined before there is a pace, and while nothing comes. */
  secondsLeft(total: number): number | undefined {
    const { rate } = this;
    const done = this.#marks.at(-1)?.done ?? 0;
    return rate === undefined || rate <= 0 || done >= total ? undefined : (total - done) / rate;
  }
}
