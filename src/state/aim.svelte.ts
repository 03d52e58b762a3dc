import type { Engine } from '../engine/client/engine.ts';
import type { ErrorReport } from '../errors/leeway-error.ts';
import {
  columnsOf,
  findAim,
  MAP_AXES,
  measureResponse,
  responseDilemmas,
  type ResponseSpec,
} from '../experiments/response.ts';
import type { RunStore } from '../runs/run-store.ts';
import { covers, type MapMode, type MapPoint } from '../science/culture-map.ts';
import type { Axis } from '../science/item.ts';
import { placeOf, type Place, type PlacedPoint } from '../science/measurement.ts';
import { roundedStrength } from '../science/push.ts';
import { overlay } from '../science/shift.ts';
import { alongOneAxis, displacement, strengthsFor } from '../science/response/aim.ts';
import type { MapResponse } from '../science/response/map-response.ts';
import type { Materials } from './materials.svelte.ts';
import { Measuring } from './measuring.svelte.ts';
import { Pace } from './pace.ts';
import { SEED, type ProbeState } from './probe.svelte.ts';
import type { SteerState } from './steer.svelte.ts';
import { endOf } from './work.svelte.ts';

/** By how much of the state's length each axis is pushed to learn what it does to the map. */
const STRENGTH = 0.1;
/** How often strengths are tried on training dilemmas before they are measured. */
const ROUNDS = 1;

/** Where the model is wanted. */
export interface Aim {
  readonly point: MapPoint;
  /** The society that stands there, where it is one. */
  readonly name?: string;
}

/** How near a measured place came to the aim. */
export interface Landing {
  readonly distance: number;
  /** Whether the aim lies in the place's 95 % ellipse; undefined while there is none. */
  readonly inside: boolean | undefined;
}

const less = (a: MapPoint, b: MapPoint): MapPoint => ({ x: a.x - b.x, y: a.y - b.y });

/**
 * Drag to target: the response of both axes is learned on training dilemmas and inverted, so that the drift of one is
 * cancelled by the other; the place that this leads to is then measured, and beside it that of pushing one axis alone.
 */
export class AimState {
  aim = $state.raw<Aim>();
  /** While the hand moves it. */
  held = $state(false);
  /** What is under way: learning what pushes do, or finding the strengths. */
  work = $state.raw<{
    kind: 'response' | 'strengths';
    done: number;
    total: number;
    secondsLeft?: number | undefined;
  }>();
  error = $state.raw<ErrorReport>();
  /** Pushing one axis alone, measured for comparison. */
  readonly naive = new Measuring();
  naiveAxis = $state.raw<Axis>();
  #known = $state.raw<{ readonly key: string; readonly response: MapResponse }>();
  /** The strengths that were found for the aim. */
  #found = $state.raw<Readonly<Record<Axis, number>>>();
  /** How far from the aim the found strengths should stop, in map units. */
  short = $state(0);
  #abort: AbortController | undefined;
  readonly #pace = new Pace();

  constructor(
    private readonly engine: Engine,
    private readonly store: Promise<RunStore>,
    private readonly materials: Materials,
    private readonly probe: ProbeState,
    private readonly steer: SteerState,
    private readonly mode: () => MapMode,
  ) {}

  /** What the response belongs to: it is another one for other vectors, layers, dilemmas or ways of asking. */
  readonly #key: string = $derived.by(() => {
    const { steer, probe, materials } = this;
    const records = steer.axes.flatMap((knob) => knob.pushes(steer.manner, 1).map(({ record }) => record));
    const { id, revision, dtype, backend } = this.steer.axes[0]?.set.model ?? {};
    return JSON.stringify([
      id,
      revision,
      dtype,
      backend,
      records,
      probe.protocol,
      probe.system,
      probe.depth,
      materials.train?.sha256,
    ]);
  });
  readonly response: MapResponse | undefined = $derived(
    this.#known?.key === this.#key ? this.#known.response : undefined,
  );
  /** The axes whose push moves their own coordinate no more than chance would. */
  readonly unmoved: readonly Axis[] = $derived.by(() => {
    const { response } = this;
    return MAP_AXES.filter((_, i) => {
      const own = response?.intervals[i]?.[i === 0 ? 'x' : 'y'];
      return own !== undefined && own.low <= 0 && own.high >= 0;
    });
  });
  readonly home: PlacedPoint | undefined = $derived.by(() => this.probe.summary?.map[this.mode()]);
  readonly ready: boolean = $derived.by(
    () =>
      this.steer.axes.length === 2 &&
      this.steer.way !== 'ablate' &&
      this.probe.status === 'done' &&
      this.home !== undefined,
  );
  /** Where the response expects the present push of the axes; nothing while none is known or nothing is pushed. */
  readonly predicted: MapPoint | undefined = $derived.by(() => {
    const { response, home, steer } = this;
    if (!response || !home || !steer.isPushing || steer.extra?.strength) return undefined;
    const moved = displacement(
      response.columns,
      MAP_AXES.map((axis) => steer.knobOf(axis)?.strength ?? 0),
    );
    return { x: home.x + moved.x, y: home.y + moved.y };
  });
  /** Where pushing one axis alone leads. */
  readonly naivePlace: PlacedPoint | undefined = $derived.by(() => {
    const { projection } = this.materials;
    const { answers } = this.naive;
    if (!projection || answers.length === 0 || this.naive.status !== 'done') return undefined;
    return placeOf(overlay(this.probe.answers, answers), { projection, seed: SEED })[this.mode()];
  });
  /** Whether the present push is the one that was found for the aim. */
  readonly applied: boolean = $derived.by(
    () =>
      this.#found !== undefined &&
      MAP_AXES.every((axis) => this.steer.knobOf(axis)?.strength === this.#found?.[axis]),
  );
  readonly landing: Landing | undefined = $derived.by(() =>
    this.applied && this.steer.status === 'done' ? this.#landingOf(this.steer.place) : undefined,
  );
  readonly naiveLanding: Landing | undefined = $derived.by(() => {
    const at = this.naivePlace;
    return at && this.#landingOf({ [this.mode()]: at });
  });

  /** The aim follows the hand: the strengths and the predicted point move at once, nothing is measured. */
  drag(point: MapPoint): void {
    this.held = true;
    this.aim = { point };
    const { response, home, steer } = this;
    if (!response || !home) return;
    const { strengths } = strengthsFor(columnsOf(response), less(point, home), steer.maxStrength);
    steer.preview(this.#record(strengths));
  }

  /** Finds the strengths for an aim, pushes with them, and measures where this leads; then one axis alone. */
  async to(aim: Aim): Promise<void> {
    this.cancel();
    this.error = undefined;
    this.naive.clear();
    this.#found = undefined;
    this.held = false;
    this.aim = aim;
    const spec = this.#spec();
    const { home, steer } = this;
    if (!spec || !home) return;
    const abort = (this.#abort = new AbortController());
    const { signal } = abort;
    const key = this.#key;
    try {
      const store = await this.store;
      if (!this.response) {
        const progress = this.#progress('response');
        const response = await measureResponse(this.engine, store, spec, { signal, onProgress: progress });
        if (signal.aborted || key !== this.#key) return;
        this.#known = { key, response };
      }
      const { response } = this;
      if (!response) return;
      const wanted = less(aim.point, home);
      const max = steer.maxStrength;
      const { strengths, columns, moved } = await findAim(
        this.engine,
        store,
        spec,
        { response, wanted, max, rounds: ROUNDS },
        { signal, onProgress: this.#progress('strengths') },
      );
      if (signal.aborted || key !== this.#key) return;
      this.work = undefined;
      this.#found = this.#record(strengths);
      this.short = Math.hypot(wanted.x - moved.x, wanted.y - moved.y);
      await steer.setStrengths(this.#found);
      if (signal.aborted || !this.applied) return;
      await this.#measureNaive(alongOneAxis(columns, wanted, max).strengths);
    } catch (thrown) {
      if (this.#abort === abort) this.error = endOf(thrown).error;
    } finally {
      if (this.#abort === abort) this.work = undefined;
    }
  }

  /** Goes on with an aim after a fault or a cancel. */
  retry(): void {
    if (this.aim) void this.to(this.aim);
  }

  cancel(): void {
    this.#abort?.abort();
    this.work = undefined;
    this.naive.cancel();
  }

  /** Takes the aim off the map. */
  clear(): void {
    this.cancel();
    this.aim = undefined;
    this.held = false;
    this.#found = undefined;
    this.error = undefined;
    this.naive.clear();
  }

  #record(strengths: readonly number[]): Record<Axis, number> {
    return Object.fromEntries(
      MAP_AXES.map((axis, i) => [axis, roundedStrength(strengths[i] ?? 0)]),
    ) as Record<Axis, number>;
  }

  #spec(): ResponseSpec | undefined {
    const { materials, probe, steer, engine } = this;
    const { train, projection } = materials;
    const [first, second] = MAP_AXES.map((axis) => steer.knobOf(axis));
    if (!train || !projection || !first || !second || !engine.model) return undefined;
    const { manner } = steer;
    return {
      manner: { protocol: probe.protocol, system: probe.system },
      training: train,
      ...responseDilemmas(train.dilemmas.length, first.set.data.n, probe.depth),
      seed: SEED,
      directions: [
        (strength) => first.pushes(manner, strength),
        (strength) => second.pushes(manner, strength),
      ],
      strength: STRENGTH,
      projection,
    };
  }

  #progress(kind: 'response' | 'strengths'): (done: number, total: number) => void {
    this.#pace.start();
    return (done, total) => {
      this.work = { kind, done, total, secondsLeft: this.#pace.secondsLeft(done, total) };
    };
  }

  #landingOf(place: Place | undefined): Landing | undefined {
    const at = place?.[this.mode()];
    if (!at || !this.aim) return undefined;
    const { point } = this.aim;
    return {
      distance: Math.hypot(at.x - point.x, at.y - point.y),
      inside: at.ellipse && covers(at.ellipse, point),
    };
  }

  async #measureNaive(strengths: readonly number[]): Promise<void> {
    const { steer } = this;
    const found = this.#record(strengths);
    this.naiveAxis = MAP_AXES.find((axis) => found[axis] !== 0);
    const pushes = steer.axes.flatMap((knob) => knob.pushes(steer.manner, knob.axis ? found[knob.axis] : 0));
    await this.probe.ask(this.naive, pushes);
  }
}
