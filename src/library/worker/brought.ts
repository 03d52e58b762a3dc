import { LeewayError, messageOf } from '../../errors/leeway-error.ts';
import type { Pieces } from '../../models/checksum.ts';
import { CHUNK } from '../../models/file-download.ts';
import { cancelled } from '../../models/patience.ts';

/** A file of what a visitor brings, wherever its bytes lie. */
export interface Brought {
  /** Path inside whatever was brought. */
  readonly path: string;
  readonly size: number;
  /** The bytes, never all of them at a time. Throws file-unreadable, cancelled. */
  pieces(signal: AbortSignal): Pieces;
}

/** What a disk or an archive that cannot be read means for a person. */
export const unreadable = (path: string, thrown: unknown): LeewayError =>
  new LeewayError(
    'file-unreadable',
    `${path} could not be read (${messageOf(thrown)}).`,
    'Is the disk still there? Choose the folder or file again.',
    { cause: thrown },
  );

async function* slices(path: string, blob: Blob, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < blob.size; from += CHUNK) {
    if (signal.aborted) throw cancelled();
    const bytes = await blob
      .slice(from, from + CHUNK)
      .arrayBuffer()
      .catch((thrown: unknown) => {
        throw unreadable(path, thrown);
      });
    yield new Uint8Array(bytes);
  }
}

/** A file as the browser hands it over. */
export const broughtBlob = (path: string, blob: Blob): Brought => ({
  path,
  size: blob.size,
  pieces: (signal) => slices(path, blob, signal),
});

/** Answers of a hub are smaller; what is larger is none. */
const LARGEST_TEXT = 32 * 2 ** 20;

/** A small file's text; empty where it is too large to be one. Throws file-unreadable, cancelled. */
export async function textOf(file: Brought, signal: AbortSignal): Promise<string> {
  if (file.size > LARGEST_TEXT) return '';
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of file.pieces(signal)) text += decoder.decode(bytes, { stream: true });
  return text + decoder.decode();
}
