import { WorkerClient, type AskOptions } from '../../channel/client.ts';
import { LeewayError } from '../../errors/leeway-error.ts';
import type { RepositoryFiles } from '../../models/model-files.ts';
import { cancelled } from '../../models/patience.ts';
import type {
  FetchProgress,
  FetchRequest,
  HeldState,
  Inspection,
  LibraryRequests,
  Shelf,
} from '../shared/protocol.ts';

const WORDS = {
  cancelled,
  crashed: (detail: string) =>
    new LeewayError(
      'engine-crashed',
      `The library stopped unexpectedly${detail ? `: ${detail}` : '.'}`,
      'Try again: what has arrived is kept.',
    ),
};

/** The main side of the library: models on this device, and on their way to it. */
export class Library {
  readonly #client: WorkerClient<LibraryRequests>;

  constructor(makeWorker: () => Worker) {
    this.#client = new WorkerClient(makeWorker, WORDS);
  }

  /** Files of a model, downloaded and verified where they are not here yet. Errors: see FetchModel. */
  fetch(request: FetchRequest, options?: AskOptions<FetchProgress>): Promise<RepositoryFiles> {
    return this.#client.ask('fetch', request, options);
  }

  /** What a repository holds and what would be taken here, without downloading it. */
  inspect(request: FetchRequest, options?: AskOptions<never>): Promise<Inspection> {
    return this.#client.ask('inspect', request, options);
  }

  /** What is on the device. */
  shelf(): Promise<Shelf> {
    return this.#client.ask('shelf', {});
  }

  /** A holding's files, without a network. Throws model-incomplete. */
  take(key: string): Promise<RepositoryFiles> {
    return this.#client.ask('take', { key });
  }

  remove(key: string): Promise<Shelf> {
    return this.#client.ask('remove', { key });
  }

  /** Reads every byte again. Throws model-integrity, after which the wrong file is gone. */
  verify(key: string, options?: AskOptions<{ done: number; total: number }>): Promise<HeldState> {
    return this.#client.ask('verify', { key }, options);
  }

  /** Stops the worker; downloads go on from their last chunk when they are asked for again. */
  terminate(): void {
    this.#client.terminate();
  }
}
