import { WorkerClient, type AskOptions } from '../../channel/client.ts';
import { LeewayError } from '../../errors/leeway-error.ts';
import type { GenerateReply, GenerateRequest, GenerationProgress } from '../shared/generation.ts';
import type {
  Backend,
  EngineRequests,
  LoadedModel,
  LoadRequest,
  LoadProgress,
  ModelFiles,
  Row,
  RunReply,
  SteeringWays,
  TextToEncode,
  WeightStorage,
} from '../shared/protocol.ts';
import { waysOf } from '../shared/steer.ts';

/** What the engine would choose by itself. */
export interface Wishes {
  readonly backend?: Backend | undefined;
  readonly storage?: WeightStorage | undefined;
  /** For which ways of steering it is opened; rows that ask for more open it again. */
  readonly steering?: SteeringWays | undefined;
}

const WORDS = {
  cancelled: () =>
    new LeewayError(
      'cancelled',
      'The work was cancelled.',
      'Start it again whenever you like; what was measured is kept.',
    ),
  crashed: (detail: string) =>
    new LeewayError(
      'engine-crashed',
      `The engine stopped unexpectedly${detail ? `: ${detail}` : '.'}`,
      'Try again: a fresh engine is started. If it happens again, choose a smaller model or the WASM backend.',
    ),
};

/**
 * The main side of the engine: one worker, typed questions, one unit of recovery.
 * A fault of the session kills the worker; the next question starts a fresh one and loads the same model again.
 */
export class Engine {
  readonly #client: WorkerClient<EngineRequests>;
  #last: LoadRequest | undefined;
  #loaded: LoadedModel | undefined;

  constructor(makeWorker: () => Worker) {
    this.#client = new WorkerClient(makeWorker, WORDS, () => (this.#loaded = undefined));
  }

  get model(): LoadedModel | undefined {
    return this.#loaded;
  }

  /** Loads a model whose files are at hand; the engine chooses what is not wished for. */
  async load(
    files: ModelFiles,
    { backend, storage, steering, ...options }: AskOptions<LoadProgress> & Wishes = {},
  ): Promise<LoadedModel> {
    // A new model gets a new worker: the WASM heap never shrinks.
    this.terminate();
    this.#last = {
      files,
      ...(backend && { backend }),
      ...(storage && { storage }),
      ...(steering && { steering }),
    };
    const loaded = await this.#client.ask('load', this.#last, options);
    // Whenever it is loaded again, nothing comes over the network.
    if ('blobs' in files) this.#last = { ...this.#last, files: { ...files, fromDevice: true } };
    this.#loaded = loaded;
    return loaded;
  }

  /** Token ids of each text, with the special tokens that the model's tokenizer adds where asked for. */
  async encode(texts: readonly TextToEncode[]): Promise<readonly (readonly number[])[]> {
    await this.#ensureLoaded();
    return this.#client.ask('encode', { texts });
  }

  /**
   * Runs rows through the model; rejects with `cancelled` as soon as the signal is aborted. The first rows that are
   * steered otherwise than by a vector at every position open the model again, for every way of steering.
   */
  async run(
    rows: readonly Row[],
    options: AskOptions<{ done: number; total: number }> = {},
  ): Promise<RunReply> {
    await this.#ensureLoaded(waysOf(rows));
    return this.#client.ask('run', { rows }, options);
  }

  /**
   * Continues prompts, all sides in turn, and tells each token; rejects with `cancelled` as soon as the signal is aborted,
   * and tells nothing more. Steering otherwise than by a vector at every position may open the model again, as in `run`.
   */
  async generate(
    request: GenerateRequest,
    options: AskOptions<GenerationProgress> = {},
  ): Promise<GenerateReply> {
    await this.#ensureLoaded(waysOf(request.sides));
    return this.#client.ask('generate', request, options);
  }

  /** Stops the worker; whatever was asked is rejected as cancelled. */
  terminate(): void {
    this.#client.terminate();
  }

  async #ensureLoaded(ways: SteeringWays = 'add'): Promise<void> {
    if (!this.#last) throw new LeewayError('request-invalid', 'No model is loaded.', 'Load a model first.');
    const lacksWays = ways === 'all' && this.#last.steering !== 'all';
    if (this.#client.running && this.#loaded && !lacksWays) return;
    const before = this.#last;
    if (lacksWays) this.#last = { ...before, steering: ways };
    try {
      this.#loaded = await this.#client.ask('load', this.#last);
    } catch (thrown) {
      // What could be opened before can be opened again, for the ways it had then.
      this.#last = before;
      this.#loaded = undefined;
      throw thrown;
    }
  }
}
