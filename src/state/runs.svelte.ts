import { SvelteMap } from 'svelte/reactivity';
import { compareRuns, type Comparison } from '../runs/comparison.ts';
import { modelFigures, type ModelFigures } from '../runs/model-figures.ts';
import { figuresOf, type RunFigures } from '../runs/run-figures.ts';
import { exportRuns, type ExportedFile } from '../runs/run-export.ts';
import type { ProbeRun, Run } from '../runs/run.ts';
import type { RunStore } from '../runs/run-store.ts';
import { summarize, type Summary } from '../science/measurement.ts';
import type { Materials } from './materials.svelte.ts';
import { RunImports } from './run-imports.svelte.ts';

/** A run as it was when its figures were made. */
const versionOf = ({ key, updated, answers }: Run): string => `${key} ${updated} ${answers.length}`;

/** The runs of this device and visit: listed, chosen, compared, exported, deleted. */
export class RunsState {
  /** The newest first. */
  list = $state.raw<readonly Run[]>([]);
  loaded = $state(false);
  /** Whether runs outlast the visit. */
  durable = $state(true);
  /** Keys of the chosen runs, in the order of choosing. */
  chosenKeys = $state.raw<readonly string[]>([]);
  /** Runs that are deleted once the visitor says so again. */
  doomed = $state.raw<readonly Run[]>([]);
  readonly imports: RunImports;
  readonly #figures = new SvelteMap<string, RunFigures | undefined>();

  readonly chosen: readonly Run[] = $derived.by(() =>
    this.chosenKeys.flatMap((key) => this.list.find((run) => run.key === key) ?? []),
  );
  readonly probes: readonly ProbeRun[] = $derived(this.chosen.filter((run) => run.kind === 'probe'));

  /** Two chosen probes and nothing else, the one chosen first held to be before. */
  readonly comparison: Comparison | undefined = $derived.by(() => {
    const [before, after] = this.probes;
    return before && after && this.chosen.length === 2 ? compareRuns(before, after) : undefined;
  });

  /** Figures with places on the map of one or two chosen probes, in their order. */
  readonly places: readonly { readonly run: ProbeRun; readonly summary: Summary }[] = $derived.by(() => {
    const { projection } = this.materials;
    if (!projection || this.probes.length > 2 || this.probes.length < this.chosen.length) return [];
    return this.probes
      .filter(({ answers }) => answers.length > 0)
      .map((run) => ({ run, summary: summarize(run.answers, { projection, seed: run.seed }) }));
  });

  /** Models side by side, by what is stored of them for the page's own dilemmas; derived where it is looked at. */
  readonly models: readonly ModelFigures[] = $derived.by(() => {
    const { projection, test } = this.materials;
    return projection && test ? modelFigures(this.list, test.sha256, projection) : [];
  });

  constructor(
    private readonly store: Promise<RunStore>,
    private readonly materials: Materials,
  ) {
    this.imports = new RunImports(store, () => this.refresh());
  }

  /** Reads the list anew; figures that are not known yet come one after the other. */
  async refresh(): Promise<void> {
    const store = await this.store;
    this.list = await store.runs();
    this.durable = store.durable;
    this.loaded = true;
    for (const run of this.list) {
      const version = versionOf(run);
      if (this.#figures.has(version)) continue;
      this.#figures.set(version, figuresOf(run));
      // The page stays alive between runs, each of which takes some 20 ms.
      await new Promise((resolve) => setTimeout(resolve));
    }
  }

  /** The figures of a run; undefined until they are made, and for a run without answers. */
  figures(run: Run): RunFigures | undefined {
    return this.#figures.get(versionOf(run));
  }

  choose({ key }: Run, chosen: boolean): void {
    const others = this.chosenKeys.filter((other) => other !== key);
    this.chosenKeys = chosen ? [...others, key] : others;
  }

  /** Which of two compared runs is held to be before is for the visitor to say. */
  turnAround(): void {
    this.chosenKeys = this.chosenKeys.toReversed();
  }

  askToDelete(runs: readonly Run[]): void {
    this.doomed = runs;
  }

  keep(): void {
    this.doomed = [];
  }

  async deleteDoomed(): Promise<void> {
    const store = await this.store;
    for (const run of this.doomed) {
      await store.deleteRun(run.key);
      this.choose(run, false);
    }
    this.doomed = [];
    await this.refresh();
  }

  /** The chosen runs as a file, or all of them where none is chosen. */
  exported(kind: 'json' | 'csv'): ExportedFile {
    const runs = this.chosen.length > 0 ? this.chosen : this.list;
    return exportRuns(runs, kind, this.materials.societies?.sources ?? []);
  }
}
