import { LeewayError, type ErrorReport } from '../../errors/leeway-error.ts';
import { alone } from '../../models/alone.ts';
import { contentKey, type Pieces } from '../../models/checksum.ts';
import { wholeOf } from '../../models/content-store.ts';
import { storeFile } from '../../models/file-store.ts';
import { holdingKey, placeOf, type HeldState, type Holding } from '../../models/holding.ts';
import type { HoldingStore } from '../../models/holding-store.ts';
import type { HubFile } from '../../models/hub.ts';
import { namedWeights, planFiles } from '../../models/model-plan.ts';
import { cancelled } from '../../models/patience.ts';
import type { Parcel } from '../../models/parcel.ts';
import type { Variant } from '../../models/variant.ts';
import type { ImportReply } from '../shared/protocol.ts';
import { checkRoom, roomHere } from './room.ts';

/** A parcel whose commit is known and whose files all have a digest. */
export interface StatedParcel extends Parcel {
  readonly commit: string;
  /** Name under which runs know the model. */
  readonly id: string;
}

interface Reading {
  readonly bytesOf: (path: string) => { pieces: (signal: AbortSignal) => Pieces };
  /** Told of bytes that were read, or that need not be. */
  readonly count: (bytes: number) => void;
  readonly signal: AbortSignal;
}

const COMMON_FAULTS = new Set(['storage-full', 'cancelled', 'internal']);

/** Whether a fault concerns one model alone, so that others may be whole, and not all that is brought. */
export const isOwnFault = (thrown: unknown): thrown is LeewayError =>
  thrown instanceof LeewayError && !COMMON_FAULTS.has(thrown.code);

/** One repository on its way into the store. */
export class ParcelImport {
  /** Contents that this import wrote: those that no holding needs go again. */
  readonly #written = new Set<string>();
  readonly #spoiled = new Map<string, LeewayError>();

  constructor(
    private readonly holdings: HoldingStore,
    private readonly parcel: StatedParcel,
    private readonly reading: Reading,
  ) {}

  /** Stores what the variants need and writes them down. Throws storage-full, cancelled; leaves nothing half behind. */
  async run(variants: readonly Variant[]): Promise<ImportReply> {
    const added: HeldState[] = [];
    const refused = new Map<string, ErrorReport>();
    try {
      await this.#checkRoom(variants);
      for (const variant of variants)
        try {
          const files = await this.#store(variant);
          added.push(await this.#writeDown(variant, files));
        } catch (thrown) {
          if (!isOwnFault(thrown)) throw thrown;
          // A file that several variants share is named once.
          refused.set(thrown.message, thrown.report());
        }
      if (added.length > 0) await this.#pin();
    } finally {
      await this.#sweep();
    }
    return { added, refused: [...refused.values()] };
  }

  get #place(): string {
    return placeOf({ base: '', ...this.parcel });
  }

  async #isHere(file: HubFile): Promise<boolean> {
    const found = await this.holdings.contents.inspect(contentKey(file, this.#place));
    return found?.head.complete === true && found.whole;
  }

  async #checkRoom(variants: readonly Variant[]): Promise<void> {
    const { files } = this.parcel;
    const needed = new Map(
      variants.flatMap((variant) => planFiles(files, variant)).map((file) => [file.path, file]),
    );
    let missing = 0;
    for (const file of needed.values()) missing += (await this.#isHere(file)) ? 0 : file.size;
    if (missing > 0) checkRoom(missing, await roomHere());
  }

  /** Stores every file of a variant and returns them; those that its graph names last. */
  async #store(variant: Variant): Promise<HubFile[]> {
    const { files } = this.parcel;
    const planned = planFiles(files, variant);
    for (const file of planned) await this.#storeFile(file);
    const graph = planned.find(({ path }) => path === variant.path);
    const blob = graph && (await wholeOf(this.holdings.contents, contentKey(graph, this.#place)));
    const named = await namedWeights(variant, blob ?? new Blob());
    const further = named.filter((path) => !planned.some((file) => file.path === path));
    const weights = further.map((path) => {
      const file = files.find((candidate) => candidate.path === path);
      if (file) return file;
      throw new LeewayError(
        'model-incomplete',
        `${variant.path} of ${this.parcel.repository} needs ${path}, which was not brought.`,
        'Bring the whole folder.',
      );
    });
    for (const file of weights) await this.#storeFile(file);
    return [...planned, ...weights];
  }

  async #storeFile(file: HubFile): Promise<void> {
    const { signal, bytesOf, count } = this.reading;
    const { contents } = this.holdings;
    const key = contentKey(file, this.#place);
    const known = this.#spoiled.get(key);
    if (known) throw known;
    if (signal.aborted) throw cancelled();
    await alone(
      key,
      signal,
      () => undefined,
      async () => {
        if (await this.#isHere(file)) {
          if (!this.#written.has(key)) count(file.size);
          return;
        }
        this.#written.add(key);
        await storeFile(file, key, bytesOf(file.path).pieces(signal), contents, count).catch(
          (thrown: unknown) => {
            if (isOwnFault(thrown)) this.#spoiled.set(key, thrown);
            throw thrown;
          },
        );
      },
    );
  }

  async #writeDown(variant: Variant, files: readonly HubFile[]): Promise<HeldState> {
    const { id, repository, commit, revisions } = this.parcel;
    const key = holdingKey(repository, commit, variant.path);
    const known = await this.holdings.get(key);
    // What it was called before it had digests is not needed any more.
    for (const file of known?.files ?? []) this.#written.add(contentKey(file, placeOf(known as Holding)));
    const holding: Holding = {
      key,
      id: known?.id ?? id,
      base: known?.base ?? '',
      repository,
      revision: known?.revision ?? (revisions.includes('main') ? 'main' : (revisions[0] ?? 'main')),
      commit,
      graph: variant.path,
      label: variant.label,
      files,
      addedAt: known?.addedAt ?? Date.now(),
      ...(known?.usedAt === undefined ? {} : { usedAt: known.usedAt }),
    };
    await this.holdings.put(holding);
    return this.holdings.state(holding);
  }

  /**
   * The commit counts from now on, with the files of it that are on this device and no others: what is chosen among them
   * can be loaded without a network. Looking for a newer version brings the hub's own list back.
   */
  async #pin(): Promise<void> {
    const { repository, commit, revisions } = this.parcel;
    const files = new Map<string, HubFile>();
    for (const { holding, complete } of await this.holdings.list())
      if (complete && holding.repository === repository && holding.commit === commit)
        for (const file of holding.files) files.set(file.path, file);
    for (const revision of revisions)
      await this.holdings.pin(repository, revision, { commit, files: [...files.values()] });
  }

  /** Lets go of what was written for a model that did not become whole. */
  async #sweep(): Promise<void> {
    const needed = new Set<string>();
    for (const { holding } of await this.holdings.list())
      for (const file of holding.files) needed.add(contentKey(file, placeOf(holding)));
    for (const key of this.#written) if (!needed.has(key)) await this.holdings.contents.discard(key);
  }
}
