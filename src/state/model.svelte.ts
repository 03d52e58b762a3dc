import type { Engine } from '../engine/client/engine.ts';
import type { Alternative, Backend, LoadedModel, WeightStorage } from '../engine/shared/protocol.ts';
import { LeewayError, type ErrorReport } from '../errors/leeway-error.ts';
import { loadModel, type ModelProgress } from '../experiments/load-model.ts';
import {
  fileChoice,
  heldChoice,
  MODEL_CHOICES,
  PHANTOM_CHOICES,
  repositoryChoice,
  type ModelChoice,
} from '../experiments/model-choice.ts';
import type { Library } from '../library/client/library.ts';
import type { Holding } from '../models/holding.ts';
import { endOf } from './work.svelte.ts';
import { TransferMeter, type TransferFigures } from './transfer-meter.ts';

export type BackendWish = 'auto' | Backend;
export type StorageWish = 'auto' | WeightStorage;
/** The path of a repository's file, or the engine's choice. */
export type PrecisionWish = 'auto' | (string & {});

/** Which model is chosen, on its way, or loaded. */
export class ModelState {
  /** What can be chosen: the page's own models, its phantoms, then what the visitor brought. */
  choices = $state.raw<readonly ModelChoice[]>([...MODEL_CHOICES, ...PHANTOM_CHOICES]);
  chosen = $state.raw<ModelChoice | undefined>(MODEL_CHOICES[0]);
  backendWish = $state<BackendWish>('auto');
  storageWish = $state<StorageWish>('auto');
  precisionWish = $state<PrecisionWish>('auto');
  status = $state<'idle' | 'loading' | 'ready' | 'failed'>('idle');
  progress = $state.raw<ModelProgress>();
  /** While it is downloaded. */
  transfer = $state.raw<TransferFigures>();
  loaded = $state.raw<LoadedModel>();
  error = $state.raw<ErrorReport>();
  /** Why what the visitor brought is no model. */
  refused = $state.raw<ErrorReport>();
  #abort: AbortController | undefined;
  /** The file that was wished for before a repository's list was in. */
  #wished: { readonly id: string; readonly file: string | undefined } | undefined;
  /** The files that a repository offers: known once its list is in, and kept where loading fails. */
  #offer = $state.raw<{ readonly id: string; readonly files: readonly Alternative[] }>();

  constructor(
    private readonly engine: Engine,
    private readonly library: Library,
    /** Base URL to download from in place of the hub. */
    private readonly mirror: () => string | undefined = () => undefined,
  ) {}

  /** The files of the chosen repository that could be taken, where they are known. */
  get alternatives(): readonly Alternative[] {
    return this.#offer && this.#offer.id === this.chosen?.id ? this.#offer.files : [];
  }

  /** Takes a file or a repository that the visitor names as the chosen model; false, with an error to show, where it is none. */
  bring(what: File | string): boolean {
    try {
      const choice = typeof what === 'string' ? repositoryChoice(what) : fileChoice(what);
      this.choices = [...this.choices.filter(({ id }) => id !== choice.id), choice];
      this.chosen = choice;
      this.refused = undefined;
      return true;
    } catch (thrown) {
      this.refused = LeewayError.wrap(thrown, 'internal', 'Reload the page and try again.').report();
      return false;
    }
  }

  /**
   * Chooses a model by the id that runs know it by, one of its files and a backend; false, with an error to show, where no
   * hub could have it.
   */
  choose(id: string, { file, backend }: { file?: string | undefined; backend: Backend }): boolean {
    const known = this.choices.find((choice) => choice.id === id);
    if (known) {
      this.chosen = known;
      this.refused = undefined;
    } else if (!this.bring(id)) return false;
    this.#wished = { id: this.chosen?.id ?? id, file };
    this.precisionWish = file ?? 'auto';
    // Where there is no WebGPU a model is measured all the same; what differs is said.
    this.backendWish = backend === 'wasm' ? backend : 'auto';
    this.storageWish = 'auto';
    return true;
  }

  /** A model that is on this device as one that can be chosen. */
  choiceOf(holding: Holding): ModelChoice {
    return heldChoice(this.library, holding);
  }

  /** Takes a model that is on this device as the chosen one. */
  take(holding: Holding): void {
    const choice = this.choiceOf(holding);
    this.choices = [...this.choices.filter(({ id }) => id !== choice.id), choice];
    this.chosen = choice;
    this.refused = undefined;
  }

  /** A model was deleted from this device: it can be chosen no more. */
  drop(key: string): void {
    this.choices = this.choices.filter(({ id }) => id !== key);
    if (this.chosen?.id === key && this.status !== 'ready') this.chosen = this.choices[0];
  }

  /** Loads the chosen model; true when it is ready. */
  async load(): Promise<boolean> {
    const choice = this.chosen;
    if (!choice) return false;
    this.#abort?.abort();
    const abort = (this.#abort = new AbortController());
    this.status = 'loading';
    this.error = undefined;
    this.loaded = undefined;
    this.progress = { phase: 'list' };
    // A wish for a file of another repository means nothing here.
    if (this.#offer?.id !== choice.id)
      this.precisionWish = (this.#wished?.id === choice.id && this.#wished.file) || 'auto';
    const meter = new TransferMeter();
    try {
      const source = await choice.source(this.mirror());
      const backend = this.backendWish === 'auto' ? undefined : this.backendWish;
      this.loaded = await loadModel(this.engine, this.library, source, {
        backend,
        storage: this.storageWish === 'auto' ? undefined : this.storageWish,
        precision: this.precisionWish === 'auto' ? undefined : this.precisionWish,
        signal: abort.signal,
        onProgress: (progress) => {
          this.progress = progress;
          if (progress.phase === 'chosen') this.#offer = { id: choice.id, files: progress.alternatives };
          this.transfer = progress.phase === 'download' ? meter.read(progress) : undefined;
        },
      });
      this.status = 'ready';
      this.#wished = undefined;
      return true;
    } catch (thrown) {
      // A newer load has taken over: its state is the one to show.
      if (this.#abort !== abort) return false;
      ({ status: this.status, error: this.error } = endOf(thrown));
      return false;
    } finally {
      if (this.#abort === abort) {
        this.progress = undefined;
        this.transfer = undefined;
      }
    }
  }

  /** Stops a load; what has arrived stays on this device. */
  cancel(): void {
    this.#abort?.abort();
    // Compilation cannot be interrupted from outside: the worker goes.
    this.engine.terminate();
  }
}
