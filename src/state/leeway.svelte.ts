import type { Engine } from '../engine/client/engine.ts';
import { usualLayer } from '../experiments/axis-push.ts';
import { measureResponse, responseCost, type ResponseProgress } from '../experiments/leeway/measure.ts';
import {
  NULLS,
  OTHER_LABELS,
  SIZES,
  type ResponseKind,
  type ResponsePlan,
} from '../experiments/leeway/plan.ts';
import type { ScenarioSet } from '../experiments/scenarios.ts';
import { layersOf, responseStudies, type ResponseStudy } from '../runs/response-study.ts';
import type { RunStore } from '../runs/run-store.ts';
import { vectorKey } from '../runs/vector-set.ts';
import { selectionName } from '../science/directions/selection.ts';
import { AXES } from '../science/item.ts';
import { cellDetail, type CellDetail } from '../science/response/cell-detail.ts';
import type { ResponseCell, ResponseMatrix } from '../science/response/matrix.ts';
import { axisMatrix, responseReport, type ResponseReport } from '../science/response/report.ts';
import { cosine } from '../science/steering-vector.ts';
import type { Materials } from './materials.svelte.ts';
import { SEED, type ProbeState } from './probe.svelte.ts';
import type { SteerState } from './steer.svelte.ts';
import { Work } from './work.svelte.ts';

/** A study of another layer beside the one that is shown. */
export interface LayerReport {
  readonly key: string;
  readonly layer: number;
  /** Both axes' pushes there. */
  readonly axis: ResponseMatrix | undefined;
}

/** The seed that the runs were made with: the same figures here, in reports and on the command line. */
const seedOf = ({ provenance: { seed } }: ResponseStudy) => ({ seed });

/** How pushes along one thing move every other: the studies on this device, and measuring more of them. */
export class LeewayState extends Work {
  /** The newest first; of any model. */
  studies = $state.raw<readonly ResponseStudy[]>([]);
  /** The study that is shown; the newest where it is none. */
  shownKey = $state<string>();
  /** The cell that is looked into: at first what a push along one axis does to the other. */
  place = $state.raw<Pick<ResponseCell, 'row' | 'column'> | undefined>({
    row: `axis:${AXES[0]}`,
    column: `axis:${AXES[1]}`,
  });
  /** Cosine of both axes' vectors at the layer of a study; known where this device made the vectors. */
  #cosine = $state.raw<{ readonly key: string; readonly value: number }>();
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
    this.shown && responseReport(this.shown, seedOf(this.shown)),
  );
  /** The same model's studies at all layers that were tried in the same way. */
  readonly byLayer: readonly LayerReport[] = $derived.by(() => {
    const { shown, studies } = this;
    const alike = shown ? layersOf(shown, studies) : [];
    // A single layer is what is shown anyway.
    if (alike.length < 2) return [];
    return alike.map((study) => ({
      ...{ key: study.key, layer: study.layer },
      axis: study === shown ? this.report?.axis : axisMatrix(study, seedOf(study)),
    }));
  });
  readonly detail: CellDetail | undefined = $derived.by(() => {
    const { shown, report, place } = this;
    return shown && report && place && cellDetail(report, shown.made, place, seedOf(shown));
  });
  readonly cosine: number | undefined = $derived(
    this.#cosine && this.#cosine.key === this.shown?.key ? this.#cosine.value : undefined,
  );
  /** The dilemmas that the shown study asked, where this page has them. */
  readonly scenarios: ScenarioSet | undefined = $derived.by(() => {
    const { test, own, train } = this.materials;
    return [test, own, train].find((set) => set?.sha256 === this.shown?.provenance.scenarios.sha256);
  });
  readonly layer: number = $derived.by(() => {
    const ofSlider = this.steer.axes[0]?.layers[0];
    return this.wishedLayer ?? ofSlider ?? usualLayer(this.engine.model?.layers ?? 0);
  });

  /** Questions that measuring asks, where nothing of it is stored. */
  readonly cost: number | undefined = $derived.by(() => {
    const plan = this.#plan();
    return plan && responseCost(plan);
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
    await this.#readStudies();
    await this.#readCosine();
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
    void this.#readCosine();
  }

  /** Looks into a cell, of another layer's study where its key is given. */
  open(place: Pick<ResponseCell, 'row' | 'column'>, key?: string): void {
    if (key !== undefined) this.show(key);
    this.place = place;
  }

  close(): void {
    this.place = undefined;
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
    await this.#readStudies();
    const id = this.engine.model?.id;
    this.shownKey = this.studies.find(
      (study) => study.layer === layer && study.provenance.model.id === id,
    )?.key;
    await this.#readCosine();
  }

  async #readStudies(): Promise<void> {
    this.studies = responseStudies(await (await this.store).runs());
  }

  async #readCosine(): Promise<void> {
    const { shown } = this;
    if (!shown?.training) return;
    const { training, provenance, layer, key } = shown;
    const store = await this.store;
    // A key holds no name: the file is told by its hash.
    const data = { name: '', ...training };
    const sets = await Promise.all(
      AXES.map((axis) => {
        const selection = selectionName({ kind: 'axis', axis });
        return store.vectors(vectorKey(provenance.model, { data, method: 'mean', selection }));
      }),
    );
    const [first, second] = sets.map((set) => set?.layers.find((one) => one.layer === layer)?.direction);
    this.#cosine = first && second ? { key, value: cosine(first, second) } : undefined;
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
