import { SvelteMap } from 'svelte/reactivity';
import { LeewayError, type ErrorReport } from '../errors/leeway-error.ts';
import type { Library } from '../library/client/library.ts';
import type { RepositorySource } from '../library/shared/protocol.ts';
import type { Holding } from '../models/holding.ts';
import { TransferMeter, type TransferFigures } from './transfer-meter.ts';

/** What is to be downloaded. */
export interface DownloadWish {
  /** The model's id: one download of a model at a time. */
  readonly id: string;
  readonly source: () => Promise<RepositorySource>;
  /** Label or path of the file to take; chosen for the machine where absent. */
  readonly precision?: string;
  /** Take the newest version, whatever was pinned before. */
  readonly renew?: boolean;
}

/** A download that goes on. */
export interface Download {
  readonly id: string;
  /** Known once it is clear where it comes from. */
  readonly repository?: string;
  /** Absent until the file list is in. */
  readonly figures?: TransferFigures;
}

/** Models on their way to this device, for the shelf. */
export class Downloads {
  readonly #going = new SvelteMap<string, Download>();
  readonly #faults = new SvelteMap<string, ErrorReport>();
  readonly #aborts = new SvelteMap<string, AbortController>();

  constructor(
    private readonly library: Library,
    /** Called when what is on the device has changed. */
    private readonly onchange: () => Promise<void>,
  ) {}

  /** Whether any goes on. */
  get busy(): boolean {
    return this.#going.size > 0;
  }

  of(id: string): Download | undefined {
    return this.#going.get(id);
  }

  fault(id: string): ErrorReport | undefined {
    return this.#faults.get(id);
  }

  /** The download that brings this holding, whatever it was started for. */
  bringing({ id, repository }: Pick<Holding, 'id' | 'repository'>): Download | undefined {
    return this.of(id) ?? [...this.#going.values()].find((download) => download.repository === repository);
  }

  /** Downloads what is missing; true when all is here. Never throws: see `fault`. */
  async start({ id, source, precision, renew }: DownloadWish): Promise<boolean> {
    if (this.#going.has(id)) return false;
    const abort = new AbortController();
    const meter = new TransferMeter();
    this.#aborts.set(id, abort);
    this.#faults.delete(id);
    this.#going.set(id, { id });
    let isListed = false;
    try {
      const from = await source();
      const { repository } = from;
      this.#going.set(id, { id, repository });
      const wishes = { ...(precision === undefined ? {} : { precision }), ...(renew ? { renew } : {}) };
      await this.library.fetch(
        { source: from, ...wishes },
        {
          signal: abort.signal,
          onProgress: (progress) => {
            if (progress.phase !== 'download') return;
            this.#going.set(id, { id, repository, figures: meter.read(progress) });
            // It stands on the shelf from here on, and can be gone on with whatever happens.
            if (!isListed) void this.onchange();
            isListed = true;
          },
        },
      );
      return true;
    } catch (thrown) {
      const error = LeewayError.wrap(thrown, 'internal', 'Try again: what has arrived is kept.');
      if (error.code !== 'cancelled') this.#faults.set(id, error.report());
      return false;
    } finally {
      this.#going.delete(id);
      this.#aborts.delete(id);
      await this.onchange();
    }
  }

  /** Stops a download; what has arrived is kept. */
  stop(id: string): void {
    this.#aborts.get(id)?.abort();
  }

  dismiss(id: string): void {
    this.#faults.delete(id);
  }
}
