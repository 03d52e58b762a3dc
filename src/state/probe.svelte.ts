import type { Engine } from '../engine/client/engine.ts';
import type { RecordedPush } from '../experiments/push.ts';
import { storedProbe } from '../experiments/stored-probe.ts';
import type { RunStore } from '../runs/run-store.ts';
import { summarize, type Summary } from '../science/measurement.ts';
import type { Protocol } from '../science/prompt.ts';
import type { Materials } from './materials.svelte.ts';
import { Measuring } from './measuring.svelte.ts';

/** Seed of every resampling on the page: shown, and stored with each run. */
export const SEED = 20260526;

/** Dilemmas of a first look: of the page's own, two of each item and domain. */
export const QUICK = 60;

/** The unsteered measurement of the loaded model. */
export class ProbeState extends Measuring {
  protocol = $state<Protocol>('cloze');
  /** What stands in front of every question; nothing where it is empty. */
  system = $state('');
  /** How many dilemmas are asked: the first ones of the set, which holds items and domains alike from the start. */
  depth = $state<number>(QUICK);
  readonly seed = SEED;
  readonly summary: Summary | undefined = $derived.by(() => {
    const { projection } = this.materials;
    return projection && this.answers.length > 0
      ? summarize(this.answers, { projection, seed: SEED })
      : undefined;
  });

  constructor(
    private readonly engine: Engine,
    private readonly store: Promise<RunStore>,
    private readonly materials: Materials,
  ) {
    super();
  }

  /** Measures, or takes up the stored run of the same model and protocol; true when all dilemmas are in. */
  start(): Promise<boolean> {
    return this.ask(this);
  }

  /** Asks the chosen dilemmas as they are asked here, under some pushes; the answers go to a measurement of its own. */
  async ask(into: Measuring, pushes: readonly RecordedPush[] = []): Promise<boolean> {
    const scenarios = this.materials.measured;
    if (!scenarios) return false;
    const store = await this.store;
    const { depth: limit, protocol, system, seed } = this;
    return into.run(Math.min(limit, scenarios.dilemmas.length), (signal, onAnswers) =>
      storedProbe(
        this.engine,
        store,
        { scenarios, limit, protocol, system, seed, pushes },
        { signal, onAnswers },
      ),
    );
  }
}
