import type { Engine } from '../engine/client/engine.ts';
import { usualLayer } from '../experiments/axis-push.ts';
import { measureResponse, type ResponseProgress } from '../experiments/leeway/measure.ts';
import {
  NULLS,
  OTHER_LABELS,
  SIZES,
  type ResponseKind,
  type ResponsePlan,
} from '../experiments/leeway/plan.ts';
import { layersOf, responseStudies, type ResponseStudy } from '../runs/response-study.ts';
import type { RunStore } from '../runs/run-store.ts';
import { responseReport, type ResponseReport } from '../science/response/report.ts';
import type { Materials } from './materials.svelte.ts';
import { SEED, type ProbeState } from './probe.svelte.ts';
import type { SteerState } from './steer.svelte.ts';
import { Work } from './work.svelte.ts';

/** A study of another layer beside the one that is shown. */
export interface LayerReport {
  readonly layer: number;
  readonly report: ResponseReport;
}

/** How pushes along one thing move every other: the studies on this device, and measuring more of them. */
export class LeewayState extends Work {
  /** The newest first; of any model. */
  studies = $state.raw<readonly ResponseStudy[]>([]);
  /** The study that is shown; the newest where it is none. */
  shownKey = $state<string>();
  /** What is measured next. */
  kinds = $state.raw<readonly ResponseKind[]>(['axis']);
  /** Where it is pushed; the layer of the slider where nothing is chosen. */
  wishedLayer = $state<number>();
  /** Whether vectors without a meaning are tried, too: they cost more than all the rest. */
  withChance = $state(true);
  withLabels = $state(true);
  progress = $state.raw<ResponseProgress & { readonly secondsLeft: number | undefined }>();
  learning = $state.raw<{ readonly done: number; readonly total: number }>();

  readonly shown: ResponseStudy | undefined = $derived(
    this.studies.find(({ key }) => key === this.shownKey) ?? this.studies[0],
  );
  readonly report: ResponseReport | undefined = $derived(
    this.shown && responseReport(this.shown, { seed: SEED }),
  );
  /** The same model's studies at all layers that were tried in the same way. */
  readonly byLayer: readonly LayerReport[] = $derived.by(() => {
    const { shown, studies } = this;
    const alike = shown ? layersOf(shown, studies) : [];
    // A single layer is what is shown anyway.
    if (alike.length < 2) return [];
    return alike.map((study) => ({ layer: study.layer, report: responseReport(study, { seed: SEED }) }));
  });
  readonly layer: number = $derived.by(() => {
    const ofSlider = this.steer.axes[0]?.layers[0];
    return this.wishedLayer ?? ofSlider ?? usualLayer(this.engine.model?.layers ?? 0);
  });

  constructor(
    private readonly engine: Engine,
    private readonly store: Promise<RunStore>,
    private readonly materials: Materials,
    private readonly probe: ProbeState,
    private readonly steer: SteerState,
  ) {
    super();
  }

  /** Reads the studies that the stored runs make up. */
  async refresh(): Promise<void> {
    this.studies = responseStudies(await (await this.store).runs());
  }

  /** Measures the loaded model at the chosen layer, taking up what is stored, and shows it as it comes. */
  async start(): Promise<void> {
    const plan = this.#plan();
    if (!plan) return;
    await this.attempt(async (signal) => {
      this.progress = undefined;
      await measureResponse(this.engine, await this.store, plan, {
        signal,
        onLearn: (done, total) => {
          if (!signal.aborted) this.learning = { done, total };
        },
        onProgress: (progress) => {
          if (signal.aborted) return;
          this.learning = undefined;
          if (progress.done === progress.stored) this.pace.start();
          const { done, total, stored } = progress;
          this.progress = {
            ...progress,
            secondsLeft: this.pace.secondsLeft(done - stored, total - stored),
          };
        },
        onDirection: ({ role }) => {
          // Chance comes forty times over: the figures wait for its end.
          if (!signal.aborted && (role === 'made' || role === 'orthogonal')) void this.#show(plan.layer);
        },
      });
      await this.#show(plan.layer);
    });
  }

  show(key: string): void {
    this.shownKey = key;
  }

  /** Stops; studies stay on this device. */
  forget(): void {
    this.clear();
    this.wishedLayer = undefined;
    this.progress = undefined;
    this.learning = undefined;
  }

  protected override ended(): void {
    this.progress = undefined;
    this.learning = undefined;
  }

  async #show(layer: number): Promise<void> {
    await this.refresh();
    const id = this.engine.model?.id;
    this.shownKey = this.studies.find(
      (study) => study.layer === layer && study.provenance.model.id === id,
    )?.key;
  }

  #plan(): ResponsePlan | undefined {
    const { measured, train } = this.materials;
    if (!measured || !train || !this.engine.model) return undefined;
    const { protocol, system, depth } = this.probe;
    const hasAxes = this.kinds.includes('axis');
    return {
      kinds: this.kinds,
      layer: this.layer,
      sizes: SIZES,
      test: measured,
      limit: depth,
      training: train,
      learnFrom: depth,
      random: this.withChance ? NULLS : 0,
      shuffled: this.withChance && hasAxes ? NULLS : 0,
      orthogonal: hasAxes,
      labelSets: this.withLabels && hasAxes ? OTHER_LABELS : [],
      protocol,
      system,
      seed: SEED,
    };
  }
}
