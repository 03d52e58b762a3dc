import { SvelteMap } from 'svelte/reactivity';
import { LeewayError, type ErrorReport } from '../errors/leeway-error.ts';
import { holdingSource } from '../experiments/model-entries.ts';
import type { Library } from '../library/client/library.ts';
import type { HeldState, ReadProgress } from '../library/shared/protocol.ts';
import { chooseFolder, saveFile, writeFolder, writesFolders } from './save-files.ts';

/** What is being done with a model on this device, in bytes. */
export interface Work extends ReadProgress {
  readonly kind: 'verify' | 'export' | 'look';
}

/** What came of it. */
export type Outcome =
  /**
   * Every byte was read: those of the publisher's digests, or of the digests that were made when the model was brought
   * here, are right. `unstated` are the files without one, of which only the size is known.
   */
  | {
      readonly kind: 'verified';
      readonly against: 'publisher' | 'import';
      readonly unstated: readonly string[];
    }
  /** Nothing has a digest. */
  | { readonly kind: 'counted' }
  | { readonly kind: 'exported'; readonly name: string; readonly form: 'folder' | 'zip' }
  | { readonly kind: 'newest' }
  | { readonly kind: 'newer'; readonly commit: string }
  | { readonly kind: 'fault'; readonly error: ErrorReport };

const GIVEN_UP: Outcome | undefined = undefined;

/** Verifies, exports and looks for newer versions, one thing a model at a time. */
export class HoldingWork {
  readonly #going = new SvelteMap<string, Work>();
  readonly #outcomes = new SvelteMap<string, Outcome>();
  readonly #aborts = new SvelteMap<string, AbortController>();
  /** Whether exports go into a folder that the visitor chooses; else they are one archive. */
  readonly toFolders = writesFolders();

  constructor(
    private readonly library: Library,
    private readonly mirror: () => string | undefined,
    private readonly onchange: () => Promise<void>,
  ) {}

  /** Whether any goes on. */
  get busy(): boolean {
    return this.#going.size > 0;
  }

  of(key: string): Work | undefined {
    return this.#going.get(key);
  }

  outcome(key: string): Outcome | undefined {
    return this.#outcomes.get(key);
  }

  stop(key: string): void {
    this.#aborts.get(key)?.abort();
  }

  forget(key: string): void {
    this.stop(key);
    this.#outcomes.delete(key);
  }

  /** Reads every byte of a model again. */
  async verify({ holding }: HeldState): Promise<void> {
    const { key } = holding;
    await this.#do(key, 'verify', async (signal, tell) => {
      await this.library.verify(key, { signal, onProgress: tell });
      const bare = holding.files.filter(({ sha256, gitOid }) => (sha256 ?? gitOid) === undefined);
      if (bare.length === holding.files.length) return { kind: 'counted' };
      const against = holdingSource(holding) ? 'publisher' : 'import';
      return { kind: 'verified', against, unstated: bare.map(({ path }) => path) };
    });
    await this.onchange();
  }

  /** Whether the place that a model came from has a newer version of it. */
  lookForNewer({ holding }: HeldState): Promise<void> {
    return this.#do(holding.key, 'look', async (signal) => {
      const source = holdingSource(holding, this.mirror());
      if (!source) return { kind: 'newest' };
      const { commit } = await this.library.inspect({ source, renew: true }, { signal });
      return commit === holding.commit ? { kind: 'newest' } : { kind: 'newer', commit };
    });
  }

  /** Writes a model into a folder that the visitor chooses, or saves it as one archive where browsers cannot. */
  async export({ holding: { key } }: HeldState): Promise<void> {
    const asked = this.toFolders;
    await this.#do(key, 'export', async (signal, tell) => {
      const folder = asked ? await chooseFolder() : undefined;
      if (asked && !folder) return GIVEN_UP;
      const form = folder ? 'folder' : 'zip';
      const files = await this.library.export({ key, form }, { signal, onProgress: tell });
      if (folder) {
        const total = files.reduce((sum, { blob }) => sum + blob.size, 0);
        let done = 0;
        await writeFolder(folder, files, signal, (count) => tell({ done: (done += count), total }));
        return { kind: 'exported', name: folder.name, form };
      }
      const [file] = files;
      if (file) saveFile(file.path, file.blob);
      return { kind: 'exported', name: file?.path ?? '', form };
    });
  }

  async #do(
    key: string,
    kind: Work['kind'],
    work: (signal: AbortSignal, tell: (progress: ReadProgress) => void) => Promise<Outcome | undefined>,
  ): Promise<void> {
    if (this.#going.has(key)) return;
    const abort = new AbortController();
    this.#aborts.set(key, abort);
    this.#outcomes.delete(key);
    this.#going.set(key, { kind, done: 0, total: 0 });
    try {
      const outcome = await work(abort.signal, (progress) => this.#going.set(key, { kind, ...progress }));
      if (outcome) this.#outcomes.set(key, outcome);
    } catch (thrown) {
      const error = LeewayError.wrap(thrown, 'internal', 'Try again.');
      if (error.code !== 'cancelled') this.#outcomes.set(key, { kind: 'fault', error: error.report() });
    } finally {
      this.#going.delete(key);
      this.#aborts.delete(key);
    }
  }
}
