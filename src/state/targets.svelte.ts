import type { Engine } from '../engine/client/engine.ts';
import { LeewayError, type ErrorReport } from '../errors/leeway-error.ts';
import type { Society } from '../experiments/resources.ts';
import { reachTargets, type TargetData, type TargetProgress } from '../experiments/targets.ts';
import type { RunStore } from '../runs/run-store.ts';
import { RESAMPLES } from '../science/axis-estimate.ts';
import { TARGETS, type MapMode } from '../science/culture-map.ts';
import { DISTANCE_RESAMPLES } from '../science/targets/distance.ts';
import { targetTable, type TargetTable } from '../science/targets/target-table.ts';
import type { Materials } from './materials.svelte.ts';
import { Pace } from './pace.ts';
import { SEED, type ProbeState } from './probe.svelte.ts';

/** How close the loaded model comes to nations, in every way there is to bring it there. */
export class TargetsState {
  /** Codes of the nations, in the order of choosing. */
  codes = $state.raw<readonly string[]>(TARGETS);
  status = $state<'idle' | 'running' | 'done' | 'failed'>('idle');
  progress = $state.raw<TargetProgress>();
  secondsLeft = $state<number>();
  error = $state.raw<ErrorReport>();
  /** What is in so far. */
  data = $state.raw<TargetData>();
  #abort: AbortController | undefined;
  readonly #pace = new Pace();

  readonly nations: readonly Society[] = $derived.by(() => {
    const { materials, codes } = this;
    return codes.flatMap((code) => materials.societies?.societies.find(({ iso3 }) => iso3 === code) ?? []);
  });
  /** Nations of what is in: others may have been chosen since. */
  readonly measured: readonly Society[] = $derived.by(() => {
    const { materials, data } = this;
    return (data?.nations ?? []).flatMap(
      (nation) => materials.societies?.societies.find(({ iso3 }) => iso3 === nation.iso3) ?? [],
    );
  });
  readonly table: TargetTable | undefined = $derived.by(() => {
    const { data } = this;
    const { projection } = this.materials;
    if (!data || !projection) return undefined;
    // While more comes in, the table is made anew again and again: fewer resamples keep the page alive.
    const resamples = this.status === 'running' ? RESAMPLES : DISTANCE_RESAMPLES;
    return targetTable(data, { projection, mode: data.mode, seed: SEED, resamples });
  });

  constructor(
    private readonly engine: Engine,
    private readonly store: Promise<RunStore>,
    private readonly materials: Materials,
    private readonly probe: ProbeState,
  ) {}

  add(code: string): void {
    if (!this.codes.includes(code)) this.codes = [...this.codes, code];
  }

  leaveOut(code: string): void {
    this.codes = this.codes.filter((other) => other !== code);
  }

  /** Measures everything, taking up what is stored. */
  async start(mode: MapMode): Promise<void> {
    const { test, train, survey, prompts, projection } = this.materials;
    if (!test || !train || !survey || !prompts || !projection || this.nations.length === 0) return;
    this.#abort?.abort();
    const abort = (this.#abort = new AbortController());
    const isNewest = (): boolean => this.#abort === abort && !abort.signal.aborted;
    this.status = 'running';
    this.error = undefined;
    this.data = undefined;
    this.progress = undefined;
    this.#pace.start();
    try {
      const data = await reachTargets(
        this.engine,
        await this.store,
        { test, train, survey, prompts, projection },
        {
          nations: this.nations,
          protocol: this.probe.protocol,
          limit: this.probe.depth,
          learnFrom: this.probe.depth,
          mode,
          seed: SEED,
        },
        {
          signal: abort.signal,
          onProgress: (progress) => {
            if (!isNewest()) return;
            this.progress = progress;
            const { done, total, fresh } = progress;
            this.secondsLeft = this.#pace.secondsLeft(fresh, fresh + total - done);
          },
          onData: (soFar) => {
            if (isNewest()) this.data = soFar;
          },
        },
      );
      if (!isNewest()) return;
      this.data = data;
      this.status = 'done';
    } catch (thrown) {
      if (this.#abort !== abort) return;
      const error = LeewayError.wrap(thrown, 'internal', 'Reload the page and try again.');
      this.status = error.code === 'cancelled' ? 'idle' : 'failed';
      this.error = error.code === 'cancelled' ? undefined : error.report();
    } finally {
      if (this.#abort === abort) {
        this.progress = undefined;
        this.secondsLeft = undefined;
      }
    }
  }

  /** Stops; what is in stays. */
  cancel(): void {
    this.#abort?.abort();
  }

  /** Forgets everything that belongs to the model before. */
  forget(): void {
    this.cancel();
    this.#abort = undefined;
    this.status = 'idle';
    this.progress = undefined;
    this.secondsLeft = undefined;
    this.error = undefined;
    this.data = undefined;
  }
}
