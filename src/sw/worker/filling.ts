import type { KeepFault, ShellReport } from '../shared/messages.ts';
import { faultOf } from './fetch-verified.ts';
import type { SiteCache } from './site-cache.ts';

/** Between two reports of one filling. */
const PAUSE_MS = 200;

/** Brings what is missing onto the device, once at a time, and says how far it is. */
export class Filling {
  #running: Promise<void> | undefined;
  #fault: KeepFault | undefined;
  #lastReport = 0;

  constructor(
    private readonly cache: SiteCache,
    private readonly tell: (report: ShellReport) => void,
  ) {}

  async report(): Promise<ShellReport> {
    const missing = await this.cache.missing();
    const { total, version } = this.cache;
    return {
      type: 'report',
      version,
      kept: total - missing.reduce((sum, { bytes }) => sum + bytes, 0) + this.cache.arrived,
      total,
      complete: missing.length === 0,
      filling: this.#running !== undefined,
      ...(this.#fault && { fault: this.#fault }),
    };
  }

  /** Fetches one file after the other; a file that fails ends it, and what came is kept. */
  run(): Promise<void> {
    return (this.#running ??= this.#run().finally(async () => {
      this.#running = undefined;
      this.tell(await this.report());
    }));
  }

  async #run(): Promise<void> {
    this.#fault = undefined;
    try {
      for (const file of await this.cache.missing()) {
        this.tell(await this.report());
        await this.cache.keep(file, () => void this.#tellNowAndThen());
      }
    } catch (thrown) {
      this.#fault = faultOf(thrown);
    }
  }

  async #tellNowAndThen(): Promise<void> {
    const now = performance.now();
    if (now - this.#lastReport < PAUSE_MS) return;
    this.#lastReport = now;
    this.tell(await this.report());
  }
}
