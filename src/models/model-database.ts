import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { ContentHead } from './content-store.ts';
import type { Holding } from './holding.ts';
import type { Listing } from './hub.ts';

export interface ModelSchema extends DBSchema {
  /** By content key. */
  contents: { key: string; value: ContentHead };
  /** By content key and number. */
  chunks: { key: [string, number]; value: Blob };
  /** File lists at a pinned commit, by repository and the revision that was asked for. */
  listings: { key: string; value: Listing };
  /** Models that are here, wholly or in part. */
  holdings: { key: string; value: Holding };
  /** What was computed from files: patched graphs, reference readings. */
  derived: { key: string; value: unknown };
}

export type ModelDatabase = IDBPDatabase<ModelSchema>;

/** Undefined where the browser gives no storage (some private windows): a model then lives for the visit only. */
export async function openModelDatabase(name = 'leeway-models'): Promise<ModelDatabase | undefined> {
  try {
    return await openDB<ModelSchema>(name, 2, {
      upgrade(db) {
        // The first form kept files by their place and without what is needed to go on with half of one.
        for (const old of [...db.objectStoreNames]) db.deleteObjectStore(old);
        db.createObjectStore('contents');
        db.createObjectStore('chunks');
        db.createObjectStore('listings');
        db.createObjectStore('holdings');
        db.createObjectStore('derived');
      },
      blocking: (_, __, event) => (event.target as IDBDatabase | null)?.close(),
    });
  } catch {
    return undefined;
  }
}

/** Keeps what was computed from a model's files: without it only time is lost. */
export class DerivedCache {
  constructor(private readonly db: ModelDatabase | undefined) {}

  async read(key: string): Promise<unknown> {
    return this.db?.get('derived', key);
  }

  async keep(key: string, value: unknown): Promise<void> {
    // A cache that cannot be written costs time, not correctness.
    await this.db?.put('derived', value, key).catch(() => undefined);
  }
}
