import type { Engine } from '../engine/client/engine.ts';
import type { ErrorReport } from '../errors/leeway-error.ts';
import { screenProtocols } from '../experiments/control-check.ts';
import { validate, type ValidationProgress } from '../experiments/validation.ts';
import type { RunStore } from '../runs/run-store.ts';
import { defaultProtocol, type ControlScore } from '../science/control.ts';
import type { MapMode, MapPoint } from '../science/culture-map.ts';
import type { Protocol } from '../science/prompt.ts';
import { surveyPlace, surveyScores } from '../science/survey-score.ts';
import { validityReport, type ValidityData, type ValidityReport } from '../science/validity/report.ts';
import { levelsOf, verdictOf } from '../science/validity/verdict.ts';
import type { Materials } from './materials.svelte.ts';
import { Pace } from './pace.ts';
import { SEED, type ProbeState } from './probe.svelte.ts';
import { endOf } from './work.svelte.ts';

/** Whether the loaded model's answers mean anything: control questions first, everything else on request. */
export class ValidityState {
  /** How the model did on control questions, by protocol; empty before they were asked. */
  scores = $state.raw<Readonly<Partial<Record<Protocol, ControlScore>>>>({});
  screening = $state.raw<{ protocol: Protocol; done: number; total: number }>();
  status = $state<'idle' | 'running' | 'done' | 'failed'>('idle');
  progress = $state.raw<ValidationProgress>();
  secondsLeft = $state<number>();
  error = $state.raw<ErrorReport>();
  #data = $state.raw<ValidityData>();
  #abort: AbortController | undefined;
  readonly #pace = new Pace();

  readonly report: ValidityReport | undefined = $derived.by(() => this.#data && validityReport(this.#data));
  readonly levels = $derived.by(() => this.report && levelsOf(this.report));
  readonly verdict = $derived.by(() => this.report && verdictOf(this.report));

  constructor(
    private readonly engine: Engine,
    private readonly store: Promise<RunStore>,
    private readonly materials: Materials,
    private readonly probe: ProbeState,
  ) {}

  /** Where the direct answers would stand, and how much of the probability they had; undefined before they were asked. */
  direct(mode: MapMode): (MapPoint & { readonly answered: number }) | undefined {
    const { projection } = this.materials;
    const answered = this.report?.convergence?.answered;
    if (!projection || !this.#data || answered === undefined) return undefined;
    const { questions, readings } = this.#data.survey;
    const place = surveyPlace(surveyScores(questions, readings), projection, mode);
    return place && { ...place, answered };
  }

  /** Asks control questions in every protocol and gives the one to take; undefined where it was stopped or failed. */
  async screen(): Promise<Protocol | undefined> {
    const { controls } = this.materials;
    if (!controls) return undefined;
    const { signal, done } = this.#begin();
    try {
      this.scores = await screenProtocols(this.engine, await this.store, controls, {
        seed: SEED,
        signal,
        onProgress: (protocol, answered, total) => {
          if (!signal.aborted) this.screening = { protocol, done: answered, total };
        },
      });
      return defaultProtocol(this.scores).protocol;
    } catch (thrown) {
      this.#fail(thrown, signal);
      return undefined;
    } finally {
      if (done()) this.screening = undefined;
    }
  }

  /** Asks everything that tells how far to believe the figures; takes up what is stored. */
  async examine(): Promise<void> {
    const { test, paraphrases, controls, survey } = this.materials;
    if (!test || !paraphrases || !controls || !survey) return;
    const { signal, done } = this.#begin();
    this.status = 'running';
    this.#pace.start();
    let first: number | undefined;
    try {
      const data = await validate(
        this.engine,
        await this.store,
        { test, paraphrases, controls, survey },
        {
          seed: SEED,
          signal,
          protocol: this.probe.protocol,
          limit: this.probe.depth,
          onProgress: (progress) => {
            if (signal.aborted) return;
            if (first === undefined) this.#pace.start((first = progress.done));
            this.progress = progress;
            this.secondsLeft = this.#pace.secondsLeft(progress.done, progress.total);
          },
        },
      );
      if (signal.aborted) return;
      this.#data = data;
      this.scores = data.controls;
      this.status = 'done';
    } catch (thrown) {
      this.#fail(thrown, signal);
    } finally {
      if (done()) {
        this.progress = undefined;
        this.secondsLeft = undefined;
      }
    }
  }

  cancel(): void {
    this.#abort?.abort();
  }

  /** Stops, and forgets all but the control questions. */
  clear(): void {
    this.cancel();
    this.#abort = undefined;
    this.screening = undefined;
    this.#data = undefined;
    this.status = 'idle';
    this.error = undefined;
  }

  /** Forgets everything that belongs to the model before. */
  forget(): void {
    this.clear();
    this.scores = {};
  }

  /** Starts a piece of work; `done` tells whether it is still the newest. */
  #begin(): { signal: AbortSignal; done: () => boolean } {
    this.#abort?.abort();
    const abort = (this.#abort = new AbortController());
    this.error = undefined;
    return { signal: abort.signal, done: () => this.#abort === abort };
  }

  #fail(thrown: unknown, signal: AbortSignal): void {
    if (this.#abort?.signal !== signal) return;
    ({ status: this.status, error: this.error } = endOf(thrown));
  }
}
