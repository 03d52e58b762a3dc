import { LeewayError, type ErrorReport } from '../errors/leeway-error.ts';
import { repositoryChoice } from '../experiments/model-choice.ts';
import type { Library } from '../library/client/library.ts';
import type { Inspection } from '../library/shared/protocol.ts';
import type { DownloadWish } from './downloads.svelte.ts';

/** What was found in a repository that the visitor named. */
export interface Found {
  readonly name: string;
  readonly inspection: Inspection;
  readonly wish: DownloadWish;
}

/** A repository by its name: looked at before anything large is downloaded. */
export class RepositoryLook {
  looking = $state(false);
  found = $state.raw<Found>();
  error = $state.raw<ErrorReport>();
  #abort: AbortController | undefined;

  constructor(
    private readonly library: Library,
    private readonly mirror: () => string | undefined,
  ) {}

  /** Looks what a repository holds for this machine; a newer question takes the place of an older one. */
  async look(text: string): Promise<void> {
    this.#abort?.abort();
    const abort = (this.#abort = new AbortController());
    this.looking = true;
    this.found = undefined;
    this.error = undefined;
    try {
      const { id, source } = repositoryChoice(text);
      const from = await source(this.mirror());
      const inspection = await this.library.inspect({ source: from }, { signal: abort.signal });
      const wish = { id, source: () => source(this.mirror()) };
      this.found = { name: id, inspection, wish };
    } catch (thrown) {
      if (this.#abort !== abort) return;
      this.error = LeewayError.wrap(thrown, 'internal', 'Try again.').report();
    } finally {
      if (this.#abort === abort) this.looking = false;
    }
  }

  forget(): void {
    this.#abort?.abort();
    this.looking = false;
    this.found = undefined;
    this.error = undefined;
  }
}
