import { getContext, setContext } from 'svelte';
import type { Engine } from '../engine/client/engine.ts';
import type { BroughtFile } from '../library/shared/protocol.ts';
import type { Library } from '../library/client/library.ts';
import { jsonKind } from '../experiments/json-kind.ts';
import { NeutralReader } from '../experiments/neutral.ts';
import type { ModelChoice } from '../experiments/model-choice.ts';
import type { Run } from '../runs/run.ts';
import { RunStore } from '../runs/run-store.ts';
import type { MapMode } from '../science/culture-map.ts';
import type { Protocol } from '../science/prompt.ts';
import type { Holding } from '../models/holding.ts';
import { AimState } from './aim.svelte.ts';
import { KnownModels } from './known-models.svelte.ts';
import { LeewayState } from './leeway.svelte.ts';
import { LayerSearch } from './layer-search.svelte.ts';
import { LibraryState } from './library.svelte.ts';
import { Materials } from './materials.svelte.ts';
import { ModelQueue } from './model-queue.svelte.ts';
import { ModelState } from './model.svelte.ts';
import { OfflineState } from './offline.svelte.ts';
import { OpenDilemma } from './open-dilemma.svelte.ts';
import { PermalinkState } from './permalink.svelte.ts';
import { ProbeState } from './probe.svelte.ts';
import { ScenarioLibrary } from './scenario-library.svelte.ts';
import { ReportState } from './report.svelte.ts';
import { RunsState } from './runs.svelte.ts';
import { SideEffectState } from './side-effects.svelte.ts';
import { SteerState } from './steer.svelte.ts';
import { TargetsState } from './targets.svelte.ts';
import { TalkState } from './talk.svelte.ts';
import { ValidityState } from './validity.svelte.ts';
import { VectorsState } from './vectors.svelte.ts';

/** What fills the page: the instrument itself, what every push does to everything else, answers side by side, longer experiments, how far to believe it, what was stored, or the models. */
export type HeadPlace = 'map' | 'leeway' | 'talk' | 'lab' | 'validity' | 'runs' | 'library';
/** The same, and what is opened from one of them: the report on stored runs. */
export type Place = HeadPlace | 'report';

/** Everything one visit holds: created once, handed down by context. */
export class Session {
  readonly materials = new Materials();
  readonly store: Promise<RunStore>;
  readonly model: ModelState;
  readonly probe: ProbeState;
  readonly steer: SteerState;
  readonly aim: AimState;
  readonly sideEffects: SideEffectState;
  readonly search: LayerSearch;
  readonly leeway: LeewayState;
  readonly talk: TalkState;
  readonly dilemma: OpenDilemma;
  readonly link: PermalinkState;
  readonly validity: ValidityState;
  readonly known = new KnownModels();
  readonly targets: TargetsState;
  readonly queue: ModelQueue;
  readonly vectors: VectorsState;
  readonly scenarios: ScenarioLibrary;
  readonly runs: RunsState;
  readonly report: ReportState;
  readonly library: LibraryState;
  readonly offline = new OfflineState(() => !this.busy && this.model.status === 'idle');
  mapMode = $state<MapMode>('centred');
  place = $state<Place>('map');
  reportFrom: HeadPlace = 'runs';
  /** The lab's section that is open, by its key; the first where it is none. */
  labSection = $state('');
  /** Chains of work under way: between two links nothing else tells that more is to come. */
  #chains = $state(0);

  constructor(engine: Engine, library: Library) {
    this.store = RunStore.open();
    const { store } = this;
    this.library = new LibraryState(library, (key) => this.model.drop(key));
    this.model = new ModelState(engine, library, () => this.library.mirror.base);
    this.probe = new ProbeState(engine, store, this.materials);
    this.steer = new SteerState(engine, store, this.materials, this.probe);
    this.aim = new AimState(engine, store, this.materials, this.probe, this.steer, () => this.mapMode);
    const reader = store.then((open) => new NeutralReader(engine, open));
    this.sideEffects = new SideEffectState(engine, store, reader, this.materials, this.probe, this.steer);
    this.search = new LayerSearch(engine, store, reader, this.materials, this.probe, this.steer);
    this.leeway = new LeewayState(engine, store, this.materials, this.probe, this.steer);
    this.talk = new TalkState(engine, this.model, this.steer);
    this.validity = new ValidityState(engine, store, this.materials, this.probe);
    this.targets = new TargetsState(engine, store, this.materials, this.probe);
    this.vectors = new VectorsState(engine, store, this.materials, ({ key }) => {
      if (this.steer.extra?.set.key === key) this.steer.take(undefined);
    });
    this.link = new PermalinkState(this.materials, this.model, this.probe, this.steer, this);
    this.dilemma = new OpenDilemma(this.materials, this.probe, this.steer);
    this.scenarios = new ScenarioLibrary(store, this.materials, () => void this.#askOthers());
    this.runs = new RunsState(store, this.materials);
    this.report = new ReportState(store, this.materials);
    this.queue = new ModelQueue(engine, store, this, {
      load: (choice) => {
        this.model.chosen = choice;
        return this.#loadChosen();
      },
      settle: () => this.#chain(() => this.screenAndMeasure()),
    });
  }

  /** Something runs that ends with the page. */
  get busy(): boolean {
    const { aim, leeway, model, probe, queue, search, sideEffects, steer, talk, targets, validity } = this;
    return (
      this.#chains > 0 ||
      this.library.busy ||
      model.status === 'loading' ||
      [probe, steer, talk, validity, search, sideEffects, targets, queue, leeway].some(
        ({ status }) => status === 'running',
      ) ||
      validity.screening !== undefined ||
      steer.learning !== undefined ||
      aim.work !== undefined ||
      aim.naive.status === 'running' ||
      this.vectors.making !== undefined
    );
  }

  /** The one button: load the chosen model, ask its control questions, measure it, learn its vectors. */
  async loadAndMeasure(): Promise<void> {
    // Whoever asks for one model does not want the next of a queue in its place, nor an address's.
    this.queue.cancel();
    this.link.asked = undefined;
    await this.#chain(async () => {
      if (await this.#loadChosen()) await this.screenAndMeasure();
    });
  }

  /** Loads and measures what the address asks for, and pushes it so; what was measured before is taken up. */
  async followLink(): Promise<void> {
    const { asked } = this.link;
    if (!asked || !this.link.prepare(asked)) return;
    this.queue.cancel();
    this.place = 'map';
    await this.#chain(async () => {
      await this.scenarios.choose(undefined);
      if (!(await this.#loadChosen()) || !(await this.validity.screen())) return;
      this.probe.protocol = asked.protocol;
      this.probe.system = asked.system ?? '';
      await this.measure();
      if (this.probe.status === 'done' && this.steer.ready) await this.link.follow(asked);
    });
  }

  /** Lets the control questions choose the protocol of the loaded model, then measures. */
  async screenAndMeasure(): Promise<void> {
    const protocol = await this.validity.screen();
    if (!protocol) return;
    this.probe.protocol = protocol;
    await this.measure();
  }

  /** Measures in another way of asking, as someone else, or with more dilemmas; what was answered before is taken up. */
  async measureAnew(change: { protocol?: Protocol; depth?: number; system?: string }): Promise<void> {
    this.aim.clear();
    this.steer.reset();
    if (change.protocol) this.probe.protocol = change.protocol;
    if (change.system !== undefined) this.probe.system = change.system.trim();
    if (change.depth !== undefined && change.depth !== this.probe.depth) {
      this.probe.depth = change.depth;
      this.steer.forget();
    }
    await this.measure();
  }

  /** Another of the models that can be chosen: loaded and measured in place of the one before. */
  async change(choice: ModelChoice): Promise<void> {
    this.model.chosen = choice;
    await this.loadAndMeasure();
  }

  /** A file or a hub repository that the visitor brings: taken, loaded and measured. */
  async bring(what: File | string): Promise<void> {
    if (this.model.bring(what)) await this.loadAndMeasure();
  }

  /** A model on this device: loaded and measured, without a network. */
  async useHeld(holding: Holding): Promise<void> {
    this.model.take(holding);
    this.place = 'map';
    await this.loadAndMeasure();
  }

  /** Folders, archives and files that were dropped: what models are among them goes to the shelf. */
  async bringToShelf(files: Promise<readonly BroughtFile[]>): Promise<void> {
    this.place = 'library';
    await this.library.bringing.take(files);
  }

  /**
   * A .json file that was dropped: runs, vectors and pairs go to their places, anything else to the library of dilemmas,
   * which says what is wrong with it.
   */
  async takeJson(file: File): Promise<void> {
    // A file that cannot be read is none of the others: the library says why.
    const kind = jsonKind(await file.text().catch(() => ''));
    if (kind === 'vectors') return this.takeVectors(file);
    if (kind === 'pairs') {
      this.#openDirections();
      await this.vectors.takePairs(file);
      return;
    }
    this.place = kind === 'runs' ? 'runs' : 'map';
    await (kind === 'runs' ? this.runs.imports.takeAll([file]) : this.scenarios.take(file));
  }

  /** A file of vectors for the loaded model. */
  async takeVectors(file: File): Promise<void> {
    this.#openDirections();
    await this.vectors.take(file);
  }

  #openDirections(): void {
    this.place = 'lab';
    this.labSection = 'vectors';
  }

  /** The report on the experiment that a run belongs to; it is left for where it was opened. */
  openReport(run: Run | undefined): void {
    if (this.place !== 'report') this.reportFrom = this.place;
    void this.report.open(run);
    this.place = 'report';
  }

  /** Measures the loaded model and learns its vectors, taking up what is stored. */
  async measure(): Promise<void> {
    // Vectors do not depend on what is measured: learning that goes on is not begun again.
    await this.#chain(async () => {
      if ((await this.probe.start()) && !this.steer.ready && !this.steer.learning) await this.steer.learn();
    });
  }

  /** Loads the chosen model and forgets what belongs to the one before. */
  async #loadChosen(): Promise<boolean> {
    this.aim.clear();
    this.steer.forget();
    this.talk.clear();
    this.sideEffects.forget();
    this.search.forget();
    this.leeway.forget();
    this.validity.forget();
    this.targets.forget();
    this.vectors.forget();
    this.probe.clear();
    this.probe.system = '';
    const isReady = await this.model.load();
    // What the load has brought stands on the shelf, too.
    void this.library.refresh();
    return isReady;
  }

  async #chain(work: () => Promise<void>): Promise<void> {
    this.#chains += 1;
    try {
      await work();
    } finally {
      this.#chains -= 1;
    }
  }

  /** Other dilemmas were chosen: what was answered belongs to the ones before. */
  async #askOthers(): Promise<void> {
    this.probe.clear();
    this.aim.clear();
    this.steer.reset();
    this.dilemma.index = 0;
    if (this.model.status === 'ready') await this.measure();
  }
}

const KEY = Symbol('session');

export const provideSession = (session: Session): Session => setContext(KEY, session);

export const useSession = (): Session => getContext<Session>(KEY);
