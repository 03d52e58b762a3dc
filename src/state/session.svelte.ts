import { getContext, setContext } from 'svelte';
import type { Engine } from '../engine/client/engine.ts';
import { RunStore } from '../runs/run-store.ts';
import type { MapMode } from '../science/culture-map.ts';
import { Materials } from './materials.svelte.ts';
import { ModelState } from './model.svelte.ts';
import { OpenDilemma } from './open-dilemma.svelte.ts';
import { ProbeState } from './probe.svelte.ts';
import { RunsState } from './runs.svelte.ts';
import { SteerState } from './steer.svelte.ts';

/** What fills the page: the instrument itself, how far to believe it, or what was stored. */
export type Place = 'map' | 'validity' | 'runs';

/** Everything one visit holds: created once, handed down by context. */
export class Session {
  readonly materials = new Materials();
  readonly store: Promise<RunStore>;
  readonly model: ModelState;
  readonly probe: ProbeState;
  readonly steer: SteerState;
  readonly dilemma: OpenDilemma;
  readonly runs: RunsState;
  mapMode = $state<MapMode>('centred');
  place = $state<Place>('map');

  constructor(engine: Engine) {
    this.store = RunStore.open();
    const { store } = this;
    this.model = new ModelState(engine);
    this.probe = new ProbeState(engine, store, this.materials);
    this.steer = new SteerState(engine, store, this.materials, this.probe);
    this.dilemma = new OpenDilemma(this.materials, this.probe, this.steer);
    this.runs = new RunsState(store, this.materials);
  }

  /** The one button: load the chosen model, measure it, learn its vectors. */
  async loadAndMeasure(): Promise<void> {
    this.steer.forget();
    this.probe.clear();
    const { chosen } = this.model;
    if (chosen) this.probe.protocol = chosen.protocol;
    if (await this.model.load()) await this.measure();
  }

  /** A file or a hub repository that the visitor brings: taken, loaded and measured. */
  async bring(what: File | string): Promise<void> {
    if (this.model.bring(what)) await this.loadAndMeasure();
  }

  /** Measures the loaded model and learns its vectors, taking up what is stored. */
  async measure(): Promise<void> {
    if ((await this.probe.start()) && !this.steer.ready) await this.steer.learn();
  }
}

const KEY = Symbol('session');

export const provideSession = (session: Session): Session => setContext(KEY, session);

export const useSession = (): Session => getContext<Session>(KEY);
