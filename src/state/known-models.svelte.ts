import type { ErrorReport } from '../errors/leeway-error.ts';
import { loadKnownModels, type KnownModel } from '../experiments/known-models.ts';
import { endOf } from './work.svelte.ts';

/** The models whose truth is known, and how the page's figures fare on them. */
export class KnownModels {
  list = $state.raw<readonly KnownModel[]>([]);
  error = $state.raw<ErrorReport>();

  /** Reads them once. */
  async load(): Promise<void> {
    if (this.list.length > 0) return;
    this.error = undefined;
    try {
      this.list = await loadKnownModels();
    } catch (thrown) {
      this.error = endOf(thrown).error;
    }
  }
}
