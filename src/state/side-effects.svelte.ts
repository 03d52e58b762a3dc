import type { Engine } from '../engine/client/engine.ts';
import type { NeutralReader } from '../experiments/neutral.ts';
import type { RecordedPush } from '../experiments/push.ts';
import { measureSideEffects } from '../experiments/side-effects.ts';
import type { RunStore } from '../runs/run-store.ts';
import { breaksOf, type Break } from '../science/breaking.ts';
import type { SideEffects } from '../science/side-effects.ts';
import type { Materials } from './materials.svelte.ts';
import { SEED, type ProbeState } from './probe.svelte.ts';
import type { SteerState } from './steer.svelte.ts';
import { Work } from './work.svelte.ts';

/** Passages that are read beside the slider: enough for an interval, few enough for a slow machine. */
const BESIDE = 12;

/** What the present push does beside what it is meant to do: on request, and from then on after every push's dilemmas. */
export class SideEffectState extends Work {
  /** Whether each new push is measured once its dilemmas are in. */
  following = $state(false);
  progress = $state.raw<{ done: number; total: number; secondsLeft: number | undefined }>();
  #found = $state.raw<SideEffects>({});
  #of = $state.raw<readonly RecordedPush[]>();

  /** As far as they are known of the present push. */
  readonly found: SideEffects | undefined = $derived.by(() =>
    this.#of === this.steer.pushes && this.steer.isPushing ? this.#found : undefined,
  );
  readonly breaks: readonly Break[] = $derived(this.found ? breaksOf(this.found) : []);
  /** Whether there is a push that could be measured now. */
  readonly ready: boolean = $derived.by(
    () => this.steer.isPushing && this.steer.status === 'done' && this.materials.passages !== undefined,
  );

  constructor(
    private readonly engine: Engine,
    private readonly store: Promise<RunStore>,
    private readonly reader: Promise<NeutralReader>,
    private readonly materials: Materials,
    private readonly probe: ProbeState,
    private readonly steer: SteerState,
  ) {
    super();
  }

  /** Measures the present push where each is to be measured, and stops what was measured of the one before. */
  follow(): void {
    if (this.following && this.ready && this.#of !== this.steer.pushes) void this.measure();
    else if (this.status === 'running' && this.#of !== this.steer.pushes) this.cancel();
  }

  /** Measures the present push, taking up what is stored. */
  async measure(): Promise<void> {
    const { passages, controls } = this.materials;
    const { pushes } = this.steer;
    if (!passages || !controls || pushes.length === 0) return;
    const { protocol, system } = this.probe;
    await this.attempt(async (signal) => {
      this.following = true;
      this.#found = {};
      this.#of = pushes;
      const found = await measureSideEffects(
        this.engine,
        await this.store,
        await this.reader,
        { pushes, passages, passageLimit: BESIDE, controls, protocol, system, seed: SEED },
        {
          signal,
          onProgress: ({ sideEffects, done, total, stored }) => {
            if (signal.aborted) return;
            this.#found = sideEffects;
            const secondsLeft = this.pace.secondsLeft(done - stored, total - stored);
            this.progress = { done, total, secondsLeft };
          },
        },
      );
      if (!signal.aborted) this.#found = found;
    });
  }

  /** Stops, and waits to be asked again. */
  stop(): void {
    this.following = false;
    this.cancel();
  }

  /** Forgets everything that belongs to the model before. */
  forget(): void {
    this.following = false;
    this.clear();
    this.#of = undefined;
    this.#found = {};
    this.progress = undefined;
  }

  protected override ended(): void {
    this.progress = undefined;
  }
}
