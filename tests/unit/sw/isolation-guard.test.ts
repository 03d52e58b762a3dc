import { describe, expect, it } from 'vitest';
import { IsolationGuard, type Notes } from '../../../src/sw/client/isolation-guard.ts';

/** One entry of a history, which a reload keeps. */
class Entry implements Notes {
  state: unknown = { place: 'map' };
  replaceState(state: unknown): void {
    this.state = state;
  }
}

describe('the reload that isolates the page', () => {
  it('happens once, whatever comes of it', () => {
    const entry = new Entry();
    expect(new IsolationGuard(entry).mayReload()).toBe(true);
    expect(new IsolationGuard(entry).mayReload()).toBe(false);
    expect(new IsolationGuard(entry).mayReload()).toBe(false);
    expect(entry.state).toMatchObject({ place: 'map' });
  });

  it('may happen again after it has helped', () => {
    const entry = new Entry();
    expect(new IsolationGuard(entry).mayReload()).toBe(true);
    new IsolationGuard(entry).clear();
    expect(new IsolationGuard(entry).mayReload()).toBe(true);
  });
});
