import type { Engine } from '../engine/client/engine.ts';
import type { Steer, TokenLayers } from '../engine/shared/protocol.ts';
import { LeewayError } from '../errors/leeway-error.ts';
import { inOrder, modelKey, RUN_SCHEMA, runKey, type NeutralRun, type StoredPassage } from '../runs/run.ts';
import type { RunStore } from '../runs/run-store.ts';
import type { Passage } from '../science/passage.ts';
import { isIdle } from '../science/push.ts';
import { klDivergence } from '../science/side-effects.ts';
import { steersOf, type RecordedPush } from './push.ts';
import { loadedProvenance, type StoredAskOptions } from './stored-ask.ts';

/** The neutral passages of a file. */
export interface PassageSet {
  readonly name: string;
  readonly sha256: string;
  readonly passages: readonly Passage[];
}

/**
 * Tokens that are read of a passage: its beginning, up to the middle of a sentence, so that what comes next is open. One
 * row gives both its likelihood and the distribution after it.
 */
export const PASSAGE_TOKENS = 64;

export interface NeutralSpec {
  readonly passages: PassageSet;
  /** Read only the first ones of the file. */
  readonly limit?: number | undefined;
  readonly seed: number;
  /** What they are read under; pushes at strength 0 are left out. */
  readonly pushes?: readonly RecordedPush[] | undefined;
}

interface Reading {
  readonly tokens: number;
  readonly logLikelihood: number;
  /** [vocabulary], after the last token. */
  readonly logits: Float32Array;
  readonly work: TokenLayers;
}

/**
 * Reads neutral passages through the loaded model: how likely it holds them, and what it would say next. What the
 * unsteered model would say next is kept for the visit (4 bytes a passage and word of the vocabulary), as every push is
 * held against it; it is not stored, and read again after a reload where passages are missing.
 */
export class NeutralReader {
  #model = '';
  readonly #unsteered = new Map<string, Promise<Reading>>();

  constructor(
    private readonly engine: Engine,
    private readonly store: RunStore,
  ) {}

  /**
   * The readings of the passages wanted, in their order, taking up a stored run where it stopped.
   * @throws LeewayError `cancelled`, `not-finite`, or what the engine says.
   */
  async read(
    { passages: set, limit, seed, pushes = [] }: NeutralSpec,
    { signal, onAnswers }: StoredAskOptions<StoredPassage>,
  ): Promise<readonly StoredPassage[]> {
    const active = pushes.filter((push) => !isIdle(push));
    const provenance = {
      model: loadedProvenance(this.engine),
      protocol: 'cloze' as const,
      scenarios: { name: set.name, sha256: set.sha256, n: set.passages.length },
      seed,
      ...(active.length > 0 ? { steering: inOrder(active.map(({ record }) => record)) } : {}),
    };
    this.#forModel(modelKey(provenance.model));
    const key = runKey('neutral', provenance);
    const before = (await this.store.run(key)) as NeutralRun | undefined;
    const kept = new Map(before?.answers.map((answer) => [answer.id, answer]));
    let work = before?.tokenLayers ?? { computed: 0, naive: 0 };
    const wanted = set.passages.slice(0, limit);
    const answered = (): StoredPassage[] => wanted.flatMap(({ id }) => kept.get(id) ?? []);
    if (answered().length > 0) onAnswers(answered(), false);
    const steer = steersOf(active);
    for (const passage of wanted) {
      if (kept.has(passage.id)) continue;
      const unsteered = await this.#baseline(set, passage, signal);
      const reading = steer.length === 0 ? unsteered : await this.#read(passage, steer, signal);
      const kl = klDivergence(unsteered.logits, reading.logits);
      const { tokens, logLikelihood } = reading;
      if (!Number.isFinite(kl) || !Number.isFinite(logLikelihood)) throw notFinite(passage);
      kept.set(passage.id, { index: passage.index, id: passage.id, tokens, logLikelihood, kl });
      work = {
        computed: work.computed + reading.work.computed,
        naive: work.naive + reading.work.naive,
      };
      await this.store.mergeRun({
        ...provenance,
        schema: RUN_SCHEMA,
        kind: 'neutral',
        key,
        updated: new Date().toISOString(),
        tokenLayers: work,
        answers: [...kept.values()].sort((a, b) => a.index - b.index),
      });
      onAnswers(answered(), true);
    }
    return answered();
  }

  /** Another model says other things next. */
  #forModel(key: string): void {
    if (key !== this.#model) this.#unsteered.clear();
    this.#model = key;
  }

  #baseline({ sha256 }: PassageSet, passage: Passage, signal: AbortSignal): Promise<Reading> {
    const place = `${sha256} ${passage.id}`;
    const known = this.#unsteered.get(place);
    if (known) return known;
    const reading = this.#read(passage, [], signal);
    this.#unsteered.set(place, reading);
    // What was stopped is read another time.
    reading.catch(() => this.#unsteered.delete(place));
    return reading;
  }

  async #read(passage: Passage, steer: readonly Steer[], signal: AbortSignal): Promise<Reading> {
    if (signal.aborted)
      throw new LeewayError('cancelled', 'The work was cancelled.', 'What was measured so far is kept.');
    const [ids = []] = await this.engine.encode([{ text: passage.text, special: true }]);
    const tokens = ids.slice(0, PASSAGE_TOKENS);
    const { rows, tokenLayers } = await this.engine.run([{ tokens, steer, scoreFrom: 1, logits: true }], {
      signal,
    });
    const { scores, logits } = rows[0] ?? {};
    if (!scores?.length || !logits) throw notFinite(passage);
    const sum = scores.reduce((total, value) => total + value, 0);
    return { tokens: scores.length, logLikelihood: sum / scores.length, logits, work: tokenLayers };
  }
}

const notFinite = ({ id }: Passage): LeewayError =>
  new LeewayError(
    'not-finite',
    `The model gave no finite probability for the neutral passage ${id}.`,
    'Try a smaller strength, another precision of the model, or the WASM backend.',
  );
