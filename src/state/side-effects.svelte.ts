import type { Engine } from '../engine/client/engine.ts';
import { LeewayError, type ErrorReport } from '../errors/leeway-error.ts';
import type { NeutralReader } from '../experiments/neutral.ts';
import type { RecordedPush } from '../experiments/push.ts';
import { measureSideEffects } from '../experiments/side-effects.ts';
import type { RunStore } from '../runs/run-store.ts';
import { breaksOf, type Break } from '../science/breaking.ts';
import type { SideEffects } from '../science/side-effects.ts';
import type { Materials } from './materials.svelte.ts';
import { Pace } from './pace.ts';
import { SEED, type ProbeState } from './probe.svelte.ts';
import type { SteerState } from './steer.svelte.ts';

/** Passages that are read beside the slider: enough for an interval, few enough for a slow machine. */
const BESIDE = 12;

/** What the present push does beside what it is meant to do: on request, and from then on after every push's dilemmas. */
export class SideEffectState {
  status = $state<'idle' | 'running' | 'done' | 'failed'>('idle');
  /** Whether each new push is measured once its dilemmas are in. */
  following = $state(false);
  progress = $state.raw<{ done: number; total: number; secondsLeft: number | undefined }>();
  error = $state.raw<ErrorReport>();
  #found = $state.raw<SideEffects>({});
  #of = $state.raw<readonly RecordedPush[]>();
  #abort: AbortController | undefined;
  readonly #pace = new Pace();

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
  ) {}

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
    this.#abort?.abort();
    const abort = (this.#abort = new AbortController());
    this.following = true;
    this.status = 'running';
    this.error = undefined;
    this.#found = {};
    this.#of = pushes;
    this.#pace.start();
    const { protocol, system } = this.probe;
    try {
      const found = await measureSideEffects(
        this.engine,
        await this.store,
        await this.reader,
        { pushes, passages, passageLimit: BESIDE, controls, protocol, system, seed: SEED },
        {
          signal: abort.signal,
          onProgress: ({ sideEffects, done, total, stored }) => {
            if (abort.signal.aborted) return;
            this.#found = sideEffects;
            const secondsLeft = this.#pace.secondsLeft(done - stored, total - stored);
            this.progress = { done, total, secondsLeft };
          },
        },
      );
      if (abort.signal.aborted) return;
      this.#found = found;
      this.status = 'done';
    } catch (thrown) {
      if (this.#abort !== abort) return;
      const error = LeewayError.wrap(thrown, 'internal', 'Reload the page and try again.');
      this.status = error.code === 'cancelled' ? 'idle' : 'failed';
      this.error = error.code === 'cancelled' ? undefined : error.report();
    } finally {
      if (this.#abort === abort) this.progress = undefined;
    }
  }

  /** Stops; what is known stays. */
  cancel(): void {
    this.#abort?.abort();
  }

  /** Stops, and waits to be asked again. */
  stop(): void {
    this.following = false;
    this.cancel();
  }

  /** Forgets everything that belongs to the model before. */
  forget(): void {
    this.stop();
    this.#abort = undefined;
    this.#of = undefined;
    this.#found = {};
    this.progress = undefined;
    this.status = 'idle';
    this.error = undefined;
  }
}
