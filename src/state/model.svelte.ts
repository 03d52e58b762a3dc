import type { Engine } from '../engine/client/engine.ts';
import type { Backend, LoadedModel, LoadProgress } from '../engine/shared/protocol.ts';
import { LeewayError, type ErrorReport } from '../errors/leeway-error.ts';
import { MODEL_ENTRIES, sourceOf, type ModelEntry } from '../experiments/model-entries.ts';
import { Pace } from './pace.ts';

export type BackendWish = 'auto' | Backend;

/** Which model is chosen, on its way, or loaded. */
export class ModelState {
  readonly entries = MODEL_ENTRIES;
  chosen = $state<ModelEntry | undefined>(MODEL_ENTRIES[0]);
  backendWish = $state<BackendWish>('auto');
  status = $state<'idle' | 'loading' | 'ready' | 'failed'>('idle');
  progress = $state.raw<LoadProgress>();
  secondsLeft = $state<number>();
  loaded = $state.raw<LoadedModel>();
  error = $state.raw<ErrorReport>();
  #abort: AbortController | undefined;
  readonly #pace = new Pace();

  constructor(private readonly engine: Engine) {}

  /** Loads the chosen model; true when it is ready. */
  async load(): Promise<boolean> {
    const entry = this.chosen;
    if (!entry) return false;
    this.#abort?.abort();
    const abort = (this.#abort = new AbortController());
    this.status = 'loading';
    this.error = undefined;
    this.loaded = undefined;
    this.progress = { phase: 'list', loaded: 0, total: 0 };
    this.#pace.start();
    try {
      const source = await sourceOf(entry);
      const backend = this.backendWish === 'auto' ? undefined : this.backendWish;
      this.loaded = await this.engine.load(source, {
        backend,
        signal: abort.signal,
        onProgress: (progress) => {
          this.progress = progress;
          this.secondsLeft =
            progress.phase === 'download'
              ? this.#pace.secondsLeft(progress.loaded, progress.total)
              : undefined;
        },
      });
      this.status = 'ready';
      return true;
    } catch (thrown) {
      // A newer load has taken over: its state is the one to show.
      if (this.#abort !== abort) return false;
      const error = LeewayError.wrap(thrown, 'internal', 'Reload the page and try again.');
      this.status = error.code === 'cancelled' ? 'idle' : 'failed';
      this.error = error.code === 'cancelled' ? undefined : error.report();
      return false;
    } finally {
      if (this.#abort === abort) {
        this.progress = undefined;
        this.secondsLeft = undefined;
      }
    }
  }

  /** Stops a load; what was downloaded in full stays on this device. */
  cancel(): void {
    this.#abort?.abort();
    // Compilation cannot be interrupted from outside: the worker goes.
    this.engine.terminate();
  }
}
