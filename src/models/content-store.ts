/** What is known of one file's bytes on this device. */
export interface ContentHead {
  /** Bytes of the whole file. */
  readonly size: number;
  /** Bytes that are here, from the first on. */
  readonly received: number;
  readonly chunks: number;
  /** Whether all bytes are here and have the digest that was stated, where one was. */
  readonly complete: boolean;
  /** The server's own name of the bytes: another one means other bytes. */
  readonly etag?: string;
  /** State of the digest after `received` bytes. */
  readonly hash?: Uint8Array;
  /** When the digest was last found right, in ms since 1970; absent where none is known. */
  readonly verifiedAt?: number;
}

/** Keeps files' bytes in chunks, under names that say what they are. One interface, several places. */
export interface ContentStore {
  head(key: string): Promise<ContentHead | undefined>;
  /**
   * Adds a chunk and replaces the head, both or neither. False, with nothing written, where the head is no longer the
   * one that `after` bytes had: another tab has gone on with the file. Throws storage-full.
   */
  append(key: string, after: number, chunk: Blob, head: ContentHead): Promise<boolean>;
  /** Replaces the head: a file was verified, or its last byte is in. */
  settle(key: string, head: ContentHead): Promise<void>;
  /** Lets go of everything under this name. */
  discard(key: string): Promise<void>;
  /** Chunks in their order, as far as they are here. */
  chunks(key: string): Promise<readonly Blob[]>;
}

/** A file of which nothing is here yet. */
export const emptyHead = (size: number): ContentHead => ({ size, received: 0, chunks: 0, complete: false });

/** The whole file as a blob that lies where its chunks lie; undefined where it is not here in full. */
export async function wholeOf(store: ContentStore, key: string): Promise<Blob | undefined> {
  const head = await store.head(key);
  if (!head?.complete) return undefined;
  const whole = new Blob([...(await store.chunks(key))]);
  return whole.size === head.size ? whole : undefined;
}
