import { LeewayError, type ErrorReport } from '../errors/leeway-error.ts';
import type { StoredAnswer } from '../runs/run.ts';
import { Pace } from './pace.ts';

/** A measurement that goes on dilemma by dilemma: answers, progress, time left, fault. The newest start wins. */
export class Measuring {
  status = $state<'idle' | 'running' | 'done' | 'failed'>('idle');
  answers = $state.raw<readonly StoredAnswer[]>([]);
  done = $state(0);
  total = $state(0);
  secondsLeft = $state<number>();
  error = $state.raw<ErrorReport>();
  #abort: AbortController | undefined;
  readonly #pace = new Pace();

  /** Runs `work`, stopping what ran before; true when it came to its end. */
  async run(
    total: number,
    work: (
      signal: AbortSignal,
      onAnswers: (answers: readonly StoredAnswer[], fresh: boolean) => void,
    ) => Promise<unknown>,
  ): Promise<boolean> {
    this.#abort?.abort();
    const abort = (this.#abort = new AbortController());
    this.status = 'running';
    this.error = undefined;
    this.answers = [];
    this.done = 0;
    this.total = total;
    this.secondsLeft = undefined;
    this.#pace.start();
    try {
      await work(abort.signal, (answers, fresh) => {
        if (abort.signal.aborted) return;
        if (!fresh) this.#pace.start(answers.length);
        this.answers = answers;
        this.done = answers.length;
        this.secondsLeft = this.#pace.secondsLeft(answers.length, total);
      });
      if (abort.signal.aborted) return false;
      this.status = 'done';
      return true;
    } catch (thrown) {
      if (this.#abort !== abort) return false;
      const error = LeewayError.wrap(thrown, 'internal', 'Reload the page and try again.');
      this.status = error.code === 'cancelled' ? 'idle' : 'failed';
      this.error = error.code === 'cancelled' ? undefined : error.report();
      return false;
    } finally {
      if (this.#abort === abort) this.secondsLeft = undefined;
    }
  }

  /** Stops; answers so far stay. */
  cancel(): void {
    this.#abort?.abort();
  }

  /** Stops and forgets. */
  clear(): void {
    this.cancel();
    this.#abort = undefined;
    this.status = 'idle';
    this.answers = [];
    this.done = 0;
    this.total = 0;
    this.error = undefined;
  }
}
