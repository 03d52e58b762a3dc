import { contentKey } from './checksum.ts';
import type { ContentStore } from './content-store.ts';
import { FileDownload, type DownloadOptions } from './file-download.ts';
import type { HubFile } from './hub.ts';
import { cancelled } from './patience.ts';

/** Bytes of all files together. */
export interface DownloadProgress {
  /** Bytes that are here, stored or on the way. */
  readonly loaded: number;
  readonly total: number;
  /** Bytes that came over the network in this download, wrong ones and repeated ones too. */
  readonly traffic: number;
  /** Whether another tab downloads the same now, and this one waits for it. */
  readonly waiting: boolean;
}

export interface ManyOptions extends Omit<DownloadOptions, 'onBytes' | 'onTraffic'> {
  readonly onProgress: (progress: DownloadProgress) => void;
}

/** Connections at a time: small files do not wait for the large one, and a hub is not flooded. */
const AT_ONCE = 3;

/**
 * Runs alone among all tabs; `waiting` is told where another one is at it. Without locks (an insecure page) the store
 * itself notices when two write the same file.
 */
async function alone(key: string, signal: AbortSignal, waiting: () => void, work: () => Promise<void>): Promise<void> {
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

/** Bytes of the files that are not on this device yet. */
export async function missingBytes(
  store: ContentStore,
  files: readonly HubFile[],
  place: string,
): Promise<number> {
  let missing = 0;
  for (const file of files) {
    const head = await store.head(contentKey(file, place));
    missing += head?.complete ? 0 : file.size - (head?.received ?? 0);
  }
  return missing;
}

/**
 * Brings files into the store, several at a time. The first error stops the others, which keep what has arrived.
 * Errors: those of FileDownload.
 */
export async function downloadFiles(files: readonly HubFile[], options: ManyOptions): Promise<void> {
  const { onProgress, signal, from, commit } = options;
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const received = new Map<string, number>();
  const waiting = new Set<string>();
  let traffic = 0;
  const report = (): void =>
    onProgress({
      loaded: [...received.values()].reduce((sum, bytes) => sum + bytes, 0),
      total,
      traffic,
      waiting: waiting.size > 0,
    });
  const stop = new AbortController();
  const anyStop = AbortSignal.any([signal, stop.signal]);

  const bring = async (file: HubFile): Promise<void> => {
    const key = contentKey(file, `${from.base}/${from.repository}@${commit}`);
    const wait = (): void => {
      waiting.add(key);
      report();
    };
    await alone(key, anyStop, wait, async () => {
      waiting.delete(key);
      const download = new FileDownload(file, {
        ...options,
        signal: anyStop,
        onBytes: (bytes) => {
          received.set(file.path, bytes);
          report();
        },
        onTraffic: (bytes) => (traffic += bytes),
      });
      await download.run();
    });
  };

  // Two paths may hold the same bytes: they are brought once.
  const byContent = new Map(files.map((file) => [contentKey(file, file.path), file]));
  const queue = [...byContent.values()].sort((a, b) => a.size - b.size);
  report();
  const lane = async (): Promise<void> => {
    for (let file = queue.shift(); file && !stop.signal.aborted; file = queue.shift()) await bring(file);
  };
  const lanes = Array.from({ length: AT_ONCE }, () =>
    lane().catch((thrown: unknown) => {
      stop.abort();
      throw thrown;
    }),
  );
  const ends = await Promise.allSettled(lanes);
  // The one that failed by itself, not those that were stopped because of it.
  const faults = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
  const own = faults.find((fault) => (fault as { code?: unknown }).code !== 'cancelled');
  if (signal.aborted) throw cancelled();
  if (faults.length > 0) throw own ?? faults[0];
  for (const { path, size } of files) received.set(path, size);
  report();
}
