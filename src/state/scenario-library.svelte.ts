import { LeewayError, type ErrorReport } from '../errors/leeway-error.ts';
import { keptScenarios, openScenarios, type OpenScenarios } from '../experiments/own-scenarios.ts';
import { addressName, fetchScenarioText, scenarioAddress } from '../experiments/scenario-address.ts';
import { scenarioFileText } from '../experiments/scenario-text.ts';
import { NAMED, ScenarioError } from '../experiments/scenarios.ts';
import type { OwnScenarios, RunStore } from '../runs/run-store.ts';
import type { Materials } from './materials.svelte.ts';

/** Why a file was not taken, with its faults one a line where the sentence does not name them all. */
export interface Refusal extends ErrorReport {
  readonly lines: readonly string[];
  readonly more: number;
}

function refusal(thrown: unknown): Refusal {
  const error = LeewayError.wrap(thrown, 'internal', 'Reload the page and try again.');
  const { lines, more } =
    error instanceof ScenarioError && error.lines.length > NAMED ? error : { lines: [], more: 0 };
  return { ...error.report(), lines, more };
}

/** The scenario files that the visitor brought, and which one is measured. */
export class ScenarioLibrary {
  /** Those kept on this device. */
  files = $state.raw<readonly OwnScenarios[]>([]);
  /** The one that is measured; the page's own dilemmas where there is none. */
  open = $state.raw<OpenScenarios>();
  /** The file that is on its way. */
  reading = $state<string>();
  refused = $state.raw<Refusal>();
  /** False where files are kept for this visit only. */
  durable = $state(true);
  #abort: AbortController | undefined;

  /** @param onchange called when other dilemmas are to be measured */
  constructor(
    private readonly store: Promise<RunStore>,
    private readonly materials: Materials,
    private readonly onchange: () => void,
  ) {}

  /** Lists what this device holds. */
  async load(): Promise<void> {
    const store = await this.store;
    this.files = await store.scenarios();
    this.durable = store.durable;
  }

  /** Reads a file or the file at an address, keeps it and measures it; a refusal leaves all as it was. */
  take(source: File | string): Promise<void> {
    return this.#read(typeof source === 'string' ? source.trim() : source.name, async (signal) => {
      if (typeof source !== 'string') return { name: source.name, text: await scenarioFileText(source) };
      const address = scenarioAddress(source);
      return { name: addressName(address), text: await fetchScenarioText(address, { signal }) };
    });
  }

  /** Measures a kept file, or the page's own dilemmas. */
  async choose(sha256: string | undefined): Promise<void> {
    if (sha256 === this.open?.set.sha256) return;
    const file = this.files.find((kept) => kept.sha256 === sha256);
    if (file) return this.#read(file.name, () => Promise.resolve(file));
    this.cancel();
    this.refused = undefined;
    this.#measure(undefined);
  }

  /** Forgets a file; runs of it stay. */
  async delete(sha256: string): Promise<void> {
    await (await this.store).deleteScenarios(sha256);
    if (this.open?.set.sha256 === sha256) this.#measure(undefined);
    await this.load();
  }

  /** Gives up what is on its way. */
  cancel(): void {
    this.#abort?.abort();
    this.#abort = undefined;
    this.reading = undefined;
  }

  /** Takes the refusal off the page. */
  dismiss(): void {
    this.refused = undefined;
  }

  async #read(
    name: string,
    source: (
      signal: AbortSignal,
    ) => Promise<{ readonly name: string; readonly text: string; readonly added?: string }>,
  ): Promise<void> {
    this.cancel();
    const abort = (this.#abort = new AbortController());
    this.reading = name;
    this.refused = undefined;
    try {
      const { name: own, text, added } = await source(abort.signal);
      const opened = await openScenarios(own, text, this.materials.train?.dilemmas);
      if (abort.signal.aborted) return;
      // What was kept already keeps its date.
      if (added === undefined) await (await this.store).keepScenarios(keptScenarios(opened, text));
      await this.load();
      if (!abort.signal.aborted) this.#measure(opened);
    } catch (thrown) {
      if (!abort.signal.aborted) this.refused = refusal(thrown);
    } finally {
      if (this.#abort === abort) this.reading = undefined;
    }
  }

  #measure(opened: OpenScenarios | undefined): void {
    const same = opened?.set.sha256 === this.open?.set.sha256;
    this.open = opened;
    this.materials.own = opened?.set;
    if (!same) this.onchange();
  }
}
