import { LeewayError, type ErrorReport } from '../errors/leeway-error.ts';
import { Pace } from './pace.ts';

/** How work ended that threw: a cancel leaves it idle, anything else is a fault to show. */
export function endOf(thrown: unknown): { status: 'idle' | 'failed'; error: ErrorReport | undefined } {
  const error = LeewayError.wrap(thrown, 'internal', 'Reload the page and try again.');
  return error.code === 'cancelled'
    ? { status: 'idle', error: undefined }
    : { status: 'failed', error: error.report() };
}

/** Work that takes a while: how it stands, its fault, its end. The newest start wins. */
export class Work {
  status = $state<'idle' | 'running' | 'done' | 'failed'>('idle');
  error = $state.raw<ErrorReport>();
  #abort: AbortController | undefined;
  protected readonly pace = new Pace();

  /**
   * Runs `work`, stopping what ran before; true when it came to its end.
   * @param work told whether it is still the newest: a cancelled one is, until another begins or it is forgotten
   */
  protected async attempt(
    work: (signal: AbortSignal, isNewest: () => boolean) => Promise<unknown>,
  ): Promise<boolean> {
    this.#abort?.abort();
    const abort = (this.#abort = new AbortController());
    const isNewest = (): boolean => this.#abort === abort;
    this.status = 'running';
    this.error = undefined;
    this.pace.start();
    try {
      await work(abort.signal, isNewest);
      if (abort.signal.aborted) {
        // Stopped when there was nothing left to stop.
        if (isNewest()) this.status = 'idle';
        return false;
      }
      this.status = 'done';
      return true;
    } catch (thrown) {
      if (isNewest()) ({ status: this.status, error: this.error } = endOf(thrown));
      return false;
    } finally {
      if (isNewest()) this.ended();
    }
  }

  /** Takes away what is shown while the work runs. */
  protected ended(): void {
    // Most work shows nothing else.
  }

  /** Stops; what is known stays. */
  cancel(): void {
    this.#abort?.abort();
  }

  /** Stops and forgets. */
  clear(): void {
    this.cancel();
    this.#abort = undefined;
    this.status = 'idle';
    this.error = undefined;
  }
}
