import { LeewayError, type ErrorReport } from '../../src/errors/leeway-error.ts';
import { FetchModel } from '../../src/library/worker/fetch-model.ts';
import { HoldingStore } from '../../src/models/holding-store.ts';
import { openModelDatabase } from '../../src/models/model-database.ts';
import type { Patience } from '../../src/models/patience.ts';
import type { RepositorySource } from '../../src/models/repository.ts';
import { RecordingStore, type StoreEvent } from './recording-store.ts';

/** One try at a model, in a worker that can be killed like a tab. */
export interface FetchOrder {
  readonly database: string;
  readonly source: RepositorySource;
  readonly patience: Patience;
  readonly chunk: number;
  /** Bytes after which the visitor stops it. */
  readonly stopAfter?: number;
  /** The append at which the device has no more room. */
  readonly fullAt?: number;
}

export type FetchNews =
  | { readonly kind: 'stored'; readonly event: StoreEvent }
  | { readonly kind: 'loaded'; readonly loaded: number }
  | {
      readonly kind: 'done';
      readonly digests: Readonly<Record<string, string>>;
      readonly fromDevice: boolean;
    }
  | { readonly kind: 'failed'; readonly error: ErrorReport };

const tell = (news: FetchNews): void => self.postMessage(news);

async function digestOf(blob: Blob): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function run({ database, source, patience, chunk, stopAfter, fullAt }: FetchOrder): Promise<FetchNews> {
  const db = await openModelDatabase(database);
  if (!db) throw new Error('The browser gave no storage.');
  const holdings = new HoldingStore(db);
  const contents = new RecordingStore(holdings.contents, (event) => tell({ kind: 'stored', event }), fullAt);
  const abort = new AbortController();
  const fetching = new FetchModel(
    { source, backend: 'wasm' },
    { contents, holdings },
    abort.signal,
    (progress) => {
      if (progress.phase !== 'download') return;
      tell({ kind: 'loaded', loaded: progress.loaded });
      if (stopAfter !== undefined && progress.loaded >= stopAfter) abort.abort();
    },
    { patience, chunk },
  );
  try {
    const { blobs, fromDevice } = await fetching.run();
    const digests: Record<string, string> = {};
    for (const [path, blob] of blobs) digests[path] = await digestOf(blob);
    return { kind: 'done', digests, fromDevice };
  } catch (thrown) {
    // What has no code of ours is a fault of the program, and fails the test.
    if (!(thrown instanceof LeewayError)) throw thrown;
    return { kind: 'failed', error: thrown.report() };
  } finally {
    db.close();
  }
}

self.onmessage = ({ data }: MessageEvent<FetchOrder>): void => {
  run(data).then(tell, (thrown: unknown) => {
    const message = thrown instanceof Error ? `${thrown.message}\n${thrown.stack ?? ''}` : String(thrown);
    tell({ kind: 'failed', error: { code: 'internal', message, advice: '' } });
  });
};
