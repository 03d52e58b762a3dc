import { createSHA1, createSHA256, type IHasher } from 'hash-wasm';
import type { HubFile } from './hub.ts';

/** The digest that a file list states: SHA-256 of the bytes, or git's SHA-1 over a header and the bytes. */
export type Digest = Pick<HubFile, 'sha256' | 'gitOid' | 'size'>;

/**
 * A digest that grows with the bytes; its state can be kept and taken up another day, so that no byte is read twice.
 * A file of which no digest is known is counted alone.
 */
export class Checksum {
  private constructor(
    private readonly hasher: IHasher | undefined,
    private readonly expected: string | undefined,
  ) {}

  /** @param state as `state` gave it. Throws where another build of the hash function wrote it. */
  static async of({ sha256, gitOid, size }: Digest, state?: Uint8Array): Promise<Checksum> {
    if (sha256 === undefined && gitOid === undefined) return new Checksum(undefined, undefined);
    const hasher = sha256 === undefined ? await createSHA1() : await createSHA256();
    hasher.init();
    if (state) hasher.load(state);
    else if (sha256 === undefined) hasher.update(`blob ${size}\0`);
    return new Checksum(hasher, (sha256 ?? gitOid)?.toLowerCase());
  }

  update(bytes: Uint8Array): void {
    this.hasher?.update(bytes);
  }

  /** What is needed to go on later; undefined where nothing is computed. */
  get state(): Uint8Array | undefined {
    return this.hasher?.save();
  }

  /** Whether a digest is known at all. */
  get known(): boolean {
    return this.expected !== undefined;
  }

  /** Whether the bytes so far are the file's; true where no digest is known. Nothing can be added afterwards. */
  matches(): boolean {
    return this.hasher === undefined || this.hasher.digest('hex') === this.expected;
  }
}

/**
 * The name under which a file's bytes are kept: what they are, wherever they came from, so that a mirror, the hub and a
 * later commit share them. A file without a digest is named by its place.
 */
export function contentKey(file: HubFile, place: string): string {
  if (file.sha256 !== undefined) return `sha256:${file.sha256.toLowerCase()}`;
  if (file.gitOid !== undefined) return `git:${file.gitOid.toLowerCase()}`;
  return `at:${place}/${file.path}`;
}

/** Bytes as they come, in pieces of any size. */
export type Pieces = AsyncIterable<Uint8Array>;

/** SHA-256 of bytes in hex; `onBytes` is told how many came just now. */
export async function sha256Of(pieces: Pieces, onBytes: (count: number) => void): Promise<string> {
  const hasher = await createSHA256();
  hasher.init();
  for await (const bytes of pieces) {
    hasher.update(bytes);
    onBytes(bytes.length);
  }
  return hasher.digest('hex');
}

/** An id like a commit's for files that come without one: the same bytes under the same paths have the same. */
export async function commitLike(files: readonly HubFile[]): Promise<string> {
  const lines = files.map((file) => `${contentKey(file, '')} ${file.size} ${file.path}\n`);
  const hasher = await createSHA1();
  hasher.init();
  hasher.update(lines.sort().join(''));
  return hasher.digest('hex');
}
