import type { ContentHead, ContentStore } from './content-store.ts';

/** Keeps bytes for this visit alone: for a browser that gives no storage. */
export class MemoryStore implements ContentStore {
  readonly #contents = new Map<string, { head: ContentHead; chunks: Blob[] }>();

  head(key: string): Promise<ContentHead | undefined> {
    return Promise.resolve(this.#contents.get(key)?.head);
  }

  append(key: string, after: number, chunk: Blob, head: ContentHead): Promise<boolean> {
    const content = this.#contents.get(key) ?? { head, chunks: [] };
    if (content.chunks.reduce((sum, { size }) => sum + size, 0) !== after) return Promise.resolve(false);
    this.#contents.set(key, { head, chunks: [...content.chunks, chunk] });
    return Promise.resolve(true);
  }

  settle(key: string, head: ContentHead): Promise<void> {
    this.#contents.set(key, { head, chunks: this.#contents.get(key)?.chunks ?? [] });
    return Promise.resolve();
  }

  discard(key: string): Promise<void> {
    this.#contents.delete(key);
    return Promise.resolve();
  }

  chunks(key: string): Promise<readonly Blob[]> {
    return Promise.resolve(this.#contents.get(key)?.chunks ?? []);
  }
}
