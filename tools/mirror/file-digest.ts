import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { CHUNK } from '../../src/models/file-download.ts';
import type { HubFile } from '../../src/models/hub.ts';
import { cancelled } from '../../src/models/patience.ts';
import { diskError } from './disk-error.ts';

/** Reads a file in pieces. Throws file-unreadable, cancelled. */
export async function* piecesOf(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  try {
    for await (const piece of createReadStream(path, { highWaterMark: CHUNK })) {
      if (signal.aborted) throw cancelled();
      yield piece as Uint8Array<ArrayBuffer>;
    }
  } catch (thrown) {
    throw diskError(thrown, path);
  }
}

/** How a file on disk is read. */
export interface Reading {
  readonly signal: AbortSignal;
  /** Is told the length of each piece in bytes. */
  readonly onPiece?: (bytes: number) => void;
}

/** Digest of a file in hex, by what the machine itself has for it: several times as fast as the page's. */
async function digest(hash: ReturnType<typeof createHash>, path: string, { signal, onPiece }: Reading) {
  for await (const piece of piecesOf(path, signal)) {
    hash.update(piece);
    onPiece?.(piece.length);
  }
  return hash.digest('hex');
}

/** SHA-256 of a file on disk, in hex. Throws file-unreadable, cancelled. */
export const sha256Of = (path: string, reading: Reading): Promise<string> =>
  digest(createHash('sha256'), path, reading);

/** Whether a file on disk is what its list says, as far as it says it. Throws file-unreadable, cancelled. */
export async function isRight(
  { sha256, gitOid, size }: HubFile,
  path: string,
  reading: Reading,
): Promise<boolean> {
  if (sha256 !== undefined) return (await sha256Of(path, reading)) === sha256.toLowerCase();
  if (gitOid === undefined) return true;
  const hash = createHash('sha1').update(`blob ${size}\0`);
  return (await digest(hash, path, reading)) === gitOid.toLowerCase();
}
