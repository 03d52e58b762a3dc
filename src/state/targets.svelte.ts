import type { Engine } from '../engine/client/engine.ts';
import type { Society } from '../experiments/resources.ts';
import { reachTargets, type TargetData, type TargetProgress } from '../experiments/targets.ts';
import type { RunStore } from '../runs/run-store.ts';
import { RESAMPLES } from '../science/axis-estimate.ts';
import { TARGETS, type MapMode } from '../science/culture-map.ts';
import { DISTANCE_RESAMPLES } from '../science/targets/distance.ts';
import { targetTable, type TargetTable } from '../science/targets/target-table.ts';
import type { Materials } from './materials.svelte.ts';
import { SEED, type ProbeState } from './probe.svelte.ts';
import { Work } from './work.svelte.ts';

/** How close the loaded model comes to nations, in every way there is to bring it there. */
export class TargetsState extends Work {
  /** Codes of the nations, in the order of choosing. */
  codes = $state.raw<readonly string[]>(TARGETS);
  progress = $state.raw<TargetProgress>();
  secondsLeft = $state<number>();
  /** What is in so far. */
  data = $state.raw<TargetData>();

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
  ) {
    super();
  }

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
    await this.attempt(async (signal) => {
      this.data = undefined;
      this.progress = undefined;
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
          signal,
          onProgress: (progress) => {
            if (signal.aborted) return;
            this.progress = progress;
            const { done, total, fresh } = progress;
            this.secondsLeft = this.pace.secondsLeft(fresh, fresh + total - done);
          },
          onData: (soFar) => {
            if (!signal.aborted) this.data = soFar;
          },
        },
      );
      if (!signal.aborted) this.data = data;
    });
  }

  /** Forgets everything that belongs to the model before. */
  forget(): void {
    this.clear();
    this.progress = undefined;
    this.secondsLeft = undefined;
    this.data = undefined;
  }

  protected override ended(): void {
    this.progress = undefined;
    this.secondsLeft = undefined;
  }
}
