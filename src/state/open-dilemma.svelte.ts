import type { StoredAnswer } from '../runs/run.ts';
import type { Dilemma } from '../science/dilemma.ts';
import type { Materials } from './materials.svelte.ts';
import type { ProbeState } from './probe.svelte.ts';
import type { SteerState } from './steer.svelte.ts';

/** The one dilemma that is open beside the map. */
export class OpenDilemma {
  index = $state(0);

  constructor(
    private readonly materials: Materials,
    private readonly probe: ProbeState,
    private readonly steer: SteerState,
  ) {}

  readonly total = $derived.by(() => this.materials.measured?.dilemmas.length ?? 0);
  readonly open: Dilemma | undefined = $derived.by(() => this.materials.measured?.dilemmas[this.index]);
  readonly before: StoredAnswer | undefined = $derived.by(() => this.#find(this.probe.answers));
  readonly now: StoredAnswer | undefined = $derived.by(() => this.#find(this.steer.answers));

  #find(answers: readonly StoredAnswer[]): StoredAnswer | undefined {
    return answers.find((answer) => answer.id === this.open?.id);
  }

  next(): void {
    if (this.total > 0) this.index = (this.index + 1) % this.total;
  }

  previous(): void {
    if (this.total > 0) this.index = (this.index + this.total - 1) % this.total;
  }
}
