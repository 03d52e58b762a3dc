import { LeewayError } from '../../src/errors/leeway-error.ts';
import type { ContentHead, ContentStore } from '../../src/models/content-store.ts';

/** What became of one file's bytes, or what was found of them, and when (ms since 1970). */
export interface StoreEvent {
  readonly what: 'found' | 'kept' | 'discarded';
  readonly key: string;
  readonly received: number;
  readonly at: number;
}

/** A store that tells what it has kept, and that may run out of room once. */
export class RecordingStore implements ContentStore {
  #appends = 0;

  constructor(
    private readonly store: ContentStore,
    private readonly onEvent: (event: StoreEvent) => void,
    /** The append, counted from 1, at which the device has no more room. */
    private readonly fullAt = Infinity,
  ) {}

  async head(key: string): Promise<ContentHead | undefined> {
    const head = await this.store.head(key);
    this.onEvent({ what: 'found', key, received: head?.received ?? 0, at: Date.now() });
    return head;
  }

  async append(key: string, after: number, chunk: Blob, head: ContentHead): Promise<boolean> {
    if (++this.#appends === this.fullAt)
      throw new LeewayError('storage-full', 'There is no more room.', 'Make room.');
    const added = await this.store.append(key, after, chunk, head);
    if (added) this.onEvent({ what: 'kept', key, received: head.received, at: Date.now() });
    return added;
  }

  settle(key: string, head: ContentHead): Promise<void> {
    return this.store.settle(key, head);
  }

  async discard(key: string): Promise<void> {
    this.onEvent({ what: 'discarded', key, received: 0, at: Date.now() });
    await this.store.discard(key);
  }

  chunks(key: string): Promise<readonly Blob[]> {
    return this.store.chunks(key);
  }
}
