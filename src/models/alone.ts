import { cancelled } from './patience.ts';

/**
 * Works on a content alone among all tabs; `waiting` is told where another one is at it. Without locks (an insecure
 * page) the store itself notices when two write the same file. Throws cancelled, and what the work throws.
 */
export async function alone(
  key: string,
  signal: AbortSignal,
  waiting: () => void,
  work: () => Promise<void>,
): Promise<void> {
  const locks = (globalThis as { navigator?: { locks?: LockManager } }).navigator?.locks;
  if (!locks) return work();
  const name = `leeway-download:${key}`;
  const isDone = await locks.request(name, { ifAvailable: true }, async (lock) => {
    if (lock) await work();
    return lock !== null;
  });
  if (isDone) return;
  waiting();
  await locks.request(name, { signal }, work).catch((thrown: unknown) => {
    throw signal.aborted ? cancelled() : thrown;
  });
}
