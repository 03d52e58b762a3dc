import { LeewayError } from '../errors/leeway-error.ts';
import { Checksum, contentKey } from './checksum.ts';
import { emptyHead, type ContentHead, type ContentStore } from './content-store.ts';
import type { HubFile } from './hub.ts';
import { cancelled, delayAfter, pause, untilOnline, type Patience } from './patience.ts';
import type { RepositorySource } from './repository.ts';
import { openTransfer, TransferFault, type Transfer } from './transfer.ts';

/** Bytes of a stored chunk: what a killed tab has to fetch again, at most. */
export const CHUNK = 8 * 2 ** 20;

/** Downloads of the whole file that may turn out wrong before it is given up. */
const MOST_SPOILED = 2;

/** What one download needs. */
export interface DownloadOptions {
  readonly from: Pick<RepositorySource, 'base' | 'repository'>;
  readonly commit: string;
  readonly store: ContentStore;
  readonly signal: AbortSignal;
  readonly patience: Patience;
  /** Bytes of a stored chunk. */
  readonly chunk?: number;
  /** Bytes of this file that are here, stored or on the way: may fall where what came turned out wrong. */
  readonly onBytes: (received: number) => void;
  /** Bytes that came over the network just now. */
  readonly onTraffic?: (bytes: number) => void;
}

const spoiledError = (file: HubFile, why: string): LeewayError =>
  new LeewayError(
    'model-integrity',
    `${file.path} cannot be trusted: ${why}.`,
    'Nothing wrong was kept. Try again later, or take the model from another place (a mirror, a USB stick).',
  );

const networkError = (file: HubFile, fault: TransferFault): LeewayError =>
  new LeewayError(
    'network',
    `The download of ${file.path} does not get on: ${fault.message}.`,
    'What has arrived is kept: go on when the connection is better.',
    { cause: fault },
  );

/** One file on its way into the store: resumed where it stopped, verified before it counts as here. */
export class FileDownload {
  readonly #key: string;
  readonly #size: number;
  readonly #buffer: Uint8Array<ArrayBuffer>;
  #filled = 0;
  #head: ContentHead;
  #checksum: Checksum | undefined;
  #spoiled = 0;

  constructor(
    private readonly file: HubFile,
    private readonly options: DownloadOptions,
  ) {
    const { from, commit, chunk = CHUNK } = options;
    this.#key = contentKey(file, `${from.base}/${from.repository}@${commit}`);
    this.#size = file.size;
    // One for all chunks: a blob copies what it is made of.
    this.#buffer = new Uint8Array(Math.min(chunk, file.size));
    this.#head = emptyHead(file.size);
  }

  get #received(): number {
    return this.#head.received + this.#filled;
  }

  /**
   * Brings the file in full. Errors: cancelled and network, after which what has arrived is kept; storage-full, likewise;
   * model-integrity, after which nothing of it is kept; model-not-found.
   */
  async run(): Promise<void> {
    await this.#takeUp();
    while (!this.#head.complete) {
      await this.#receive();
      if (this.#head.complete) return;
      if (!this.#checksum || this.#checksum.matches()) await this.#complete();
      else await this.#startOver('its bytes do not have the digest that the file list states');
    }
  }

  /** Goes on from what is stored. */
  async #takeUp(): Promise<void> {
    const { store, onBytes } = this.options;
    const head = (await store.head(this.#key)) ?? emptyHead(this.#size);
    this.#filled = 0;
    this.#head = head.size === this.#size ? head : emptyHead(this.#size);
    if (head.size !== this.#size) await store.discard(this.#key);
    onBytes(this.#received);
    if (!this.#head.complete) this.#checksum = await this.#restored();
  }

  async #restored(): Promise<Checksum> {
    const { hash, received } = this.#head;
    if (received > 0 && hash) {
      // A newer build of the hash function may not know the state: then the bytes themselves are read again.
      const kept = await Checksum.of(this.file, hash).catch(() => undefined);
      if (kept) return kept;
    }
    const fresh = await Checksum.of(this.file);
    for (const chunk of await this.options.store.chunks(this.#key))
      fresh.update(new Uint8Array(await chunk.arrayBuffer()));
    return fresh;
  }

  /** Fetches until the last byte is stored, however many connections that takes. */
  async #receive(): Promise<void> {
    let misses = 0;
    while (!this.#head.complete && (this.#received < this.#size || !(await this.#flush()))) {
      const before = this.#received;
      const fault = await this.#attempt().catch(async (thrown: unknown) => {
        if (thrown instanceof TransferFault) return thrown;
        await this.#keepRest(thrown);
        throw thrown;
      });
      if (fault?.spoiled) await this.#startOver(fault.message);
      else if (!this.#head.complete && this.#received < this.#size) {
        misses = this.#received > before ? 1 : misses + 1;
        await this.#wait(misses, fault ?? new TransferFault('the connection ended early'));
      }
    }
  }

  /** Before the next try. Throws network where there have been enough. */
  async #wait(misses: number, fault: TransferFault): Promise<void> {
    const { patience, signal } = this.options;
    try {
      if (misses >= patience.tries) throw networkError(this.file, fault);
      await pause(delayAfter(misses, patience, fault.retryAfter), signal);
      await untilOnline(signal);
    } catch (thrown) {
      await this.#keepRest(thrown);
      throw thrown;
    }
  }

  /** One connection. */
  async #attempt(): Promise<void> {
    const { from, commit, signal, patience } = this.options;
    const { file } = this;
    const request = { from, commit, file, offset: this.#received, signal, stall: patience.stall };
    const transfer = await openTransfer(request);
    try {
      const { etag } = this.#head;
      const renamed = etag !== undefined && transfer.etag !== undefined && etag !== transfer.etag;
      // Servers behind one address may each have a name of their own: where there is a digest, it decides.
      if (this.#received > 0 && renamed && !this.#checksum?.known)
        throw new TransferFault('the server has other bytes under its name now', true);
      if (transfer.etag !== undefined) this.#head = { ...this.#head, etag: transfer.etag };
      await this.#drain(transfer);
    } finally {
      transfer.close();
    }
  }

  async #drain(transfer: Transfer): Promise<void> {
    // A server that cannot begin in the middle sends again what is here: that is passed over.
    let skip = this.#received - transfer.offset;
    if (skip < 0) throw new TransferFault('the server began at another place of the file');
    for (let bytes = await transfer.read(); bytes; bytes = await transfer.read()) {
      this.options.onTraffic?.(bytes.length);
      const fresh = bytes.subarray(Math.min(skip, bytes.length));
      skip -= bytes.length - fresh.length;
      if (this.#received + fresh.length > this.#size)
        throw new TransferFault(`more than the ${this.#size} bytes that its file list states came`, true);
      await this.#take(fresh);
      if (this.#head.complete) return;
    }
  }

  async #take(bytes: Uint8Array): Promise<void> {
    for (let from = 0; from < bytes.length;) {
      const part = bytes.subarray(from, from + this.#buffer.length - this.#filled);
      this.#buffer.set(part, this.#filled);
      this.#checksum?.update(part);
      this.#filled += part.length;
      from += part.length;
      this.options.onBytes(this.#received);
      if (this.#filled === this.#buffer.length && !(await this.#flush()))
        throw new TransferFault('another tab goes on with this file');
    }
  }

  /** Stores what is buffered; false where another tab has gone on with the file, whose state is taken up then. */
  async #flush(): Promise<boolean> {
    if (this.#filled === 0) return true;
    const hash = this.#checksum?.state;
    const { received, chunks } = this.#head;
    const head: ContentHead = {
      ...this.#head,
      received: received + this.#filled,
      chunks: chunks + 1,
      ...(hash && { hash }),
    };
    const chunk = new Blob([this.#buffer.subarray(0, this.#filled)]);
    const added = await this.options.store.append(this.#key, received, chunk, head);
    if (!added) {
      await this.#takeUp();
      return false;
    }
    this.#head = head;
    this.#filled = 0;
    return true;
  }

  /** After a stop: what has arrived is kept, as far as it can be. */
  async #keepRest(why: unknown): Promise<void> {
    const isFull = why instanceof LeewayError && why.code === 'storage-full';
    if (!isFull) await this.#flush().catch(() => undefined);
  }

  async #complete(): Promise<void> {
    const { size, received, chunks } = this.#head;
    const verified = this.#checksum?.known ? { verifiedAt: Date.now() } : {};
    this.#head = { size, received, chunks, complete: true, ...verified };
    await this.options.store.settle(this.#key, this.#head);
  }

  async #startOver(why: string): Promise<void> {
    const { store, signal, onBytes } = this.options;
    await store.discard(this.#key);
    if (++this.#spoiled >= MOST_SPOILED) throw spoiledError(this.file, why);
    if (signal.aborted) throw cancelled();
    this.#head = emptyHead(this.#size);
    this.#filled = 0;
    this.#checksum = await Checksum.of(this.file);
    onBytes(0);
  }
}
