import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { Listing } from './hub.ts';

interface StoredFile {
  readonly size: number;
  readonly chunks: number;
  readonly sha256?: string;
}

interface StoreSchema extends DBSchema {
  /** Key: repository at commit, then path. Written only when all chunks are in and verified. */
  files: { key: string; value: StoredFile };
  chunks: { key: [string, number]; value: Blob };
  listings: { key: string; value: Listing };
  graphs: { key: string; value: unknown };
}

/** Bytes of a stored chunk. */
export const CHUNK = 16 * 1024 * 1024;

/** Model files on this device, in IndexedDB, in chunks: whole files never pass through one structured clone. */
export class FileStore {
  private constructor(private readonly db: IDBPDatabase<StoreSchema>) {}

  /** Undefined where the browser gives no storage (some private windows): the model then lives for the visit only. */
  static async open(): Promise<FileStore | undefined> {
    try {
      return new FileStore(
        await openDB<StoreSchema>('leeway-models', 1, {
          upgrade(db) {
            db.createObjectStore('files');
            db.createObjectStore('chunks');
            db.createObjectStore('listings');
            db.createObjectStore('graphs');
          },
        }),
      );
    } catch {
      return undefined;
    }
  }

  /** The whole file as a blob that lies on the device, not in memory; undefined when it is not here in full. */
  async read(key: string): Promise<Blob | undefined> {
    const file = await this.db.get('files', key);
    if (!file) return undefined;
    const chunks: Blob[] = [];
    for (let i = 0; i < file.chunks; i++) {
      const chunk = await this.db.get('chunks', [key, i]);
      if (!chunk) return undefined;
      chunks.push(chunk);
    }
    const whole = new Blob(chunks);
    return whole.size === file.size ? whole : undefined;
  }

  /** Stores verified chunks; false when the device has no room, with nothing half written left behind. */
  async write(key: string, chunks: readonly Blob[], sha256?: string): Promise<boolean> {
    const size = chunks.reduce((sum, chunk) => sum + chunk.size, 0);
    try {
      for (const [i, chunk] of chunks.entries()) await this.db.put('chunks', chunk, [key, i]);
      const file = { size, chunks: chunks.length };
      await this.db.put('files', sha256 ? { ...file, sha256 } : file, key);
      return true;
    } catch {
      await this.remove(key);
      return false;
    }
  }

  /** Removes one file. */
  async remove(key: string): Promise<void> {
    await this.db.delete('files', key);
    await this.db.delete('chunks', IDBKeyRange.bound([key, 0], [key, Infinity]));
  }

  /** Removes what belongs to other commits of this repository. */
  async removeOthers(repository: string, commit: string): Promise<void> {
    for (const key of await this.db.getAllKeys('files'))
      if (key.startsWith(`${repository}@`) && !key.startsWith(`${repository}@${commit}/`)) await this.remove(key);
  }

  async listing(repository: string): Promise<Listing | undefined> {
    return this.db.get('listings', repository);
  }

  async keepListing(repository: string, listing: Listing): Promise<void> {
    await this.db.put('listings', listing, repository);
  }

  /** What was computed from files: patched graphs, reference readings. */
  async derived(key: string): Promise<unknown> {
    return this.db.get('graphs', key);
  }

  async keepDerived(key: string, value: unknown): Promise<void> {
    // A cache that cannot be written costs time, not correctness.
    await this.db.put('graphs', value, key).catch(() => undefined);
  }
}
