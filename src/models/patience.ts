import { LeewayError } from '../errors/leeway-error.ts';

/** How long a download puts up with a bad network. */
export interface Patience {
  /** Tries in a row that bring nothing before the download gives up. */
  readonly tries: number;
  /** Milliseconds before the second try; each further one waits twice as long. */
  readonly firstDelay: number;
  readonly longestDelay: number;
  /** Milliseconds without a byte after which a connection counts as dead. */
  readonly stall: number;
}

export const PATIENCE: Patience = { tries: 8, firstDelay: 500, longestDelay: 20_000, stall: 30_000 };

export const cancelled = (): LeewayError =>
  new LeewayError('cancelled', 'The download was stopped.', 'Go on at any time: what has arrived is kept.');

/** Milliseconds to wait after so many tries (from 1) that brought nothing; what the server asks for goes before. */
export function delayAfter(misses: number, patience: Patience, asked?: number): number {
  const doubled = patience.firstDelay * 2 ** (misses - 1);
  // A class of thirty that was cut off together must not come back together.
  const spread = doubled * (0.75 + Math.random() / 2);
  return Math.min(Math.max(spread, asked ?? 0), patience.longestDelay);
}

/** Waits; rejects with `cancelled` as soon as the signal is aborted. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(cancelled());
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

/** Waits until the machine has a network, where it can tell: a closed laptop must not use up its tries. */
export function untilOnline(signal: AbortSignal): Promise<void> {
  if (typeof self === 'undefined' || self.navigator?.onLine !== false) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const settle = (then: () => void) => (): void => {
      self.removeEventListener('online', online);
      signal.removeEventListener('abort', stop);
      then();
    };
    const online = settle(resolve);
    const stop = settle(() => reject(cancelled()));
    self.addEventListener('online', online);
    signal.addEventListener('abort', stop);
  });
}
