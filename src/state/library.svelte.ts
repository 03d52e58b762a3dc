import { LeewayError, type ErrorReport } from '../errors/leeway-error.ts';
import type { ModelEntry } from '../experiments/model-entry.ts';
import { entrySource, holdingSource } from '../experiments/model-entries.ts';
import type { Library } from '../library/client/library.ts';
import type { HeldState, Room } from '../library/shared/protocol.ts';
import { Bringing } from './bringing.svelte.ts';
import { Downloads } from './downloads.svelte.ts';
import { clearedSince, keepHeldNotes, readHeldNotes, type HeldNote } from './held-note.ts';
import { HoldingWork } from './holding-work.svelte.ts';
import { Keeping } from './keeping.svelte.ts';
import { MirrorSetting } from './mirror.svelte.ts';
import { RepositoryLook } from './repository-look.svelte.ts';

/** The models on this device, on their way to it, and where they come from. */
export class LibraryState {
  /** The last used first. */
  held = $state.raw<readonly HeldState[]>([]);
  room = $state.raw<Room>({});
  /** False where the browser stores nothing for this page. */
  stored = $state(true);
  loaded = $state(false);
  error = $state.raw<ErrorReport>();
  /** Models that the browser has cleared since the last visit. */
  cleared = $state.raw<readonly HeldNote[]>([]);
  /** The model that is deleted once the visitor says so again. */
  doomed = $state.raw<HeldState>();
  readonly mirror = new MirrorSetting();
  readonly keeping = new Keeping();
  readonly downloads: Downloads;
  readonly work: HoldingWork;
  readonly bringing: Bringing;
  readonly look: RepositoryLook;
  #isFirst = true;

  constructor(
    private readonly library: Library,
    /** Called when a model is no longer on the device. */
    private readonly onremoved: (key: string) => void,
  ) {
    const refresh = (): Promise<void> => this.refresh();
    const mirror = (): string | undefined => this.mirror.base;
    this.downloads = new Downloads(library, refresh);
    this.work = new HoldingWork(library, mirror, refresh);
    this.bringing = new Bringing(library, refresh);
    this.look = new RepositoryLook(library, mirror);
  }

  /** Something goes on that the end of the page would stop. */
  get busy(): boolean {
    return this.downloads.busy || this.work.busy || this.bringing.progress !== undefined;
  }

  /** Reads anew what is on the device; for the first time, what the browser has cleared since the last visit as well. */
  async refresh(): Promise<void> {
    try {
      const { holdings, room, stored } = await this.library.shelf();
      if (stored && this.#isFirst) this.cleared = clearedSince(readHeldNotes(), holdings);
      else this.cleared = clearedSince(this.cleared, holdings);
      this.#isFirst &&= !stored;
      if (stored) keepHeldNotes(holdings, this.cleared);
      this.held = holdings;
      this.room = room;
      this.stored = stored;
      this.error = undefined;
      await this.keeping.note(room.persisted, holdings.length > 0);
    } catch (thrown) {
      this.error = LeewayError.wrap(thrown, 'internal', 'Reload the page and try again.').report();
    } finally {
      this.loaded = true;
    }
  }

  /** What of an entry is on this device, the most complete first. */
  heldOf({ id, repository }: Pick<ModelEntry, 'id' | 'repository'>): HeldState | undefined {
    const own = this.held.filter(({ holding }) => holding.repository === repository || holding.id === id);
    return own.find(({ complete }) => complete) ?? own[0];
  }

  download(entry: ModelEntry): Promise<boolean> {
    return this.downloads.start({ id: entry.id, source: () => entrySource(entry, this.mirror.base) });
  }

  /** Whether what is missing of a model, or its newer version, can be downloaded. */
  canFetch({ holding }: HeldState): boolean {
    return holdingSource(holding) !== undefined;
  }

  /** Downloads what is missing of a model; with `renew` its newest version, which takes its place. */
  async goOn({ holding }: HeldState, renew = false): Promise<boolean> {
    this.work.forget(holding.key);
    return this.#fetch(holding, renew);
  }

  /** Downloads again what the browser has cleared. */
  async restore(note: HeldNote): Promise<void> {
    if (await this.#fetch(note, false)) this.dismiss(note);
  }

  /** Whether what the browser has cleared can be downloaded: a file of the visitor's has to be brought again. */
  canRestore(note: HeldNote): boolean {
    return holdingSource(note) !== undefined;
  }

  dismiss({ key }: HeldNote): void {
    this.cleared = this.cleared.filter((note) => note.key !== key);
    keepHeldNotes(this.held, this.cleared);
  }

  askToDelete(state: HeldState): void {
    this.doomed = state;
  }

  keepDoomed(): void {
    this.doomed = undefined;
  }

  /** Deletes what the visitor has confirmed. */
  async deleteDoomed(): Promise<void> {
    const holding = this.doomed?.holding;
    this.doomed = undefined;
    if (!holding) return;
    const download = this.downloads.bringing(holding);
    if (download) this.downloads.stop(download.id);
    this.downloads.dismiss(holding.id);
    this.work.forget(holding.key);
    try {
      const { holdings } = await this.library.remove(holding.key);
      // Before the shelf is read again: nobody else has cleared it.
      keepHeldNotes(holdings, this.cleared);
      this.onremoved(holding.key);
    } catch (thrown) {
      this.error = LeewayError.wrap(thrown, 'internal', 'Try again.').report();
    }
    await this.refresh();
  }

  /** The visitor wants the models kept. */
  async askToKeep(): Promise<void> {
    await this.keeping.ask();
    await this.refresh();
  }

  #fetch(what: Parameters<typeof holdingSource>[0], renew: boolean): Promise<boolean> {
    const source = holdingSource(what, this.mirror.base);
    if (!source) return Promise.resolve(false);
    return this.downloads.start({ id: what.id, source: () => Promise.resolve(source), renew });
  }
}
