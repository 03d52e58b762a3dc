import type { DownloadProgress } from '../library/shared/protocol.ts';
import { RecentPace } from './pace.ts';

/** How a download gets on. */
export interface TransferFigures {
  /** Bytes that are here, and of all files. */
  readonly loaded: number;
  readonly total: number;
  /** Bytes a second over the last seconds. */
  readonly rate: number | undefined;
  readonly secondsLeft: number | undefined;
  /** Whether another tab downloads the same now, and this one waits for it. */
  readonly waiting: boolean;
}

/** Reads a download's figures from what it reports. */
export class TransferMeter {
  readonly #pace = new RecentPace();

  read({ loaded, total, waiting }: DownloadProgress): TransferFigures {
    this.#pace.mark(loaded);
    return { loaded, total, rate: this.#pace.rate, secondsLeft: this.#pace.secondsLeft(total), waiting };
  }
}
