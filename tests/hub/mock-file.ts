import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';

/** A file that the hub holds: its digests, and its bytes from one place up to another. */
export interface MockFile {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  readonly gitOid: string;
  /** Large files are pointers in git, and their bytes come from another host. */
  readonly lfs: boolean;
  readonly open: (start: number, end: number) => Readable;
}

/** A file of the hub from its bytes. */
export function mockFile(path: string, bytes: Uint8Array, lfs: boolean): MockFile {
  return {
    path,
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    gitOid: createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex'),
    lfs,
    open: (start, end) => Readable.from(end > start ? [bytes.subarray(start, end)] : []),
  };
}

/** A large file of the hub that lies on the disk. */
export function diskFile(path: string, size: number, sha256: string, place: string): MockFile {
  const open = (start: number, end: number): Readable =>
    end > start ? createReadStream(place, { start, end: end - 1 }) : Readable.from([]);
  return { path, size, sha256, gitOid: '', lfs: true, open };
}
