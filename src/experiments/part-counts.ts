/** How far work in several parts is. */
export interface PartProgress<Step extends string> {
  readonly step: Step;
  /** Which of several parts of a step: the code of a society, the id of a model. */
  readonly of?: string;
  readonly done: number;
  readonly total: number;
  /** Of `done`, what was measured just now: the rest was stored and cost no time. */
  readonly fresh: number;
}

/** What a part tells of itself while it goes on. */
export interface PartOptions {
  readonly signal: AbortSignal;
  readonly onAnswers: (answers: readonly unknown[], fresh: boolean) => void;
}

/** Counts questions over all parts of some work, one part after the other. */
export class PartCounts<Step extends string> {
  #before = 0;
  #part = 0;
  #fresh = 0;

  constructor(
    private readonly total: number,
    private readonly tell: ((progress: PartProgress<Step>) => void) | undefined,
  ) {}

  /** Begins a part; the one before is whole. */
  part(signal: AbortSignal, step: Step, of?: string): PartOptions {
    this.#before += this.#part;
    this.#part = 0;
    return { signal, onAnswers: (answers, fresh) => this.at(step, answers.length, fresh, of) };
  }

  /** So much of the part is done. */
  at(step: Step, count: number, fresh: boolean, of?: string): void {
    if (fresh) this.#fresh += count - this.#part;
    this.#part = count;
    const done = this.#before + count;
    this.tell?.({ step, ...(of ? { of } : {}), done, total: this.total, fresh: this.#fresh });
  }
}
