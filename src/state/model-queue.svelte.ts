import type { Engine } from '../engine/client/engine.ts';
import { LeewayError, type ErrorReport } from '../errors/leeway-error.ts';
import type { ModelChoice } from '../experiments/model-choice.ts';
import { entryOf } from '../experiments/model-entries.ts';
import {
  goThrough,
  measureForComparison,
  type ModelStep,
  type QueueOutcome,
} from '../experiments/model-queue.ts';
import type { PartProgress } from '../experiments/part-counts.ts';
import type { RunStore } from '../runs/run-store.ts';
import { keep, readKept } from './kept.ts';
import type { LibraryState } from './library.svelte.ts';
import type { Materials } from './materials.svelte.ts';
import type { ModelState } from './model.svelte.ts';
import { Pace } from './pace.ts';
import { SEED, type ProbeState } from './probe.svelte.ts';
import type { RunsState } from './runs.svelte.ts';

const KEY = 'leeway-queue';

/** Multiple of the layer's mean residual norm by which models are pushed to be compared. */
export const COMPARED_AT = 0.15;

/** What the queue needs of the visit. */
interface Around {
  readonly materials: Materials;
  readonly model: ModelState;
  readonly probe: ProbeState;
  readonly runs: RunsState;
  readonly library: LibraryState;
}

interface Doing {
  /** Loads a model in place of the one before; false where it could not be, `model.error` then says why. */
  readonly load: (choice: ModelChoice) => Promise<boolean>;
  /** Measures the loaded model as the page does after every load; stored answers are taken up. */
  readonly settle: () => Promise<void>;
}

/** Ids of a queue that was begun, kept until it is through: a reload goes on with it. */
interface KeptQueue {
  readonly ids: readonly string[];
  readonly done: readonly string[];
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

function readQueue(): KeptQueue | undefined {
  const { ids, done } = (readKept(KEY) ?? {}) as { ids?: unknown; done?: unknown };
  return isTexts(ids) && isTexts(done) && done.length < ids.length ? { ids, done } : undefined;
}

/** The same experiment over several models, one after the other. */
export class ModelQueue {
  /** Ids of the models that are to be measured. */
  wanted = $state.raw<readonly string[]>([]);
  status = $state<'idle' | 'running' | 'done' | 'failed'>('idle');
  /** The model under way. */
  now = $state.raw<ModelChoice>();
  progress = $state.raw<PartProgress<ModelStep>>();
  secondsLeft = $state<number>();
  /** Of the queue that goes on or ended last. */
  outcomes = $state.raw<readonly { readonly id: string; readonly outcome: QueueOutcome }[]>([]);
  /** A queue that was stopped, by hand or by the end of a visit. */
  kept = $state.raw<KeptQueue | undefined>(readQueue());
  error = $state.raw<ErrorReport>();
  #abort: AbortController | undefined;
  readonly #pace = new Pace();

  /** What can be measured: the page's models, what the visitor brought, and what else is on this device. */
  readonly choices: readonly ModelChoice[] = $derived.by(() => {
    const { model, library } = this.around;
    const known = model.choices.map(({ id }) => id);
    const held = library.held.filter(
      ({ complete, holding }) => complete && !known.includes(holding.key) && !entryOf(holding),
    );
    return [...model.choices, ...held.map(({ holding }) => model.choiceOf(holding))];
  });
  /** Models of the queue that are through, and all of them. */
  readonly count = $derived({ done: this.kept?.done.length ?? 0, total: this.kept?.ids.length ?? 0 });

  constructor(
    private readonly engine: Engine,
    private readonly store: Promise<RunStore>,
    private readonly around: Around,
    private readonly doing: Doing,
  ) {}

  want(id: string, wanted: boolean): void {
    const others = this.wanted.filter((other) => other !== id);
    this.wanted = wanted ? [...others, id] : others;
  }

  /** Whether a model is on this device, as far as the library knows. */
  isHere({ id, entry }: ModelChoice): boolean {
    const { held } = this.around.library;
    if (!entry) return held.some(({ holding, complete }) => holding.key === id && complete);
    return this.around.library.heldOf(entry)?.complete === true;
  }

  /** Measures the wanted models from the first. */
  start(): Promise<void> {
    const ids = this.choices.map(({ id }) => id).filter((id) => this.wanted.includes(id));
    this.outcomes = [];
    return this.#run({ ids, done: [] });
  }

  /** Goes on with the queue that was stopped, at the model it was at. */
  async goOn(): Promise<void> {
    if (this.kept) await this.#run(this.kept);
  }

  /** Lets go of the queue that was stopped; what was measured stays. */
  drop(): void {
    this.#keep(undefined);
  }

  cancel(): void {
    if (this.status !== 'running') return;
    this.#abort?.abort();
    if (this.around.model.status === 'loading') this.around.model.cancel();
  }

  async #run(queue: KeptQueue): Promise<void> {
    const { test, train, controls } = this.around.materials;
    if (!test || !train || !controls || queue.ids.length === 0) return;
    this.#abort?.abort();
    const abort = (this.#abort = new AbortController());
    const { signal } = abort;
    this.status = 'running';
    this.error = undefined;
    this.#keep(queue);
    const store = await this.store;
    let last: ModelChoice | undefined;
    try {
      await goThrough(
        queue.ids.filter((id) => !queue.done.includes(id)),
        async (id) => {
          const choice = this.#choice(id);
          this.now = choice;
          this.progress = undefined;
          this.secondsLeft = undefined;
          if (!(await this.doing.load(choice))) throw this.#notLoaded();
          last = choice;
          this.#pace.start();
          await measureForComparison(
            this.engine,
            store,
            { scenarios: test, train, controls },
            { limit: this.around.probe.depth, seed: SEED, strength: COMPARED_AT },
            { signal, onProgress: (progress) => this.#tell(progress, signal) },
          );
        },
        {
          signal,
          onOutcome: (id, outcome) => {
            this.outcomes = [...this.outcomes, { id, outcome }];
            this.#keep(this.kept && { ...this.kept, done: [...this.kept.done, id] });
            void this.around.runs.refresh();
          },
        },
      );
      this.status = 'done';
      this.#keep(undefined);
    } catch (thrown) {
      const error = LeewayError.wrap(thrown, 'internal', 'Reload the page and go on.');
      if (this.#abort === abort) this.status = error.code === 'cancelled' ? 'idle' : 'failed';
      if (this.#abort === abort && error.code !== 'cancelled') this.error = error.report();
    } finally {
      this.now = undefined;
      this.progress = undefined;
      this.secondsLeft = undefined;
      await this.around.runs.refresh();
    }
    if (!signal.aborted) await this.#settle(last);
  }

  /** Leaves the page with the last model that could be loaded, measured as after any load. */
  async #settle(last: ModelChoice | undefined): Promise<void> {
    const isReady =
      this.around.model.status === 'ready' || (last !== undefined && (await this.doing.load(last)));
    if (isReady) await this.doing.settle();
  }

  #choice(id: string): ModelChoice {
    const choice = this.choices.find((candidate) => candidate.id === id);
    if (choice) return choice;
    throw new LeewayError(
      'model-not-found',
      `${id} is no longer at hand.`,
      'A file has to be chosen anew after the page was reloaded.',
    );
  }

  #notLoaded(): LeewayError {
    const { error } = this.around.model;
    return error
      ? LeewayError.from(error)
      : new LeewayError('cancelled', 'Loading it was stopped.', 'Measure it again whenever you like.');
  }

  #tell(progress: PartProgress<ModelStep>, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.progress = progress;
    const { done, total, fresh } = progress;
    this.secondsLeft = this.#pace.secondsLeft(fresh, fresh + total - done);
  }

  #keep(queue: KeptQueue | undefined): void {
    this.kept = queue;
    keep(KEY, queue);
  }
}
