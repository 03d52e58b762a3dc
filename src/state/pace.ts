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
