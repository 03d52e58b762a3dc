import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction } from 'idb';
import { mergeRuns, type MergeOutcome } from './merge.ts';
import { fromFirstSchema, fromSecondSchema, type OldProbe, type SecondSchema } from './migration.ts';
import { modelKey, type Provenance, type Run } from './run.ts';
import { fromAxisVectors, VECTOR_SCHEMA, type OldVectors, type VectorSet } from './vector-set.ts';

/** A scenario file that the visitor brought, as text. */
export interface OwnScenarios {
  readonly sha256: string;
  readonly name: string;
  readonly text: string;
  /** Dilemmas in the file. */
  readonly n: number;
  /** ISO time at which it was taken in. */
  readonly added: string;
}

interface StoreSchema extends DBSchema {
  runs: { key: string; value: Run };
  vectors: { key: string; value: VectorSet };
  scenarios: { key: string; value: OwnScenarios };
}

type Name = 'runs' | 'vectors' | 'scenarios';
type Value<Of extends Name> = StoreSchema[Of]['value'];

const KEY_PATHS = { runs: 'key', vectors: 'key', scenarios: 'sha256' } as const;
const DATABASE = 'leeway-runs';
const VERSION = 4;

/**
 * The database, brought from version 1, which had `probes` of the first schema, 2, which had both axes' vectors in one
 * record, or 3, whose runs stood under one vector at most. Fails where another tab holds an older version open: waiting for it could take for ever.
 */
function open(): Promise<IDBPDatabase<StoreSchema>> {
  return new Promise((resolve, reject) => {
    openDB<StoreSchema>(DATABASE, VERSION, {
      upgrade: (db, _from, _to, transaction) => upgrade(db, transaction),
      blocked: () => reject(new Error('Another tab holds an older version.')),
      // A newer version in another tab goes first; what this one measures then lasts for the visit.
      blocking: (_now, _wanted, event) => (event.target as IDBDatabase).close(),
    }).then(resolve, reject);
  });
}

type Upgrade = IDBPTransaction<StoreSchema, Name[], 'versionchange'>;

async function upgrade(db: IDBPDatabase<StoreSchema>, transaction: Upgrade): Promise<void> {
  for (const name of ['runs', 'vectors', 'scenarios'] as const)
    if (!db.objectStoreNames.contains(name)) db.createObjectStore(name, { keyPath: KEY_PATHS[name] });
  const vectors = transaction.objectStore('vectors');
  for (const old of (await vectors.getAll()) as readonly (VectorSet | OldVectors)[]) {
    if (old.schema !== 2) continue;
    for (const set of fromAxisVectors(old)) await vectors.put(set);
    await vectors.delete(old.key);
  }
  const runs = transaction.objectStore('runs');
  for (const run of (await runs.getAll()) as readonly (Run | SecondSchema)[])
    if (run.schema === 2) await runs.put(fromSecondSchema(run));
  const untyped = db as unknown as IDBPDatabase;
  if (!untyped.objectStoreNames.contains('probes')) return;
  const old = (await (
    transaction as unknown as { objectStore(name: string): { getAll(): Promise<unknown[]> } }
  )
    .objectStore('probes')
    .getAll()) as OldProbe[];
  for (const probe of old) {
    const run = fromFirstSchema(probe);
    if (run) await transaction.objectStore('runs').put(run);
  }
  untyped.deleteObjectStore('probes');
}

/**
 * Stored runs, vectors and scenario files on this device. Where the browser gives no storage, or has no room left, they
 * live for the visit, nothing fails, and `durable` says so.
 */
export class RunStore {
  /** False once something could only be kept for this visit. */
  durable: boolean;
  readonly #visit: { [Of in Name]: Map<string, Value<Of>> } = {
    runs: new Map(),
    vectors: new Map(),
    scenarios: new Map(),
  };

  private constructor(private readonly db: IDBPDatabase<StoreSchema> | undefined) {
    this.durable = db !== undefined;
  }

  static async open(): Promise<RunStore> {
    try {
      return new RunStore(await open());
    } catch {
      return new RunStore(undefined);
    }
  }

  run(key: string): Promise<Run | undefined> {
    return this.#get('runs', key);
  }

  /** All runs of this device and visit, the newest first. */
  async runs(): Promise<readonly Run[]> {
    const all = await this.#all('runs');
    return all.sort((a, b) => b.updated.localeCompare(a.updated));
  }

  /**
   * Keeps a run together with the answers that are stored under its key, reading and writing in one step: what another tab
   * or an import brings meanwhile is not lost.
   */
  async mergeRun(run: Run): Promise<MergeOutcome> {
    let here = this.#visit.runs.get(run.key);
    const merged = (): { run: Run; outcome: MergeOutcome } =>
      here ? mergeRuns(here, run) : { run, outcome: 'new' };
    try {
      if (!this.db) throw new Error('no storage');
      const transaction = this.db.transaction('runs', 'readwrite');
      here ??= await transaction.store.get(run.key);
      const { outcome, run: whole } = merged();
      await Promise.all([transaction.store.put(whole), transaction.done]);
      this.#visit.runs.delete(run.key);
      return outcome;
    } catch {
      const { outcome, run: whole } = merged();
      this.durable = false;
      this.#visit.runs.set(run.key, whole);
      return outcome;
    }
  }

  deleteRun(key: string): Promise<void> {
    return this.#delete('runs', key);
  }

  async vectors(key: string): Promise<VectorSet | undefined> {
    const set = await this.#get('vectors', key);
    return set?.schema === VECTOR_SCHEMA ? set : undefined;
  }

  /** All vector sets of a model on this device and of this visit that mean something, the newest first. */
  async vectorSets(model: Provenance['model']): Promise<readonly VectorSet[]> {
    const all = await this.#all('vectors');
    return all
      .filter(
        (set) =>
          set.schema === VECTOR_SCHEMA &&
          set.shuffle === undefined &&
          modelKey(set.model) === modelKey(model),
      )
      .sort((a, b) => b.updated.localeCompare(a.updated));
  }

  keepVectors(set: VectorSet): Promise<void> {
    return this.#put('vectors', set.key, set);
  }

  deleteVectors(key: string): Promise<void> {
    return this.#delete('vectors', key);
  }

  async scenarios(): Promise<readonly OwnScenarios[]> {
    const all = await this.#all('scenarios');
    return all.sort((a, b) => a.name.localeCompare(b.name));
  }

  keepScenarios(file: OwnScenarios): Promise<void> {
    return this.#put('scenarios', file.sha256, file);
  }

  deleteScenarios(sha256: string): Promise<void> {
    return this.#delete('scenarios', sha256);
  }

  async #get<Of extends Name>(name: Of, key: string): Promise<Value<Of> | undefined> {
    const fresh = this.#visit[name].get(key);
    return fresh ?? this.db?.get(name, key).catch(() => undefined);
  }

  async #all<Of extends Name>(name: Of): Promise<Value<Of>[]> {
    const kept = (await this.db?.getAll(name).catch(() => undefined)) ?? [];
    const keyOf = (value: Value<Of>): unknown =>
      (value as unknown as Record<string, unknown>)[KEY_PATHS[name]];
    const found = new Map<unknown, Value<Of>>(kept.map((value) => [keyOf(value), value]));
    for (const [key, value] of this.#visit[name]) found.set(key, value);
    return [...found.values()];
  }

  async #put<Of extends Name>(name: Of, key: string, value: Value<Of>): Promise<void> {
    try {
      if (!this.db) throw new Error('no storage');
      await this.db.put(name, value);
      this.#visit[name].delete(key);
    } catch {
      this.durable = false;
      this.#visit[name].set(key, value);
    }
  }

  async #delete(name: Name, key: string): Promise<void> {
    this.#visit[name].delete(key);
    await this.db?.delete(name, key).catch(() => undefined);
  }
}
