import { LeewayError, type ErrorReport } from '../../errors/leeway-error.ts';
import { commitLike, sha256Of } from '../../models/checksum.ts';
import type { HeldState } from '../../models/holding.ts';
import type { HoldingStore } from '../../models/holding-store.ts';
import type { HubFile } from '../../models/hub.ts';
import { cancelled } from '../../models/patience.ts';
import { findParcels, type Parcel } from '../../models/parcel.ts';
import type { ImportReply, ImportRequest, ReadProgress } from '../shared/protocol.ts';
import { openArchive } from './archive.ts';
import { broughtBlob, textOf, type Brought } from './brought.ts';
import { isOwnFault, ParcelImport } from './parcel-import.ts';
import { planParcel, unstated, type ParcelPlan } from './parcel-plan.ts';
import type { Storage } from './storage.ts';

const nothing = (count: number): LeewayError =>
  new LeewayError(
    'model-not-found',
    count === 0 ? 'This folder is empty.' : 'There is no model in what you brought.',
    'Bring a folder that this page exported; a folder with config.json, tokenizer.json and an .onnx file; a .gguf file; or a .zip of these.',
  );

/** The name that a dropped .gguf file has among runs is that of the file; a folder's that of the folder. */
const idOf = (repository: string): string => repository.replace(/^(?:file|folder)\//, '');

const sizeOf = (files: readonly HubFile[]): number => files.reduce((sum, { size }) => sum + size, 0);

/** Larger graphs carry their weights in themselves, and need not be read to be asked. */
const LARGEST_GRAPH = 256e6;

/** Models on their way from a disk, a stick or an archive into the store. */
export class ImportModels {
  #done = 0;
  #total = 0;
  readonly #files = new Map<string, Brought>();
  readonly #refused: ErrorReport[] = [];

  constructor(
    private readonly storage: Storage,
    private readonly request: ImportRequest,
    private readonly signal: AbortSignal,
    private readonly onProgress: (progress: ReadProgress) => void,
  ) {}

  /**
   * Takes in every whole model that is found; what is wrong with others is told. Throws model-not-found where there is
   * none at all; storage-full and cancelled, after which models that were taken in whole stay, and nothing of others.
   */
  async run(): Promise<ImportReply> {
    const { holdings } = this.storage;
    if (!holdings)
      throw new LeewayError(
        'storage-full',
        'This browser keeps nothing for this page (a private window, or no room).',
        'Drop a .gguf file on the map to use it for this visit, or come back in an ordinary window.',
      );
    await this.#unpack();
    const found = await findParcels([...this.#files.values()], (path) =>
      textOf(this.#file(path), this.signal),
    );
    this.#refused.push(...found.refused);
    const plans: ParcelPlan[] = [];
    for (const parcel of found.parcels)
      plans.push(await planParcel(parcel, (path) => this.#graph(this.#placed(parcel, path))));
    this.#total = plans.reduce((sum, plan) => sum + sizeOf(plan.needed) + sizeOf(unstated(plan)), 0);
    const added: HeldState[] = [];
    for (const plan of plans) {
      this.#refused.push(...plan.refused);
      if (plan.variants.length === 0) continue;
      try {
        added.push(...(await this.#take(holdings, plan)));
      } catch (thrown) {
        if (!isOwnFault(thrown)) throw thrown;
        this.#refused.push(thrown.report());
      }
    }
    if (added.length === 0 && this.#refused.length === 0) throw nothing(this.request.files.length);
    return { added, refused: this.#refused };
  }

  /** Everything that was brought, archives opened. */
  async #unpack(): Promise<void> {
    for (const { path, blob } of this.request.files)
      if (!/\.zip$/i.test(path)) this.#files.set(path, broughtBlob(path, blob));
      else
        try {
          for (const file of await openArchive(path, blob)) this.#files.set(file.path, file);
        } catch (thrown) {
          if (this.signal.aborted) throw cancelled();
          const error = LeewayError.wrap(thrown, 'file-unreadable', 'Unpack it and bring the folder.');
          this.#refused.push(error.report());
        }
  }

  #file(path: string): Brought {
    const file = this.#files.get(path);
    if (file) return file;
    throw new LeewayError('internal', `${path} was not brought.`, 'Bring the folder again.');
  }

  #placed = (parcel: Parcel, path: string): Brought => this.#file(parcel.places.get(path) ?? path);

  async #graph(file: Brought): Promise<Blob> {
    const parts: Blob[] = [];
    if (file.size <= LARGEST_GRAPH)
      for await (const bytes of file.pieces(this.signal)) parts.push(new Blob([bytes.slice()]));
    return new Blob(parts);
  }

  readonly #count = (bytes: number): void => {
    this.#done += bytes;
    this.onProgress({ done: Math.min(this.#done, this.#total), total: this.#total });
  };

  async #take(holdings: HoldingStore, plan: ParcelPlan): Promise<readonly HeldState[]> {
    const { signal } = this;
    const { parcel, variants } = plan;
    const digests = new Map<string, string>();
    for (const { path } of unstated(plan))
      digests.set(path, await sha256Of(this.#placed(parcel, path).pieces(signal), this.#count));
    // Of a folder without a file list what is needed counts; a mirror's list may name further weights.
    const listed = parcel.commit === undefined ? plan.needed : parcel.files;
    const files = listed.map((file) => {
      const sha256 = digests.get(file.path);
      return sha256 === undefined ? file : { ...file, sha256 };
    });
    const commit = parcel.commit ?? (await commitLike(files));
    const id = this.request.ids[parcel.repository] ?? idOf(parcel.repository);
    const reply = await new ParcelImport(
      holdings,
      { ...parcel, commit, files, id },
      { bytesOf: (path) => this.#placed(parcel, path), count: this.#count, signal },
    ).run(variants);
    this.#refused.push(...reply.refused);
    return reply.added;
  }
}
