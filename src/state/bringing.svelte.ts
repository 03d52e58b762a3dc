import { LeewayError, type ErrorReport } from '../errors/leeway-error.ts';
import { repositoryIds } from '../experiments/model-entries.ts';
import type { Library } from '../library/client/library.ts';
import type { BroughtFile, HeldState, ReadProgress } from '../library/shared/protocol.ts';

/** Brings models from folders, archives and files of the visitor's to the shelf. */
export class Bringing {
  progress = $state.raw<ReadProgress>();
  /** What came of the last one. */
  added = $state.raw<readonly HeldState[]>([]);
  refused = $state.raw<readonly ErrorReport[]>([]);
  #abort: AbortController | undefined;

  constructor(
    private readonly library: Library,
    private readonly onchange: () => Promise<void>,
  ) {}

  /** Takes in whatever models are among the files. Never throws: see `refused`. */
  async take(walk: readonly BroughtFile[] | Promise<readonly BroughtFile[]>): Promise<void> {
    if (this.progress) return;
    const abort = (this.#abort = new AbortController());
    this.progress = { done: 0, total: 0 };
    this.added = [];
    this.refused = [];
    try {
      const reply = await this.library.import(
        { files: await walk, ids: repositoryIds() },
        { signal: abort.signal, onProgress: (progress) => (this.progress = progress) },
      );
      this.added = reply.added;
      this.refused = reply.refused;
    } catch (thrown) {
      const error = LeewayError.wrap(thrown, 'file-unreadable', 'Choose the folder or file again.');
      if (error.code !== 'cancelled') this.refused = [error.report()];
    } finally {
      this.progress = undefined;
      await this.onchange();
    }
  }

  stop(): void {
    this.#abort?.abort();
  }
}
