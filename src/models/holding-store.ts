import { contentKey } from './checksum.ts';
import { wholeOf } from './content-store.ts';
import { placeOf, type HeldState, type Holding } from './holding.ts';
import type { HubFile, Listing } from './hub.ts';
import { IndexedStore } from './indexed-store.ts';
import type { ModelDatabase } from './model-database.ts';

const pinKey = (repository: string, revision: string): string => `${repository}#${revision}`;

/** What models are on this device, which commits they are pinned to, and how much of them is here. */
export class HoldingStore {
  readonly contents: IndexedStore;

  constructor(private readonly db: ModelDatabase) {
    this.contents = new IndexedStore(db);
  }

  /** The file list that the first download pinned; the same for a hub and its mirrors. */
  pinned(repository: string, revision: string): Promise<Listing | undefined> {
    return this.db.get('listings', pinKey(repository, revision));
  }

  async pin(repository: string, revision: string, listing: Listing): Promise<void> {
    await this.db.put('listings', listing, pinKey(repository, revision));
  }

  get(key: string): Promise<Holding | undefined> {
    return this.db.get('holdings', key);
  }

  async put(holding: Holding): Promise<void> {
    await this.db.put('holdings', holding, holding.key);
  }

  /** Every holding, the last used first. */
  async list(): Promise<HeldState[]> {
    const holdings = await this.db.getAll('holdings');
    const states = await Promise.all(holdings.map((holding) => this.state(holding)));
    const last = ({ holding }: HeldState): number => holding.usedAt ?? holding.addedAt;
    return states.sort((a, b) => last(b) - last(a));
  }

  /** How much of a holding is here, checked against the chunks themselves. */
  async state(holding: Holding): Promise<HeldState> {
    let received = 0;
    let complete = true;
    let verifiedAt: number | undefined = Infinity;
    const lost: string[] = [];
    for (const file of holding.files) {
      const key = contentKey(file, placeOf(holding));
      const found = await this.contents.inspect(key);
      const head = found?.head;
      if (found && !found.whole) {
        lost.push(file.path);
        complete = false;
        continue;
      }
      received += head?.received ?? 0;
      complete &&= head?.complete ?? false;
      verifiedAt =
        head?.verifiedAt === undefined ? undefined : verifiedAt && Math.min(verifiedAt, head.verifiedAt);
    }
    return {
      holding,
      bytes: holding.files.reduce((sum, { size }) => sum + size, 0),
      received,
      complete,
      ...(complete && verifiedAt !== undefined && verifiedAt !== Infinity ? { verifiedAt } : {}),
      lost,
    };
  }

  /** Forgets what is left of files of which the browser has taken bytes away, so that they can come again. */
  async dropLost(holding: Holding): Promise<void> {
    for (const file of holding.files) await this.contents.inspect(contentKey(file, placeOf(holding)), true);
  }

  /** Removes a holding, and those of its files that no other one needs. */
  async remove(key: string): Promise<void> {
    const holding = await this.get(key);
    if (!holding) return;
    await this.db.delete('holdings', key);
    const others = await this.db.getAll('holdings');
    const needed = new Set(
      others.flatMap((other) => other.files.map((file) => contentKey(file, placeOf(other)))),
    );
    const place = placeOf(holding);
    for (const file of holding.files) {
      const content = contentKey(file, place);
      if (needed.has(content)) continue;
      await this.contents.discard(content);
      await this.db.delete('derived', IDBKeyRange.bound(content, `${content}\uffff`));
    }
    if (
      !others.some(({ repository, commit }) => repository === holding.repository && commit === holding.commit)
    )
      await this.#unpin(holding);
  }

  /** Removes what a repository holds at commits before this one: the same file, or with `every` any. */
  async removeOlder({ repository, commit, graph }: Holding, every = false): Promise<void> {
    for (const other of await this.db.getAll('holdings')) {
      const older = other.repository === repository && other.commit !== commit;
      if (older && (every || other.graph === graph)) await this.remove(other.key);
    }
  }

  async #unpin({ repository, commit }: Holding): Promise<void> {
    for (const key of await this.db.getAllKeys('listings')) {
      if (!key.startsWith(`${repository}#`)) continue;
      if ((await this.db.get('listings', key))?.commit === commit) await this.db.delete('listings', key);
    }
  }

  /** The files of a holding as blobs that lie on the disk; undefined where one is not here in full. */
  async blobs(
    holding: Pick<Holding, 'base' | 'repository' | 'commit'>,
    files: readonly HubFile[],
  ): Promise<Map<string, Blob> | undefined> {
    const blobs = new Map<string, Blob>();
    for (const file of files) {
      const blob = await wholeOf(this.contents, contentKey(file, placeOf(holding)));
      if (blob?.size !== file.size) return undefined;
      blobs.set(file.path, blob);
    }
    return blobs;
  }
}
