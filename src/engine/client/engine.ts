import { LeewayError } from '../../errors/leeway-error.ts';
import type {
  Backend,
  EngineRequests,
  FromWorker,
  LoadedModel,
  LoadRequest,
  LoadProgress,
  ModelSource,
  RequestName,
  Row,
  RunReply,
  TextToEncode,
  WeightStorage,
} from '../shared/protocol.ts';

interface Pending {
  readonly resolve: (reply: unknown) => void;
  readonly reject: (error: LeewayError) => void;
  readonly onProgress: ((progress: unknown) => void) | undefined;
}

export interface AskOptions<Progress> {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** What the engine would choose by itself. */
export interface Wishes {
  readonly backend?: Backend | undefined;
  readonly storage?: WeightStorage | undefined;
  /** Label or path of the repository's file to take. */
  readonly precision?: string | undefined;
}

const cancelled = (): LeewayError =>
  new LeewayError(
    'cancelled',
    'The work was cancelled.',
    'Start it again whenever you like; what was measured is kept.',
  );

/**
 * The main side of the engine: one worker, typed questions, one unit of recovery.
 * A fault of the session kills the worker; the next question starts a fresh one and loads the same model again.
 */
export class Engine {
  #worker: Worker | undefined;
  #nextId = 1;
  readonly #pending = new Map<number, Pending>();
  #last: LoadRequest | undefined;
  #loaded: LoadedModel | undefined;

  constructor(private readonly makeWorker: () => Worker) {}

  get model(): LoadedModel | undefined {
    return this.#loaded;
  }

  /** Loads a model; the engine chooses what is not wished for. */
  async load(
    source: ModelSource,
    { backend, storage, precision, ...options }: AskOptions<LoadProgress> & Wishes = {},
  ): Promise<LoadedModel> {
    // A new model gets a new worker: the WASM heap never shrinks.
    this.terminate();
    this.#last = {
      source,
      ...(backend && { backend }),
      ...(storage && { storage }),
      ...(precision && { precision }),
    };
    this.#loaded = await this.#ask('load', this.#last, options);
    return this.#loaded;
  }

  /** Token ids of each text, with the special tokens that the model's tokenizer adds where asked for. */
  async encode(texts: readonly TextToEncode[]): Promise<readonly (readonly number[])[]> {
    await this.#ensureLoaded();
    return this.#ask('encode', { texts }, {});
  }

  /** Runs rows through the model; rejects with `cancelled` as soon as the signal is aborted. */
  async run(
    rows: readonly Row[],
    options: AskOptions<{ done: number; total: number }> = {},
  ): Promise<RunReply> {
    await this.#ensureLoaded();
    return this.#ask('run', { rows }, options);
  }

  /** Stops the worker; whatever was asked is rejected as cancelled. */
  terminate(error: LeewayError = cancelled()): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#loaded = undefined;
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    for (const pending of waiting) pending.reject(error);
  }

  async #ensureLoaded(): Promise<void> {
    if (this.#worker && this.#loaded) return;
    if (!this.#last) throw new LeewayError('request-invalid', 'No model is loaded.', 'Load a model first.');
    this.#loaded = await this.#ask('load', this.#last, {});
  }

  #ask<Name extends RequestName>(
    name: Name,
    request: EngineRequests[Name]['request'],
    { signal, onProgress }: AskOptions<EngineRequests[Name]['progress']>,
  ): Promise<EngineRequests[Name]['reply']> {
    if (signal?.aborted) return Promise.reject(cancelled());
    const worker = (this.#worker ??= this.#spawn());
    const id = this.#nextId++;
    return new Promise<EngineRequests[Name]['reply']>((resolve, reject) => {
      const abort = (): void => {
        worker.postMessage({ id, name: 'cancel' });
        this.#pending.delete(id);
        reject(cancelled());
      };
      const settle =
        <Value>(then: (value: Value) => void) =>
        (value: Value): void => {
          signal?.removeEventListener('abort', abort);
          then(value);
        };
      this.#pending.set(id, {
        resolve: settle(resolve as (reply: unknown) => void),
        reject: settle(reject),
        onProgress: onProgress as ((progress: unknown) => void) | undefined,
      });
      signal?.addEventListener('abort', abort, { once: true });
      worker.postMessage({ id, name, request });
    });
  }

  #spawn(): Worker {
    const worker = this.makeWorker();
    worker.onmessage = (event: MessageEvent<FromWorker>) => this.#receive(event.data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.terminate(
        new LeewayError(
          'engine-crashed',
          `The engine stopped unexpectedly${event.message ? `: ${event.message}` : '.'}`,
          'Try again: a fresh engine is started. If it happens again, choose a smaller model or the WASM backend.',
        ),
      );
    };
    return worker;
  }

  #receive(message: FromWorker): void {
    const pending = this.#pending.get(message.id);
    if (message.kind === 'progress') {
      pending?.onProgress?.(message.progress);
      return;
    }
    this.#pending.delete(message.id);
    if (message.kind === 'reply') pending?.resolve(message.reply);
    else {
      const error = LeewayError.from(message.error);
      pending?.reject(error);
      if (message.fatal) this.terminate(error);
    }
  }
}
