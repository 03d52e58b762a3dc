import { WorkerClient, type AskOptions } from '../../channel/client.ts';
import { LeewayError } from '../../errors/leeway-error.ts';
import type { RepositoryFiles } from '../../models/model-files.ts';
import { cancelled } from '../../models/patience.ts';
import type {
  ExportFile,
  ExportRequest,
  FetchProgress,
  FetchRequest,
  HeldState,
  ImportReply,
  ImportRequest,
  Inspection,
  LibraryRequests,
  ReadProgress,
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
  verify(key: string, options?: AskOptions<ReadProgress>): Promise<HeldState> {
    return this.#client.ask('verify', { key }, options);
  }

  /** A holding as the files of a mirror, or as one .zip of them. Throws model-incomplete, model-not-found. */
  export(request: ExportRequest, options?: AskOptions<ReadProgress>): Promise<readonly ExportFile[]> {
    return this.#client.ask('export', request, options);
  }

  /**
   * Brings models from files: mirrors, folders as exporters write them, .gguf files, archives of them. What is wrong with
   * some is told in the reply. Throws model-not-found where there is none at all, storage-full, cancelled.
   */
  import(request: ImportRequest, options?: AskOptions<ReadProgress>): Promise<ImportReply> {
    return this.#client.ask('import', request, options);
  }

  /** Stops the worker; downloads go on from their last chunk when they are asked for again. */
  terminate(): void {
    this.#client.terminate();
  }
}
