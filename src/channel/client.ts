import { LeewayError } from '../errors/leeway-error.ts';
import type { FromWorker, Requests } from './messages.ts';

interface Pending {
  readonly resolve: (reply: unknown) => void;
  readonly reject: (error: LeewayError) => void;
  readonly onProgress: ((progress: unknown) => void) | undefined;
}

export interface AskOptions<Progress> {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** What a person is told when a worker dies or work is called off. */
export interface ChannelWords {
  readonly cancelled: () => LeewayError;
  /** @param detail what the browser says, empty where it says nothing */
  readonly crashed: (detail: string) => LeewayError;
}

/**
 * The main side of one worker: typed questions, each with progress and a way to call it off. The worker starts with the
 * first question and after it was terminated; a fault that it calls fatal terminates it.
 */
export class WorkerClient<Asked extends Requests<keyof Asked & string>> {
  #worker: Worker | undefined;
  #nextId = 1;
  readonly #pending = new Map<number, Pending>();

  constructor(
    private readonly makeWorker: () => Worker,
    private readonly words: ChannelWords,
    /** Called when the worker has gone, whatever the cause. */
    private readonly onGone: () => void = () => undefined,
  ) {}

  get running(): boolean {
    return this.#worker !== undefined;
  }

  /** Asks; rejects with a LeewayError: the worker's own, or `cancelled` as soon as the signal is aborted. */
  ask<Name extends keyof Asked & string>(
    name: Name,
    request: Asked[Name]['request'],
    { signal, onProgress }: AskOptions<Asked[Name]['progress']> = {},
  ): Promise<Asked[Name]['reply']> {
    if (signal?.aborted) return Promise.reject(this.words.cancelled());
    const worker = (this.#worker ??= this.#spawn());
    const id = this.#nextId++;
    return new Promise<Asked[Name]['reply']>((resolve, reject) => {
      const abort = (): void => {
        worker.postMessage({ id, cancel: true });
        this.#pending.delete(id);
        reject(this.words.cancelled());
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

  /** Stops the worker; whatever was asked is rejected as cancelled, or with the error given. */
  terminate(error: LeewayError = this.words.cancelled()): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.onGone();
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    for (const pending of waiting) pending.reject(error);
  }

  #spawn(): Worker {
    const worker = this.makeWorker();
    worker.onmessage = (event: MessageEvent<FromWorker>) => this.#receive(event.data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.terminate(this.words.crashed(event.message));
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
