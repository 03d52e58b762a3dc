import type { Engine } from '../engine/client/engine.ts';
import { generateSides } from '../experiments/generation.ts';
import { loadedProvenance } from '../experiments/stored-ask.ts';
import { exportTalk, nextPrompt, type Turn, type WatchedRecord } from '../experiments/talk.ts';
import type { ExportedFile } from '../runs/run-export.ts';
import type { LayerVector } from '../science/steering-vector.ts';
import type { ModelState } from './model.svelte.ts';
import type { SteerState } from './steer.svelte.ts';
import { Work } from './work.svelte.ts';

/** The same prompt answered by the model as it is and as it is pushed, turn by turn. */
export class TalkState extends Work {
  prompt = $state('');
  system = $state('');
  /** A chat where the model has a template for it. */
  asWish = $state<Turn['as']>('chat');
  seed = $state(1);
  temperature = $state(0.7);
  maxTokens = $state(80);
  /** A text that ends an answer; none where it is empty. */
  stop = $state('');
  coloured = $state(true);
  turns = $state.raw<readonly Turn[]>([]);

  readonly as: Turn['as'] = $derived.by(() => (this.model.loaded?.hasChatTemplate ? this.asWish : 'plain'));
  readonly canAsk: boolean = $derived.by(
    () => this.model.status === 'ready' && this.status !== 'running' && this.prompt.trim() !== '',
  );
  readonly last: Turn | undefined = $derived(this.turns.at(-1));

  constructor(
    private readonly engine: Engine,
    private readonly model: ModelState,
    private readonly steer: SteerState,
  ) {
    super();
  }

  /** Asks what stands in the box: in a chat after what was said before, else anew. */
  async ask(): Promise<void> {
    if (!this.canAsk) return;
    const { prompt } = this;
    const goesOn = this.as === 'chat' && this.last?.as === 'chat';
    if (this.as === 'chat') this.prompt = '';
    await this.#write(goesOn ? this.turns : [], prompt);
  }

  /** Asks the last prompt again in place of its answers: with the push of now, and with another seed where it is wanted. */
  async askAgain({ anotherSeed = false } = {}): Promise<void> {
    if (!this.last || this.status === 'running') return;
    if (anotherSeed) this.seed += 1;
    await this.#write(this.last.as === this.as ? this.turns.slice(0, -1) : [], this.last.prompt);
  }

  /** Stops, and forgets what was said. */
  override clear(): void {
    super.clear();
    this.turns = [];
  }

  /** All that was said, as a file. Throws request-invalid while no model is loaded. */
  exported(): ExportedFile {
    return exportTalk(this.turns, loadedProvenance(this.engine));
  }

  /** The chosen knob's vector at its first layer: what tokens are read along, pushed or not. */
  get #watched(): { vector: LayerVector; record: WatchedRecord } | undefined {
    const { knob } = this.steer;
    const [push] = knob?.pushes({ way: 'add', at: 'all', unit: 'norm' }) ?? [];
    if (!push) return undefined;
    const { vector, axis, method, layer, training } = push.record;
    const record = {
      vector,
      layer,
      ...(axis ? { axis } : {}),
      ...(method ? { method } : {}),
      ...(training ? { training } : {}),
    };
    return { vector: push.vector, record };
  }

  async #write(before: readonly Turn[], prompt: string): Promise<void> {
    const { seed, temperature, maxTokens, stop, as } = this;
    const { pushes } = this.steer;
    const watched = this.#watched;
    const stopTexts = stop === '' ? [] : [stop];
    let turn: Turn = {
      prompt,
      as,
      system: this.system.trim(),
      sampling: { seed, temperature, maxTokens, stopTexts },
      steering: pushes.map(({ record }) => record),
      ...(watched ? { watched: watched.record } : {}),
      sides: [],
    };
    await this.attempt(async (signal, isNewest) => {
      const show = (change: Partial<Turn>): void => {
        if (!isNewest()) return;
        turn = { ...turn, ...change };
        this.turns = [...before, turn];
      };
      show({});
      const sides = [[], pushes].slice(0, pushes.length > 0 ? 2 : 1);
      const { tokenLayers } = await generateSides(
        this.engine,
        {
          sides: sides.map((own, i) => ({ prompt: nextPrompt(before, i, turn), pushes: own })),
          seed,
          temperature,
          maxTokens,
          stopTexts,
          watch: watched?.vector,
        },
        { signal, onSides: (texts) => show({ sides: texts }) },
      );
      show({ tokenLayers });
    });
  }
}
