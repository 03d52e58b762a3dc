import type { Engine } from '../engine/client/engine.ts';
import { LeewayError, type ErrorReport } from '../errors/leeway-error.ts';
import { loadedProvenance } from '../experiments/stored-ask.ts';
import { storedVectors } from '../experiments/stored-vectors.ts';
import { dilemmaPairs, ownPairs, placesOf, type PairSource } from '../experiments/text-pairs.ts';
import { exportVectors, importVectors, type ExportedVectors } from '../experiments/vector-exchange.ts';
import type { RunStore } from '../runs/run-store.ts';
import type { VectorSet } from '../runs/vector-set.ts';
import { METHODS, type Method } from '../science/directions/direction.ts';
import { bestAgreement, layerCosines } from '../science/directions/layer-profile.ts';
import { readSelection, selectionsOf, type Selection } from '../science/directions/selection.ts';
import type { VectorFormat } from '../vectors/vector-file.ts';
import type { Materials } from './materials.svelte.ts';
import { OwnPairs } from './own-pairs.svelte.ts';
import { Pace } from './pace.ts';
import { QUICK, SEED } from './probe.svelte.ts';
import { endOf } from './work.svelte.ts';

/** Stands for the visitor's own pairs where it is chosen what vectors are made of. */
export const OWN = 'own';

/** The vector sets of the loaded model on this device: made, looked at, compared, brought in and handed out. */
export class VectorsState {
  /** The newest first. */
  list = $state.raw<readonly VectorSet[]>([]);
  /** False where sets are kept for this visit only. */
  durable = $state(true);
  /** What the next vectors are made of: a selection's name, or OWN. */
  from = $state<string>('axis:traditional_secular');
  method = $state<Method>(METHODS[0]);
  /** How many of the page's training dilemmas are read. */
  depth = $state<number>(QUICK);
  readonly own = new OwnPairs();
  making = $state.raw<{ done: number; total: number; secondsLeft: number | undefined }>();
  error = $state.raw<ErrorReport>();
  /** Why a file of vectors was not taken. */
  refused = $state.raw<ErrorReport>();
  shownKey = $state<string>();
  comparedKey = $state<string>();
  /** The set that is deleted once the visitor says so again. */
  doomed = $state.raw<VectorSet>();
  #abort: AbortController | undefined;
  readonly #pace = new Pace();

  readonly shown: VectorSet | undefined = $derived(this.list.find(({ key }) => key === this.shownKey));
  readonly compared: VectorSet | undefined = $derived(
    this.comparedKey === this.shownKey ? undefined : this.list.find(({ key }) => key === this.comparedKey),
  );
  readonly best = $derived(this.shown && bestAgreement(this.shown.layers));
  readonly cosines = $derived(
    this.shown && this.compared ? layerCosines(this.shown.layers, this.compared.layers) : [],
  );
  /** What can be chosen of the training dilemmas. */
  readonly selections: readonly Selection[] = $derived.by(() => {
    const dilemmas = this.materials.train?.dilemmas ?? [];
    return (['axis', 'item', 'domain', 'all'] as const).flatMap((kind) => selectionsOf(kind, dilemmas));
  });
  readonly #selection: Selection | undefined = $derived(
    this.from === OWN ? { kind: 'all' } : readSelection(this.from),
  );
  readonly #source: PairSource | undefined = $derived.by(() => {
    if (this.from === OWN) return this.own.set && ownPairs(this.own.set);
    return this.materials.train && dilemmaPairs(this.materials.train, this.depth);
  });
  /** Pairs behind the next vectors, and how many are read; undefined before there are any. */
  readonly pairs: { readonly used: number; readonly read: number } | undefined = $derived(
    this.#source && this.#selection
      ? { used: placesOf(this.#selection, this.#source.pairs).length, read: this.#source.pairs.length }
      : undefined,
  );

  /** @param ondelete called with a set that is no more */
  constructor(
    private readonly engine: Engine,
    private readonly store: Promise<RunStore>,
    private readonly materials: Materials,
    private readonly ondelete: (set: VectorSet) => void,
  ) {}

  /** Reads the list of the loaded model anew; none where no model is loaded. */
  async refresh(): Promise<void> {
    const store = await this.store;
    const { model } = this.engine;
    this.list = model ? await store.vectorSets(loadedProvenance(this.engine)) : [];
    this.durable = store.durable;
  }

  /** Makes what is chosen, or takes it from this device, and shows it. */
  async make(): Promise<void> {
    const source = this.#source;
    const selection = this.#selection;
    if (!source || !selection) return;
    this.#abort?.abort();
    const abort = (this.#abort = new AbortController());
    const total = source.pairs.length;
    this.error = undefined;
    this.making = { done: 0, total, secondsLeft: undefined };
    this.#pace.start();
    try {
      const [set] = await storedVectors(
        this.engine,
        await this.store,
        source,
        [{ selection, method: this.method }],
        {
          seed: SEED,
          signal: abort.signal,
          onProgress: (done) => {
            if (this.#abort === abort)
              this.making = { done, total, secondsLeft: this.#pace.secondsLeft(done, total) };
          },
        },
      );
      if (this.#abort !== abort) return;
      await this.refresh();
      this.shownKey = set?.key;
    } catch (thrown) {
      if (this.#abort === abort) this.error = endOf(thrown).error;
    } finally {
      if (this.#abort === abort) this.making = undefined;
    }
  }

  cancel(): void {
    this.#abort?.abort();
  }

  /** Takes the visitor's own pairs and chooses them; false, with a refusal to show, where they are none. */
  async takePairs(source: File | string): Promise<boolean> {
    const taken = await this.own.take(source);
    this.from = OWN;
    return taken;
  }

  /** Takes a file of vectors for the loaded model, keeps it and shows it. */
  async take(file: File): Promise<void> {
    this.refused = undefined;
    try {
      if (!this.engine.model)
        throw new LeewayError(
          'request-invalid',
          `${file.name} holds vectors, and no model is loaded that they could be checked against.`,
          'Load the model first that they were made for, then bring the file in again.',
        );
      await this.refresh();
      // Norms of another model's stream would make strengths mean something else.
      const known = this.list.find(({ method }) => method !== 'imported');
      const norms = known?.layers.map(({ residualNorm }) => residualNorm) ?? [];
      const bytes = new Uint8Array(await file.arrayBuffer());
      const set = await importVectors(file.name, bytes, loadedProvenance(this.engine), norms);
      await (await this.store).keepVectors(set);
      await this.refresh();
      this.shownKey = set.key;
    } catch (thrown) {
      this.refused = endOf(thrown).error;
    }
  }

  exported(format: VectorFormat): Promise<ExportedVectors> | undefined {
    return this.shown && exportVectors(this.shown, format);
  }

  async deleteDoomed(): Promise<void> {
    const set = this.doomed;
    this.doomed = undefined;
    if (!set) return;
    await (await this.store).deleteVectors(set.key);
    this.ondelete(set);
    await this.refresh();
  }

  /** Stops, and forgets what belongs to the model before; files stay on this device. */
  forget(): void {
    this.cancel();
    this.#abort = undefined;
    this.making = undefined;
    this.list = [];
    this.shownKey = undefined;
    this.comparedKey = undefined;
    this.error = undefined;
    this.refused = undefined;
  }
}
