import { SvelteMap } from 'svelte/reactivity';
import type { Engine } from '../engine/client/engine.ts';
import { LeewayError, type ErrorReport } from '../errors/leeway-error.ts';
import { storedProbe } from '../experiments/stored-probe.ts';
import { storedAxisVectors } from '../experiments/stored-vectors.ts';
import type { AxisVectors } from '../experiments/vectors.ts';
import type { RunStore } from '../runs/run-store.ts';
import type { MapMode, MapPoint } from '../science/culture-map.ts';
import type { Axis } from '../science/item.ts';
import { placeOf, type Place } from '../science/measurement.ts';
import { effectOf, overlay, pairedShift, type PushEffect, type Shift } from '../science/shift.ts';
import type { LayerVector } from '../science/steering-vector.ts';
import type { Materials } from './materials.svelte.ts';
import { Measuring } from './measuring.svelte.ts';
import { Pace } from './pace.ts';
import { SEED, type ProbeState } from './probe.svelte.ts';

/** Where vectors of small decoders usually work: after the early layers, before the late ones that push words. */
const USUAL_DEPTH = 0.4;

/** A push along one axis: its vectors, layer and strength, and what the pushed model answers. */
export class SteerState extends Measuring {
  learning = $state.raw<{ done: number; total: number; secondsLeft: number | undefined }>();
  vectors = $state.raw<AxisVectors>();
  learningError = $state.raw<ErrorReport>();
  axis = $state<Axis>('survival_self_expression');
  layer = $state(0);
  /** Multiples of the layer's mean residual norm; positive moves toward the high pole. */
  strength = $state(0);
  readonly maxStrength = 0.5;
  readonly strengthStep = 0.05;
  /** Measured places of this axis and layer by strength, for the trail. */
  readonly #visited = new SvelteMap<number, Place>();
  #learnAbort: AbortController | undefined;
  readonly #learnPace = new Pace();

  readonly ready = $derived(this.vectors !== undefined);
  readonly layers = $derived(this.vectors?.vectors.traditional_secular.length ?? 0);
  readonly vector: LayerVector | undefined = $derived(this.vectors?.vectors[this.axis][this.layer]);

  /** Where the pushed model stands, as far as it was asked. */
  readonly place: Place | undefined = $derived.by(() => {
    const { projection } = this.materials;
    if (!projection || this.answers.length === 0) return undefined;
    return placeOf(overlay(this.probe.answers, this.answers), { projection, seed: SEED });
  });

  readonly shift: Partial<Record<Axis, Shift>> | undefined = $derived.by(() =>
    this.answers.length > 0 ? pairedShift(this.probe.answers, this.answers, { seed: SEED }) : undefined,
  );

  /** What the push did on its own axis, once all dilemmas are in. */
  readonly effect: PushEffect | undefined = $derived.by(() =>
    this.status === 'done' ? effectOf(this.shift?.[this.axis], this.strength) : undefined,
  );

  constructor(
    private readonly engine: Engine,
    private readonly store: Promise<RunStore>,
    private readonly materials: Materials,
    private readonly probe: ProbeState,
  ) {
    super();
  }

  /** The way from the unsteered place through weaker pushes of the same kind to the present one. */
  trail(mode: MapMode): MapPoint[] {
    const start = this.probe.summary?.map[mode];
    const now = this.strength === 0 ? undefined : this.place?.[mode];
    if (!start || !now) return [];
    const between = [...this.#visited]
      .filter(([strength]) => strength * this.strength > 0 && Math.abs(strength) < Math.abs(this.strength))
      .sort(([a], [b]) => Math.abs(a) - Math.abs(b))
      .flatMap(([, place]) => place[mode] ?? []);
    return [start, ...between, now];
  }

  /** Learns the axis vectors of the loaded model, or takes the stored ones. */
  async learn(): Promise<boolean> {
    const { train } = this.materials;
    const model = this.engine.model;
    if (!train || !model) return false;
    this.#learnAbort?.abort();
    const abort = (this.#learnAbort = new AbortController());
    this.learningError = undefined;
    const limit = this.probe.depth;
    this.learning = { done: 0, total: Math.min(limit, train.dilemmas.length), secondsLeft: undefined };
    this.#learnPace.start();
    try {
      const vectors = await storedAxisVectors(this.engine, await this.store, train, {
        limit,
        seed: SEED,
        signal: abort.signal,
        onProgress: (done, total) => {
          this.learning = { done, total, secondsLeft: this.#learnPace.secondsLeft(done, total) };
        },
      });
      if (this.#learnAbort !== abort) return false;
      this.layer = Math.round(USUAL_DEPTH * model.layers);
      this.vectors = vectors;
      return true;
    } catch (thrown) {
      const error = LeewayError.wrap(thrown, 'internal', 'Reload the page and try again.');
      if (this.#learnAbort === abort && error.code !== 'cancelled') this.learningError = error.report();
      return false;
    } finally {
      if (this.#learnAbort === abort) this.learning = undefined;
    }
  }

  cancelLearning(): void {
    this.#learnAbort?.abort();
  }

  setStrength(strength: number): void {
    // Steps of 0.05 are not exact in binary; runs are found again by their strength.
    const rounded = Math.round(strength * 1000) / 1000;
    if (rounded === this.strength) return;
    this.strength = rounded;
    void this.#measure();
  }

  setLayer(layer: number): void {
    if (layer === this.layer) return;
    this.layer = layer;
    this.#visited.clear();
    void this.#measure();
  }

  setAxis(axis: Axis): void {
    if (axis === this.axis) return;
    this.axis = axis;
    this.#visited.clear();
    void this.#measure();
  }

  /** Measures the present push again, after a fault or a cancel. */
  retry(): void {
    void this.#measure();
  }

  reset(): void {
    this.strength = 0;
    this.#visited.clear();
    this.clear();
  }

  /** Forgets everything that belongs to the model before. */
  forget(): void {
    this.cancelLearning();
    this.reset();
    this.vectors = undefined;
  }

  async #measure(): Promise<void> {
    const scenarios = this.materials.measured;
    const { vector, strength, axis, layer } = this;
    if (!scenarios || !vector || strength === 0) {
      this.clear();
      return;
    }
    const { train } = this.materials;
    const record = {
      vector: `axis:${axis}`,
      axis,
      layer,
      strength,
      unit: 'norm',
      ...(train && this.vectors ? { training: { sha256: train.sha256, n: this.vectors.learnedFrom } } : {}),
    } as const;
    const store = await this.store;
    const limit = this.probe.depth;
    const finished = await this.run(Math.min(limit, scenarios.dilemmas.length), (signal, onAnswers) =>
      storedProbe(
        this.engine,
        store,
        {
          scenarios,
          limit,
          protocol: this.probe.protocol,
          system: this.probe.system,
          seed: SEED,
          steering: { record, vector },
        },
        { signal, onAnswers },
      ),
    );
    const { place } = this;
    if (finished && place) this.#visited.set(strength, place);
  }
}
