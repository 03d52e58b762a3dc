import type { Engine } from '../engine/client/engine.ts';
import type { ErrorReport } from '../errors/leeway-error.ts';
import { storedVectors } from '../experiments/stored-vectors.ts';
import { dilemmaPairs } from '../experiments/text-pairs.ts';
import type { RunStore } from '../runs/run-store.ts';
import type { VectorSet } from '../runs/vector-set.ts';
import type { Method } from '../science/directions/direction.ts';
import { AXES } from '../science/item.ts';
import type { Materials } from './materials.svelte.ts';
import { Pace } from './pace.ts';
import { SEED } from './probe.svelte.ts';
import { endOf } from './work.svelte.ts';

/** Learning the axes' vectors of the loaded model from training dilemmas; the newest start wins. */
export class DirectionLearning {
  progress = $state.raw<{ done: number; total: number; secondsLeft: number | undefined }>();
  error = $state.raw<ErrorReport>();
  #abort: AbortController | undefined;
  readonly #pace = new Pace();

  constructor(
    private readonly engine: Engine,
    private readonly store: Promise<RunStore>,
    private readonly materials: Materials,
  ) {}

  /** One set an axis, in the order of AXES, learned now or taken from the store; nothing after a fault or a cancel. */
  async learn(method: Method, limit: number): Promise<readonly VectorSet[] | undefined> {
    const { train } = this.materials;
    if (!train || !this.engine.model) return undefined;
    this.#abort?.abort();
    const abort = (this.#abort = new AbortController());
    this.error = undefined;
    this.progress = { done: 0, total: Math.min(limit, train.dilemmas.length), secondsLeft: undefined };
    this.#pace.start();
    try {
      const sets = await storedVectors(
        this.engine,
        await this.store,
        dilemmaPairs(train, limit),
        AXES.map((axis) => ({ selection: { kind: 'axis', axis }, method })),
        {
          seed: SEED,
          signal: abort.signal,
          onProgress: (done, total) => {
            this.progress = { done, total, secondsLeft: this.#pace.secondsLeft(done, total) };
          },
        },
      );
      return this.#abort === abort ? sets : undefined;
    } catch (thrown) {
      if (this.#abort === abort) this.error = endOf(thrown).error;
      return undefined;
    } finally {
      if (this.#abort === abort) this.progress = undefined;
    }
  }

  cancel(): void {
    this.#abort?.abort();
  }
}
