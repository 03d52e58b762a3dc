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

const CHUNK = 16 * 1024 * 1024;

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

  /** The whole file, or undefined when it is not here in full. */
  async read(key: string): Promise<Uint8Array | undefined> {
    const file = await this.db.get('files', key);
    if (!file) return undefined;
    const bytes = new Uint8Array(file.size);
    let at = 0;
    for (let i = 0; i < file.chunks; i++) {
      const chunk = await this.db.get('chunks', [key, i]);
      if (!chunk || at + chunk.size > file.size) return undefined;
      bytes.set(new Uint8Array(await chunk.arrayBuffer()), at);
      at += chunk.size;
    }
    return at === file.size ? bytes : undefined;
  }

  /** Stores verified bytes; false when the device has no room, with nothing half written left behind. */
  async write(key: string, bytes: Uint8Array<ArrayBuffer>, sha256?: string): Promise<boolean> {
    const chunks = Math.ceil(bytes.length / CHUNK);
    try {
      for (let i = 0; i < chunks; i++)
        await this.db.put('chunks', new Blob([bytes.subarray(i * CHUNK, (i + 1) * CHUNK)]), [key, i]);
      await this.db.put('files', sha256 ? { size: bytes.length, chunks, sha256 } : { size: bytes.length, chunks }, key);
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

  async graph(key: string): Promise<unknown> {
    return this.db.get('graphs', key);
  }

  async keepGraph(key: string, graph: unknown): Promise<void> {
    // A cache that cannot be written costs time, not correctness.
    await this.db.put('graphs', graph, key).catch(() => undefined);
  }
}
