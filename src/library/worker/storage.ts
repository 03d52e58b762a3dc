import type { ContentStore } from '../../models/content-store.ts';
import { HoldingStore } from '../../models/holding-store.ts';
import { MemoryStore } from '../../models/memory-store.ts';
import { openModelDatabase } from '../../models/model-database.ts';

/** Where models are kept: on the disk, or for this visit alone where the browser gives no storage. */
export interface Storage {
  readonly contents: ContentStore;
  /** Absent where nothing can be kept. */
  readonly holdings?: HoldingStore;
}

let opened: Promise<Storage> | undefined;

async function open(): Promise<Storage> {
  const db = await openModelDatabase();
  if (!db) return { contents: new MemoryStore() };
  // Another tab with a newer page takes the database over: the next question opens it anew.
  db.addEventListener('close', () => (opened = undefined));
  const holdings = new HoldingStore(db);
  return { contents: holdings.contents, holdings };
}

/** The storage of this worker, opened once. */
export const openStorage = (): Promise<Storage> => (opened ??= open());
