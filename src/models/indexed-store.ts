import { LeewayError } from '../errors/leeway-error.ts';
import type { ContentHead, ContentStore } from './content-store.ts';
import type { ModelDatabase } from './model-database.ts';

const chunkRange = (key: string): IDBKeyRange => IDBKeyRange.bound([key, 0], [key, Infinity]);

/** What the browser's refusal to write means for a person. */
function storageFault(thrown: unknown): LeewayError {
  const full = (thrown as { name?: unknown } | null)?.name === 'QuotaExceededError';
  return new LeewayError(
    'storage-full',
    full ? 'This device has no more room for the model.' : 'The browser could not store the model.',
    'What has arrived is kept. Delete a model in the Library, or make room on the disk, and go on.',
    { cause: thrown },
  );
}

/** Keeps bytes in IndexedDB: on the disk, for later visits. */
export class IndexedStore implements ContentStore {
  constructor(private readonly db: ModelDatabase) {}

  head(key: string): Promise<ContentHead | undefined> {
    return this.db.get('contents', key);
  }

  async append(key: string, after: number, chunk: Blob, head: ContentHead): Promise<boolean> {
    try {
      const transaction = this.db.transaction(['contents', 'chunks'], 'readwrite');
      const done = transaction.done;
      // Awaited below: a rejection must not be left alone before that.
      done.catch(() => undefined);
      const contents = transaction.objectStore('contents');
      const kept = await contents.get(key);
      if ((kept?.received ?? 0) !== after || kept?.complete) {
        await done;
        return false;
      }
      await transaction.objectStore('chunks').put(chunk, [key, head.chunks - 1]);
      await contents.put(head, key);
      await done;
      return true;
    } catch (thrown) {
      throw storageFault(thrown);
    }
  }

  async settle(key: string, head: ContentHead): Promise<void> {
    await this.db.put('contents', head, key);
  }

  async discard(key: string): Promise<void> {
    const transaction = this.db.transaction(['contents', 'chunks'], 'readwrite');
    await transaction.objectStore('contents').delete(key);
    await transaction.objectStore('chunks').delete(chunkRange(key));
    await transaction.done;
  }

  chunks(key: string): Promise<readonly Blob[]> {
    return this.db.getAll('chunks', chunkRange(key));
  }

  /**
   * The head, and whether every chunk that it speaks of is still there: a browser that makes room may take some. With
   * `drop` what is broken goes. In one transaction: another tab may be adding to it.
   */
  async inspect(key: string, drop = false): Promise<{ head: ContentHead; whole: boolean } | undefined> {
    const transaction = this.db.transaction(['contents', 'chunks'], drop ? 'readwrite' : 'readonly');
    const head = await transaction.objectStore('contents').get(key);
    const count = await transaction.objectStore('chunks').count(chunkRange(key));
    const whole = head?.chunks === count;
    if (drop && head && !whole) {
      await transaction.objectStore('contents').delete?.(key);
      await transaction.objectStore('chunks').delete?.(chunkRange(key));
    }
    await transaction.done;
    return head && { head, whole };
  }
}
