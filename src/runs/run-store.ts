import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { RUN_SCHEMA, type ProbeRun, type VectorRun } from './run.ts';

interface RunSchema extends DBSchema {
  probes: { key: string; value: ProbeRun };
  vectors: { key: string; value: VectorRun };
}

/** Stored runs on this device. Where the browser gives no storage, runs live for the visit and nothing fails. */
export class RunStore {
  private constructor(private readonly db: IDBPDatabase<RunSchema> | undefined) {}

  static async open(): Promise<RunStore> {
    try {
      return new RunStore(
        await openDB<RunSchema>('leeway-runs', 1, {
          upgrade(db) {
            db.createObjectStore('probes', { keyPath: 'key' });
            db.createObjectStore('vectors', { keyPath: 'key' });
          },
        }),
      );
    } catch {
      return new RunStore(undefined);
    }
  }

  async probe(key: string): Promise<ProbeRun | undefined> {
    const run = await this.db?.get('probes', key).catch(() => undefined);
    return run?.schema === RUN_SCHEMA ? run : undefined;
  }

  async keepProbe(run: ProbeRun): Promise<void> {
    await this.db?.put('probes', run).catch(() => undefined);
  }

  async vectors(key: string): Promise<VectorRun | undefined> {
    const run = await this.db?.get('vectors', key).catch(() => undefined);
    return run?.schema === RUN_SCHEMA ? run : undefined;
  }

  async keepVectors(run: VectorRun): Promise<void> {
    await this.db?.put('vectors', run).catch(() => undefined);
  }
}
