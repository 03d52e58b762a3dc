const KEY = 'reloadedForIsolation';

/** The part of the browser's history that keeps something beside an entry. */
export type Notes = Pick<History, 'state' | 'replaceState'>;

/**
 * Remembers that the page has been reloaded to become isolated: once, and never in a circle.
 * The note hangs on the history's entry, which a reload keeps. Session storage would not do: Chromium's isolated and
 * other pages do not see each other's changes to it.
 */
export class IsolationGuard {
  constructor(private readonly history: Notes) {}

  /** True the first time, false afterwards. */
  mayReload(): boolean {
    if (this.#notes[KEY]) return false;
    this.history.replaceState({ ...this.#notes, [KEY]: true }, '');
    return true;
  }

  /** An isolated page has come of it: after a forced reload it may be tried again. */
  clear(): void {
    this.history.replaceState({ ...this.#notes, [KEY]: false }, '');
  }

  get #notes(): Readonly<Record<string, unknown>> {
    return (this.history.state as Record<string, unknown> | null) ?? {};
  }
}
