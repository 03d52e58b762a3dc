import { LeewayError } from '../errors/leeway-error.ts';
import { Checksum, type Pieces } from './checksum.ts';
import { emptyHead, type ContentHead, type ContentStore } from './content-store.ts';
import { CHUNK } from './file-download.ts';
import type { HubFile } from './hub.ts';

/** Throws model-integrity: the bytes are not those of the file list. */
function spoiled({ path }: HubFile, why: string): LeewayError {
  return new LeewayError(
    'model-integrity',
    `${path} is not what its file list says: ${why}.`,
    'Nothing of it was kept. Copy the folder again from where it came, or download the model.',
  );
}

/**
 * Puts a file's bytes from this device into the store, in chunks, and verifies them: what another digest belongs to is
 * let go of. Whoever calls holds the content's lock. Errors: model-integrity, storage-full, and what the pieces throw,
 * after all of which nothing of the file is kept.
 */
export async function storeFile(
  file: HubFile,
  key: string,
  pieces: Pieces,
  store: ContentStore,
  onBytes: (count: number) => void,
): Promise<void> {
  // Half of a download has no digest of its own yet: the file is here in full.
  await store.discard(key);
  try {
    await fill(file, key, pieces, store, onBytes);
  } catch (thrown) {
    await store.discard(key);
    throw thrown;
  }
}

async function fill(
  file: HubFile,
  key: string,
  pieces: Pieces,
  store: ContentStore,
  onBytes: (count: number) => void,
): Promise<void> {
  const checksum = await Checksum.of(file);
  const buffer = new Uint8Array(Math.min(CHUNK, file.size));
  let filled = 0;
  let head: ContentHead = emptyHead(file.size);
  const flush = async (): Promise<void> => {
    if (filled === 0) return;
    const next = { ...head, received: head.received + filled, chunks: head.chunks + 1 };
    const added = await store.append(key, head.received, new Blob([buffer.subarray(0, filled)]), next);
    if (!added) throw new LeewayError('storage-full', 'Another tab stores the same file now.', 'Try again.');
    head = next;
    filled = 0;
  };
  for await (const bytes of pieces) {
    if (head.received + filled + bytes.length > file.size) throw spoiled(file, 'it is longer');
    checksum.update(bytes);
    for (let from = 0; from < bytes.length;) {
      const part = bytes.subarray(from, from + buffer.length - filled);
      buffer.set(part, filled);
      filled += part.length;
      from += part.length;
      if (filled === buffer.length) await flush();
    }
    onBytes(bytes.length);
  }
  await flush();
  if (head.received !== file.size) throw spoiled(file, 'it is shorter');
  if (!checksum.matches()) throw spoiled(file, 'its bytes have another digest');
  const verified = checksum.known ? { verifiedAt: Date.now() } : {};
  await store.settle(key, { ...head, complete: true, ...verified });
}
