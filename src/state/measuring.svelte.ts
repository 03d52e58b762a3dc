import type { StoredAnswer } from '../runs/run.ts';
import { Work } from './work.svelte.ts';

/** A measurement that goes on dilemma by dilemma: answers, progress, time left, fault. The newest start wins. */
export class Measuring extends Work {
  answers = $state.raw<readonly StoredAnswer[]>([]);
  done = $state(0);
  total = $state(0);
  secondsLeft = $state<number>();

  /** Runs `work`, stopping what ran before; true when it came to its end. */
  run(
    total: number,
    work: (
      signal: AbortSignal,
      onAnswers: (answers: readonly StoredAnswer[], fresh: boolean) => void,
    ) => Promise<unknown>,
  ): Promise<boolean> {
    return this.attempt((signal) => {
      this.answers = [];
      this.done = 0;
      this.total = total;
      this.secondsLeft = undefined;
      return work(signal, (answers, fresh) => {
        if (signal.aborted) return;
        if (!fresh) this.pace.start(answers.length);
        this.answers = answers;
        this.done = answers.length;
        this.secondsLeft = this.pace.secondsLeft(answers.length, total);
      });
    });
  }

  override clear(): void {
    super.clear();
    this.answers = [];
    this.done = 0;
    this.total = 0;
  }

  protected override ended(): void {
    this.secondsLeft = undefined;
  }
}
