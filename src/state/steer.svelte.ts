import type { Engine } from '../engine/client/engine.ts';
import { USUAL_DEPTH } from '../experiments/axis-push.ts';
import type { RecordedPush } from '../experiments/push.ts';
import type { RunStore } from '../runs/run-store.ts';
import type { VectorSet } from '../runs/vector-set.ts';
import type { MapMode, MapPoint } from '../science/culture-map.ts';
import { METHODS, type Method } from '../science/directions/direction.ts';
import { AXES, type Axis } from '../science/item.ts';
import { placeOf, type Place } from '../science/measurement.ts';
import {
  roundedStrength,
  strengthEnd,
  unitsOf,
  type PushManner,
  type PushPlace,
  type PushUnit,
  type PushWay,
} from '../science/push.ts';
import { effectOf, overlay, pairedShift, type PushEffect, type Shift } from '../science/shift.ts';
import { DirectionLearning } from './direction-learning.svelte.ts';
import { Knob } from './knob.svelte.ts';
import type { Materials } from './materials.svelte.ts';
import { Measuring } from './measuring.svelte.ts';
import { SEED, type ProbeState } from './probe.svelte.ts';
import { Trail } from './trail.ts';

/** A push along the axes, and along one more direction where it is taken up: strengths, layers, and what it does. */
export class SteerState extends Measuring {
  readonly directions: DirectionLearning;
  /** How the axes' vectors are made. */
  method = $state<Method>(METHODS[0]);
  /** One knob for each axis, in the order of AXES; none before the vectors are learned. */
  axes = $state.raw<readonly Knob[]>([]);
  /** A direction of another kind, pushed beside or in place of the axes. */
  extra = $state.raw<Knob>();
  /** The knob that the slider turns: an axis, or the extra one. */
  chosen = $state<Axis | 'extra'>('survival_self_expression');
  /** One direction by the slider, or both axes by the pad. */
  mode = $state<'one' | 'both'>('one');
  way = $state<PushWay>('add');
  at = $state<PushPlace>('all');
  unit = $state<PushUnit>('norm');
  readonly strengthStep = 0.05;
  readonly #trail = new Trail();

  readonly ready = $derived(this.axes.length > 0);
  readonly knobs: readonly Knob[] = $derived(this.extra ? [...this.axes, this.extra] : this.axes);
  readonly knob: Knob | undefined = $derived(
    this.chosen === 'extra' ? this.extra : this.axes.find(({ axis }) => axis === this.chosen),
  );
  /** The axis the slider pushes along; the vectors of other knobs belong to none. */
  readonly axis: Axis | undefined = $derived(
    this.knob?.axis ?? (this.chosen === 'extra' ? undefined : this.chosen),
  );
  readonly strength: number = $derived(this.knob?.strength ?? 0);
  /** Which way it goes, where all that is pushed goes one way. */
  readonly tone: 'low' | 'high' | undefined = $derived.by(() => {
    const strengths = this.knobs.map(({ strength }) => strength);
    const up = strengths.some((strength) => strength > 0);
    const down = strengths.some((strength) => strength < 0);
    return up === down ? undefined : up ? 'high' : 'low';
  });
  readonly isPushing: boolean = $derived(this.knobs.some(({ strength }) => strength !== 0));
  /** Ends of the slider. */
  readonly maxStrength: number = $derived(strengthEnd(this.unit));
  readonly manner: PushManner = $derived({ way: this.way, at: this.at, unit: this.unit });
  readonly pushes: readonly RecordedPush[] = $derived(
    this.knobs.flatMap((knob) => knob.pushes(this.manner)).filter(({ strength }) => strength !== 0),
  );

  /** Where the pushed model stands, as far as it was asked. */
  readonly place: Place | undefined = $derived.by(() => {
    const { projection } = this.materials;
    if (!projection || this.answers.length === 0) return undefined;
    return placeOf(overlay(this.probe.answers, this.answers), { projection, seed: SEED });
  });

  readonly shift: Partial<Record<Axis, Shift>> | undefined = $derived.by(() =>
    this.answers.length > 0 ? pairedShift(this.probe.answers, this.answers, { seed: SEED }) : undefined,
  );

  /** What a push along a single axis did on it, once all dilemmas are in. */
  readonly effect: PushEffect | undefined = $derived.by(() => {
    const [only, ...others] = this.knobs.filter(({ strength }) => strength !== 0);
    if (this.status !== 'done' || !only?.axis || others.length > 0) return undefined;
    return effectOf(this.shift?.[only.axis], only.strength);
  });

  constructor(
    private readonly engine: Engine,
    store: Promise<RunStore>,
    private readonly materials: Materials,
    private readonly probe: ProbeState,
  ) {
    super();
    this.directions = new DirectionLearning(engine, store, materials);
  }

  knobOf(axis: Axis): Knob | undefined {
    return this.axes.find((knob) => knob.axis === axis);
  }

  /** The way from the unsteered place through weaker pushes of the same kind to the present one. */
  trail(mode: MapMode): MapPoint[] {
    const start = this.probe.summary?.map[mode];
    const now = this.isPushing ? this.place?.[mode] : undefined;
    return start && now ? [start, ...this.#trail.toward(this.#strengths(), mode), now] : [];
  }

  get learning(): DirectionLearning['progress'] {
    return this.directions.progress;
  }

  /** Learns the axis vectors of the loaded model, or takes the stored ones; layers that were chosen stay. */
  async learn(): Promise<boolean> {
    const sets = await this.directions.learn(this.method, this.probe.depth);
    if (!sets) return false;
    const usual = [Math.round(USUAL_DEPTH * (this.engine.model?.layers ?? 0))];
    this.axes = sets.map((set, i) => new Knob(set, this.axes[i]?.layers ?? usual));
    return true;
  }

  /** Turns the chosen knob. */
  setStrength(strength: number): void {
    const { knob } = this;
    if (!knob || knob.strength === roundedStrength(strength)) return;
    knob.strength = roundedStrength(strength);
    void this.#measure();
  }

  /** Turns both axes' knobs at once, and measures; true when all dilemmas are in. */
  async setStrengths(strengths: Readonly<Record<Axis, number>>): Promise<boolean> {
    const isNew = this.#turn(strengths) || this.status !== 'done';
    return isNew ? this.#measure() : true;
  }

  /** Turns both axes' knobs while the hand still moves: nothing is measured, and what was is of another push. */
  preview(strengths: Readonly<Record<Axis, number>>): void {
    if (this.#turn(strengths)) this.clear();
  }

  #turn(strengths: Readonly<Record<Axis, number>>): boolean {
    let changed = false;
    this.mode = 'both';
    if (this.extra) this.extra.strength = 0;
    for (const knob of this.axes) {
      const strength = roundedStrength(strengths[knob.axis ?? AXES[0]]);
      changed ||= knob.strength !== strength;
      knob.strength = strength;
    }
    return changed;
  }

  /** After which layers the vectors of what is being turned are added. */
  setLayers(layers: readonly number[]): void {
    const turned =
      this.mode === 'both'
        ? this.axes
        : this.axes.concat(this.extra ?? []).filter((knob) => knob === this.knob);
    const sorted = [...layers].sort((a, b) => a - b);
    if (sorted.length === 0 || turned.every((knob) => knob.layers.join() === sorted.join())) return;
    for (const knob of turned) knob.layers = sorted;
    this.#changed();
  }

  /** Lets the slider turn one knob and sets the others to 0; the pad turns both axes'. */
  choose(chosen: Axis | 'extra'): void {
    if (chosen === this.chosen && this.mode === 'one') return;
    this.mode = 'one';
    const was = this.knob?.strength ?? 0;
    for (const knob of this.knobs) knob.strength = 0;
    this.chosen = chosen;
    if (this.knob) this.knob.strength = was;
    this.#changed();
  }

  /** How the vectors act. Units that do not belong to a way give place to its usual one, and the strengths to 0. */
  setWay(way: PushWay): void {
    if (way === this.way) return;
    const units = unitsOf(way);
    this.way = way;
    if (!units.includes(this.unit)) this.setUnit(units[0]);
    else this.#changed();
  }

  setUnit(unit: PushUnit): void {
    if (unit === this.unit) return;
    this.unit = unit;
    // What a number means has changed with its unit.
    for (const knob of this.knobs) knob.strength = 0;
    this.#changed();
  }

  setPlace(at: PushPlace): void {
    if (at === this.at) return;
    this.at = at;
    this.#changed();
  }

  /** Makes the axes' vectors in another way; the strengths stay. */
  async setMethod(method: Method): Promise<void> {
    if (method === this.method) return;
    this.method = method;
    const before = this.axes;
    if (!(await this.learn())) return;
    for (const [i, knob] of this.axes.entries()) knob.strength = before[i]?.strength ?? 0;
    this.#changed();
  }

  /** Takes up vectors of another kind, or lays them down. */
  take(set: VectorSet | undefined): void {
    const layers = set?.layers.map(({ layer }) => layer) ?? [];
    const usual = Math.round(USUAL_DEPTH * (this.engine.model?.layers ?? 0));
    const nearest = layers.reduce(
      (best, layer) => (Math.abs(layer - usual) < Math.abs(best - usual) ? layer : best),
      layers[0] ?? 0,
    );
    this.mode = 'one';
    this.extra = set && new Knob(set, [nearest]);
    this.chosen = set ? 'extra' : AXES[1];
    for (const knob of this.axes) knob.strength = 0;
    this.#changed();
  }

  /** Measures the present push again, after a fault or a cancel. */
  retry(): void {
    void this.#measure();
  }

  reset(): void {
    for (const knob of this.knobs) knob.strength = 0;
    this.#trail.clear();
    this.clear();
  }

  /** Forgets everything that belongs to the model before. */
  forget(): void {
    this.directions.cancel();
    this.reset();
    this.axes = [];
    this.extra = undefined;
    this.mode = 'one';
    if (this.chosen === 'extra') this.chosen = AXES[1];
  }

  #strengths(): readonly number[] {
    return this.knobs.map(({ strength }) => strength);
  }

  #changed(): void {
    this.#trail.clear();
    void this.#measure();
  }

  async #measure(): Promise<boolean> {
    const { pushes } = this;
    if (!this.materials.measured || pushes.length === 0) {
      this.clear();
      return false;
    }
    const strengths = this.#strengths();
    const finished = await this.probe.ask(this, pushes);
    const { place } = this;
    if (finished && place) this.#trail.keep(strengths, place);
    return finished;
  }
}
