import type { Engine } from '../engine/client/engine.ts';
import {
  searchCost,
  searchDilemmas,
  searchLayers,
  SEARCH_STRENGTHS,
  type SearchDilemmas,
  type SearchOutcome,
  type SearchSpec,
} from '../experiments/layer-search.ts';
import type { NeutralReader } from '../experiments/neutral.ts';
import type { RunStore } from '../runs/run-store.ts';
import { AXES, type Axis } from '../science/item.ts';
import type { SearchCell } from '../science/layer-choice.ts';
import type { Materials } from './materials.svelte.ts';
import { SEED, type ProbeState } from './probe.svelte.ts';
import type { SteerState } from './steer.svelte.ts';
import { Work } from './work.svelte.ts';

/** Dilemmas of each axis for a cell: two of each item and domain. */
const DILEMMAS = 30;
/** Layers that get a closer look. */
const CLOSER = 5;
/** Neutral passages for a cell. */
const PASSAGES = 8;

/** What a search will ask, before it begins. */
export interface SearchPlan {
  readonly spec: SearchSpec;
  readonly dilemmas: SearchDilemmas;
  /** Questions and passages at most. */
  readonly cost: number;
}

/** The search for the layer and strength of one axis's vectors, on training dilemmas. */
export class LayerSearch extends Work {
  axis = $state<Axis>(AXES[0]);
  cells = $state.raw<readonly SearchCell[]>([]);
  progress = $state.raw<{ done: number; total: number; secondsLeft: number | undefined }>();
  outcome = $state.raw<SearchOutcome>();
  /** What the cells belong to. */
  #of = $state.raw<SearchSpec>();

  /** Undefined before the vectors are learned. */
  readonly plan: SearchPlan | undefined = $derived.by(() => {
    const set = this.steer.knobOf(this.axis)?.set;
    const { train: training, passages } = this.materials;
    if (!set || !training || !passages) return undefined;
    const spec: SearchSpec = {
      set,
      manner: { way: 'add', at: 'all', unit: 'norm' },
      layers: set.layers.map(({ layer }) => layer),
      strengths: SEARCH_STRENGTHS,
      closer: CLOSER,
      training,
      limit: DILEMMAS,
      passages,
      passageLimit: PASSAGES,
      protocol: this.probe.protocol,
      system: this.probe.system,
      seed: SEED,
    };
    const dilemmas = searchDilemmas(spec, this.axis);
    return { spec, dilemmas, cost: searchCost(spec, dilemmas) };
  });
  /** Whether the cells are those of the axis, vectors and way of asking that are chosen now. */
  readonly current: boolean = $derived.by(() => {
    const [of, now] = [this.#of, this.plan?.spec];
    return of?.set === now?.set && of?.protocol === now?.protocol && of?.system === now?.system;
  });

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

  /** Searches, taking up what is stored. */
  async start(): Promise<void> {
    const { plan } = this;
    if (!plan) return;
    await this.attempt(async (signal) => {
      this.outcome = undefined;
      this.cells = [];
      this.#of = plan.spec;
      const outcome = await searchLayers(this.engine, await this.store, await this.reader, plan.spec, {
        signal,
        onProgress: ({ cells, done, total, stored }) => {
          if (signal.aborted) return;
          this.cells = cells;
          const secondsLeft = this.pace.secondsLeft(done - stored, total - stored);
          this.progress = { done, total, secondsLeft };
        },
      });
      if (signal.aborted) return;
      this.outcome = outcome;
      this.cells = outcome.cells;
    });
  }

  /** Takes a layer, or several, and a strength to the slider, which measures them on the test dilemmas. */
  use(layers: readonly number[], strength: number): void {
    this.steer.setWay('add');
    this.steer.setUnit('norm');
    this.steer.setPlace('all');
    this.steer.choose(this.axis);
    this.steer.setLayers(layers);
    this.steer.setStrength(strength);
  }

  /** Forgets everything that belongs to the model before. */
  forget(): void {
    this.clear();
    this.#of = undefined;
    this.cells = [];
    this.outcome = undefined;
    this.progress = undefined;
  }

  protected override ended(): void {
    this.progress = undefined;
  }
}
