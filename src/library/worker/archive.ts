// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- a declaration of a foreign module is no module
/// <reference path="./zip.d.ts" />
import {
  BlobReader,
  ERR_UNSAFE_FILENAME,
  ZipReader,
  ZipWriter,
  type FileEntry,
} from '@zip.js/zip.js/lib/zip-core-native.js';
import { LeewayError, messageOf } from '../../errors/leeway-error.ts';
import { CHUNK } from '../../models/file-download.ts';
import { cancelled } from '../../models/patience.ts';
import type { ExportFile } from '../shared/protocol.ts';
import { unreadable, type Brought } from './brought.ts';

// The policy of the page allows no worker out of text, and this is one already.
const HERE = { useWebWorkers: false } as const;

async function* inflated(entry: FileEntry, path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const reader = readable.getReader();
  const written = entry.getData(writable, { ...HERE, signal, checkSignature: true });
  const failed = new Promise<never>((_, reject) => written.catch(reject));
  // Awaited with each piece below; between pieces nobody listens.
  failed.catch(() => undefined);
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), failed]);
      if (done) break;
      yield value;
    }
    await written;
  } catch (thrown) {
    throw signal.aborted ? cancelled() : unreadable(path, thrown);
  } finally {
    // Whoever wants no more must not leave the rest in the pipe.
    reader.cancel().catch(() => undefined);
  }
}

function refusal(name: string, thrown: unknown): LeewayError {
  const message = messageOf(thrown);
  if (message === ERR_UNSAFE_FILENAME)
    return new LeewayError(
      'request-invalid',
      `${name} holds paths that lead out of their folder.`,
      'Nothing of it was taken. Bring an archive whose origin you trust.',
    );
  return new LeewayError(
    'file-unreadable',
    `${name} is no archive that can be read (${message}).`,
    'It may be cut off: copy it again, or unpack it and bring the folder.',
    { cause: thrown },
  );
}

/**
 * The files of a .zip, read where they lie: stored or deflated entries of any size. Throws file-unreadable where it is
 * none, request-invalid where it plays tricks with paths or is locked.
 */
export async function openArchive(name: string, blob: Blob): Promise<Brought[]> {
  const folder = name.replace(/\.zip$/i, '');
  const entries = await new ZipReader(new BlobReader(blob), HERE).getEntries().catch((thrown: unknown) => {
    throw refusal(name, thrown);
  });
  const files = entries.filter((entry) => !entry.directory);
  if (files.some(({ encrypted }) => encrypted))
    throw new LeewayError(
      'request-invalid',
      `${name} is locked with a password.`,
      'Unpack it and bring the folder.',
    );
  return files.map((entry) => {
    const path = `${folder}/${entry.filename}`;
    return {
      path,
      size: entry.uncompressedSize,
      pieces: (signal) => inflated(entry, path, signal),
    };
  });
}

/** Gathers what is written in blobs, which the browser keeps on the disk where they are many. */
class BlobSink {
  readonly #parts: Blob[] = [];
  #open: Uint8Array<ArrayBuffer>[] = [];
  #size = 0;

  readonly writable = new WritableStream<Uint8Array>({
    write: (bytes) => {
      // A copy: the writer may use its memory again.
      this.#open.push(bytes.slice());
      this.#size += bytes.length;
      if (this.#size >= CHUNK) this.#close();
    },
  });

  #close(): void {
    this.#parts.push(new Blob(this.#open));
    this.#open = [];
    this.#size = 0;
  }

  blob(type: string): Blob {
    this.#close();
    return new Blob(this.#parts, { type });
  }
}

/** Files as one .zip, stored and not deflated: weights do not get smaller. Throws cancelled. */
export async function writeArchive(
  files: readonly ExportFile[],
  signal: AbortSignal,
  onBytes: (count: number) => void,
): Promise<Blob> {
  const sink = new BlobSink();
  const zip = new ZipWriter(sink.writable, { ...HERE, level: 0, signal });
  try {
    for (const { path, blob } of files) {
      let told = 0;
      const onprogress = (done: number): undefined => {
        onBytes(done - told);
        told = done;
      };
      await zip.add(path, new BlobReader(blob), { onprogress });
      onBytes(blob.size - told);
    }
    await zip.close();
  } catch (thrown) {
    throw signal.aborted ? cancelled() : thrown;
  }
  return sink.blob('application/zip');
}
