import { createSHA256 } from 'hash-wasm';
import { LeewayError } from '../errors/leeway-error.ts';
import { CHUNK, type FileStore } from './file-store.ts';
import { listFiles, openFile, type HubFile, type Listing, type Repository } from './hub.ts';
import { chooseFile, type FileWish } from './model-file.ts';
import type { PrecisionChoice } from './precision.ts';

export type OnBytes = (loaded: number, total: number) => void;

/** A repository at one commit, its files taken from this device where they are, else downloaded, verified and kept. */
export class ModelFolder {
  #loaded = 0;
  #total = 0;
  #downloaded = false;
  readonly #key: string;

  private constructor(
    private readonly from: Repository,
    readonly listing: Listing,
    private readonly store: FileStore | undefined,
    private readonly onBytes: OnBytes,
    private readonly signal: AbortSignal | undefined,
  ) {
    this.#key = `${from.base}/${from.repository}@${listing.commit}`;
  }

  /** Asks for the file list; without a network the list of the last visit is used. */
  static async open(
    from: Repository,
    store: FileStore | undefined,
    onBytes: OnBytes,
    signal?: AbortSignal,
  ): Promise<ModelFolder> {
    const name = `${from.base}/${from.repository}`;
    let listing: Listing;
    try {
      listing = await listFiles(from, signal);
      await store?.keepListing(name, listing).catch(() => undefined);
      await store?.removeOthers(name, listing.commit).catch(() => undefined);
    } catch (thrown) {
      const kept = thrown instanceof LeewayError && thrown.code === 'network' ? await store?.listing(name) : undefined;
      if (!kept) throw thrown;
      listing = kept;
    }
    return new ModelFolder(from, listing, store, onBytes, signal);
  }

  /** True when every file so far came from this device. */
  get fromCache(): boolean {
    return !this.#downloaded;
  }

  get bytes(): number {
    return this.#loaded;
  }

  /** A key for caches that depend on one file of this commit. */
  cacheKey(path: string): string {
    return `${this.#key}/${path}`;
  }

  find(path: string): HubFile | undefined {
    return this.listing.files.find((file) => file.path === path);
  }

  /**
   * Path of a file by its name: in the graph's own directory (`cpu/int4/`, with a slash at the end), else in the next
   * one above that has it. Some exporters give each precision a whole folder, others share one set of files.
   */
  nearest(directory: string, name: string): string | undefined {
    for (let folder = directory; ; folder = folder.slice(0, folder.lastIndexOf('/', folder.length - 2) + 1)) {
      if (this.find(folder + name)) return folder + name;
      if (folder === '') return undefined;
    }
  }

  /** The model file that is taken, and why. Errors: those of chooseFile. */
  choose(wish: FileWish): PrecisionChoice {
    return chooseFile(this.from.repository, this.listing.files, wish);
  }

  /** Tells the folder which files will be asked for, so that progress has one honest total. */
  expect(paths: readonly string[]): void {
    this.#total = paths.reduce((sum, path) => sum + (this.find(path)?.size ?? 0), 0);
    this.onBytes(this.#loaded, this.#total);
  }

  async json(path: string): Promise<Record<string, unknown>> {
    try {
      const value: unknown = JSON.parse(await this.text(path));
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    } catch (thrown) {
      if (thrown instanceof LeewayError) throw thrown;
    }
    throw new LeewayError('model-config', `${path} of ${this.from.repository} is not a JSON object.`, 'Export the model again.');
  }

  async text(path: string): Promise<string> {
    return (await this.blob(path)).text();
  }

  /** The bytes of one file, in memory: for files that are small. */
  async read(path: string): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await (await this.blob(path)).arrayBuffer());
  }

  /** One file, verified against the list's size and hash; its bytes stay on the device until they are read. */
  async blob(path: string): Promise<Blob> {
    const file = this.find(path);
    if (!file)
      throw new LeewayError(
        'model-incomplete',
        `${this.from.repository} lacks the file ${path}.`,
        'Put the missing file beside the others, or export the model again.',
      );
    const key = this.cacheKey(path);
    const kept = await this.store?.read(key);
    if (kept) {
      this.#loaded += kept.size;
      this.onBytes(this.#loaded, Math.max(this.#total, this.#loaded));
      return kept;
    }
    this.#downloaded = true;
    const chunks = await this.#download(file);
    // What is stored is read from the disk; else the browser keeps it for this visit.
    const stored = await this.store?.write(key, chunks, file.sha256);
    return (stored ? await this.store?.read(key) : undefined) ?? new Blob(chunks);
  }

  async #download(file: HubFile): Promise<Blob[]> {
    const response = await openFile(this.from, this.listing.commit, file.path, this.signal);
    const reader = response.body?.getReader();
    if (!reader) throw new LeewayError('network', `${file.path} came without a body.`, 'Try again.');
    const chunks: Blob[] = [];
    // One for all chunks: a blob copies what it is made of.
    const chunk = new Uint8Array(Math.min(CHUNK, file.size));
    let filled = 0;
    const hash = file.sha256 ? await createSHA256() : undefined;
    let at = 0;
    const broken = (why: string): LeewayError =>
      new LeewayError('model-integrity', `${file.path} ${why}.`, 'Load the model again; nothing wrong was kept.');
    for (;;) {
      const { done, value } = await reader.read().catch((thrown: unknown) => {
        if (this.signal?.aborted) throw new LeewayError('cancelled', 'The download was cancelled.', 'Start it again at any time.');
        throw new LeewayError('network', `The download of ${file.path} broke off.`, 'Try again.', { cause: thrown });
      });
      if (done) break;
      if (at + value.length > file.size) throw broken(`is longer than the ${file.size} bytes that the file list states`);
      for (let from = 0; from < value.length;) {
        const part = value.subarray(from, from + chunk.length - filled);
        chunk.set(part, filled);
        filled += part.length;
        from += part.length;
        if (filled < chunk.length) continue;
        chunks.push(new Blob([chunk]));
        filled = 0;
      }
      hash?.update(value);
      at += value.length;
      this.#loaded += value.length;
      this.onBytes(this.#loaded, Math.max(this.#total, this.#loaded));
    }
    if (at !== file.size) throw broken(`has ${at} bytes where the file list states ${file.size}`);
    if (filled > 0) chunks.push(new Blob([chunk.subarray(0, filled)]));
    if (hash && hash.digest('hex') !== file.sha256) throw broken('does not have the SHA-256 that the file list states');
    return chunks;
  }
}
