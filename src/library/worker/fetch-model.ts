import { LeewayError } from '../../errors/leeway-error.ts';
import { contentKey } from '../../models/checksum.ts';
import { wholeOf } from '../../models/content-store.ts';
import { downloadFiles, missingBytes } from '../../models/download.ts';
import { holdingKey, placeOf, type Holding } from '../../models/holding.ts';
import { listFiles, type HubFile, type Listing } from '../../models/hub.ts';
import { machineFacts } from '../../models/machine-facts.ts';
import { chooseFile } from '../../models/model-file.ts';
import type { RepositoryFiles } from '../../models/model-files.ts';
import { furtherFiles, planFiles } from '../../models/model-plan.ts';
import { PATIENCE, type Patience } from '../../models/patience.ts';
import type { PrecisionChoice } from '../../models/precision.ts';
import type { FetchProgress, FetchRequest, Inspection } from '../shared/protocol.ts';
import { checkRoom, roomHere } from './room.ts';
import { shelfOf, takeHolding } from './shelf.ts';
import type { Storage } from './storage.ts';

interface Found {
  readonly listing: Listing;
  readonly pinned: boolean;
  readonly choice: PrecisionChoice;
}

/** The file list that counts: the pinned one, else the hub's, else for want of a network the last one. */
async function find(
  { source, backend, precision, renew }: FetchRequest,
  { holdings }: Storage,
  signal: AbortSignal,
): Promise<Found> {
  const { repository, revision, graph } = source;
  const kept = await holdings?.pinned(repository, revision);
  const pinned = kept !== undefined && !renew && !source.moving;
  const listing = pinned
    ? kept
    : await listFiles(source, signal).catch((thrown: unknown) => {
        const offline = thrown instanceof LeewayError && thrown.code === 'network';
        if (offline && kept && !renew) return kept;
        throw thrown;
      });
  const machine = await machineFacts(backend);
  const choice = chooseFile(repository, listing.files, { machine, named: graph, wish: precision });
  return { listing, pinned: listing === kept, choice };
}

/** What a repository holds and what would be taken here. Errors: those of listFiles and chooseFile. */
export async function inspectModel(
  request: FetchRequest,
  storage: Storage,
  signal: AbortSignal,
): Promise<Inspection> {
  const { listing, pinned, choice } = await find(request, storage, signal);
  const files = planFiles(listing.files, choice.variant);
  const { base, repository } = request.source;
  return {
    commit: listing.commit,
    pinned,
    choice,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    missing: await missingBytes(
      storage.contents,
      files,
      placeOf({ base, repository, commit: listing.commit }),
    ),
  };
}

/** One model on its way to this device, or found here. */
export class FetchModel {
  #traffic = 0;

  constructor(
    private readonly request: FetchRequest,
    private readonly storage: Storage,
    private readonly signal: AbortSignal,
    private readonly onProgress: (progress: FetchProgress) => void,
    /** How long it puts up with a bad network, and bytes of a stored chunk: as the page has them where absent. */
    private readonly manner: { readonly patience?: Patience; readonly chunk?: number } = {},
  ) {}

  /**
   * Downloads what is missing, verifies it, and hands over the files. The commit is pinned before the first byte.
   * Errors: those of listFiles, chooseFile and downloadFiles; storage-full before anything is fetched.
   */
  async run(): Promise<RepositoryFiles> {
    this.onProgress({ phase: 'list' });
    const { source, renew } = this.request;
    let found: Found;
    try {
      found = await find(this.request, this.storage, this.signal);
    } catch (thrown) {
      const offline = thrown instanceof LeewayError && thrown.code === 'network';
      const kept = offline && !renew ? await this.#keptElsewhere() : undefined;
      if (kept) return kept;
      throw thrown;
    }
    try {
      return await this.#bring(found);
    } catch (thrown) {
      // A publisher may rewrite a repository's history: then the commit is gone, and its successor is taken.
      const gone = thrown instanceof LeewayError && thrown.code === 'model-not-found';
      if (!gone || renew || source.moving) throw thrown;
      const anew = await find({ ...this.request, renew: true }, this.storage, this.signal);
      if (anew.listing.commit === found.listing.commit) throw thrown;
      return this.#bring(anew);
    }
  }

  /** The same model from another place, all of it here: a page that moved, or a stick, gave it another repository. */
  async #keptElsewhere(): Promise<RepositoryFiles | undefined> {
    const { source, precision } = this.request;
    const wish = precision ?? source.graph;
    const { holdings } = await shelfOf(this.storage);
    const here = holdings.find(
      ({ complete, holding: { id, graph, label } }) =>
        complete && id === source.id && (wish === undefined || wish === graph || wish === label),
    );
    return here && takeHolding(this.storage, here.holding.key);
  }

  async #bring({ listing, choice }: Found): Promise<RepositoryFiles> {
    const { source } = this.request;
    const { commit } = listing;
    const { variant } = choice;
    this.onProgress({ phase: 'chosen', alternatives: choice.alternatives });
    let files = planFiles(listing.files, variant);
    let holding = await this.#begin(listing, choice, files);
    await this.#download(commit, files);
    const place = placeOf({ ...source, commit });
    const graph = files.find(({ path }) => path === variant.path);
    const graphKey = graph ? contentKey(graph, place) : place;
    const further = await furtherFiles(
      listing.files,
      variant,
      (await wholeOf(this.storage.contents, graphKey)) ?? new Blob(),
    );
    if (further.length > 0) {
      files = [...files, ...further];
      holding = await this.#begin(listing, choice, files);
      await this.#download(commit, files);
    }
    const blobs = new Map<string, Blob>();
    for (const file of files) {
      const blob = await wholeOf(this.storage.contents, contentKey(file, place));
      if (!blob)
        throw new LeewayError(
          'model-incomplete',
          `The browser has lost ${file.path} again.`,
          'Make room on the disk, then load the model again.',
        );
      blobs.set(file.path, blob);
    }
    // A folder that somebody works in leaves no history of itself behind.
    if (holding) await this.storage.holdings?.removeOlder(holding, source.moving);
    return {
      id: source.id,
      repository: source.repository,
      commit,
      listing: listing.files,
      choice,
      blobs,
      graphKey,
      bytes: files.reduce((sum, { size }) => sum + size, 0),
      fromDevice: this.#traffic === 0,
    };
  }

  /** Writes down what comes before it comes: half a model is on the shelf, too, and can be gone on with or deleted. */
  async #begin(
    listing: Listing,
    { variant }: PrecisionChoice,
    files: readonly HubFile[],
  ): Promise<Holding | undefined> {
    const { holdings } = this.storage;
    if (!holdings) return undefined;
    const { source } = this.request;
    const { id, base, repository, revision } = source;
    const key = holdingKey(repository, listing.commit, variant.path);
    const known = await holdings.get(key);
    const now = Date.now();
    const holding: Holding = {
      key,
      id,
      base,
      repository,
      revision,
      commit: listing.commit,
      graph: variant.path,
      label: variant.label,
      files,
      addedAt: known?.addedAt ?? now,
      usedAt: now,
    };
    await holdings.pin(repository, revision, listing);
    await holdings.put(holding);
    await holdings.dropLost(holding);
    return holding;
  }

  async #download(commit: string, files: readonly HubFile[]): Promise<void> {
    const { source } = this.request;
    const { contents, holdings } = this.storage;
    const missing = await missingBytes(contents, files, placeOf({ ...source, commit }));
    if (holdings && missing > 0) checkRoom(missing, await roomHere());
    await downloadFiles(files, {
      from: source,
      commit,
      store: contents,
      signal: this.signal,
      patience: this.manner.patience ?? PATIENCE,
      ...(this.manner.chunk === undefined ? {} : { chunk: this.manner.chunk }),
      onProgress: (progress) => {
        this.#traffic = Math.max(this.#traffic, progress.traffic);
        this.onProgress({ phase: 'download', ...progress });
      },
    });
  }
}
