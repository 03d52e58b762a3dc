import { LeewayError } from '../../errors/leeway-error.ts';
import { Sampler } from '../../science/sampler.ts';
import { norm } from '../../science/steering-vector.ts';
import type {
  GenerateReply,
  GenerateRequest,
  GenerationEnd,
  GenerationProgress,
  GenerationSide,
  SideTotals,
} from '../shared/generation.ts';
import type { Steer } from '../shared/steer.ts';
import type { Continuation, LastToken } from './continuation.ts';
import type { ModelSession } from './model-session.ts';
import { nextTask } from './next-task.ts';
import { logNormaliser } from './read-row.ts';
import { TextStream } from './text-stream.ts';
import type { TextCoder } from './tokenizer.ts';

/** What text is generated with. */
export interface Generator {
  readonly session: Pick<ModelSession, 'graph' | 'continuation'>;
  readonly coder: Pick<TextCoder, 'decode'>;
}

export interface GenerateOptions {
  readonly cancelled: () => boolean;
  readonly onProgress: (progress: GenerationProgress) => void;
}

/** The newest token of every pass, said for the whole row: the prompt's last one and all that follow. */
const settled = (steer: readonly Steer[], prompt: number): Steer[] =>
  steer.map((one) => (one.at === 'last' ? { ...one, at: { from: prompt - 1 } } : one));

/** v̂, or zeros where the direction is none. */
function unitOf(direction: Float32Array): Float32Array {
  const length = norm(direction);
  return length === 0 ? direction : direction.map((value) => value / length);
}

/** A side while it runs: one pass and one token a step. */
class RunningSide {
  readonly #continuation: Continuation;
  readonly #sampler: Sampler;
  readonly #text: TextStream;
  readonly #unit: Float32Array | undefined;
  readonly #most: number;
  #next: readonly number[];
  #tokens = 0;
  #promptSeconds = 0;
  #seconds = 0;
  end: GenerationEnd | undefined;

  constructor(
    private readonly index: number,
    private readonly side: GenerationSide,
    private readonly request: GenerateRequest,
    { session, coder }: Generator,
  ) {
    const { tokens, steer = [] } = side;
    const { positions = Infinity } = session.graph;
    this.#continuation = session.continuation(settled(steer, tokens.length));
    this.#sampler = new Sampler(request.sampling);
    this.#text = new TextStream((ids) => coder.decode(ids), tokens, request.stopTexts);
    this.#unit = request.project && unitOf(request.project.direction);
    // The last token is drawn and never read, so it needs no position.
    this.#most = Math.min(request.maxTokens, positions - tokens.length + 1);
    this.#next = tokens;
  }

  /** Reads what was drawn last (first the prompt) and draws the next token. */
  async step(): Promise<GenerationProgress[]> {
    const started = performance.now();
    const said = await this.#continuation.extend(this.#next);
    const token = this.#sampler.draw(said.logits);
    const seconds = (performance.now() - started) / 1000;
    if (this.#tokens === 0) this.#promptSeconds = seconds;
    else this.#seconds += seconds;
    this.#tokens += 1;
    this.#next = [token];
    if (this.request.stopTokens?.includes(token)) return [this.#ended('token', this.#text.rest())];
    const { text, stopped } = this.#text.push(token);
    const progress: GenerationProgress[] = [
      {
        side: this.index,
        token,
        text,
        logProbability: (said.logits[token] ?? NaN) - logNormaliser(said.logits),
        ...(this.#unit ? { projection: this.#projection(said, this.#unit) } : {}),
        ...(this.#tokens > 1 ? { tokensPerSecond: (this.#tokens - 1) / this.#seconds } : {}),
      },
    ];
    if (stopped) progress.push(this.#ended('text', ''));
    else if (this.#tokens >= this.#most) progress.push(this.#ended('length', this.#text.rest()));
    return progress;
  }

  totals(): SideTotals {
    return {
      end: this.end ?? 'length',
      promptTokens: this.side.tokens.length,
      tokens: this.#tokens,
      promptSeconds: this.#promptSeconds,
      seconds: this.#seconds,
    };
  }

  get work(): { readonly computed: number; readonly naive: number } {
    return this.#continuation;
  }

  dispose(): void {
    this.#continuation.dispose();
  }

  #ended(end: GenerationEnd, text: string): GenerationProgress {
    this.end = end;
    return { side: this.index, end, text };
  }

  #projection({ residual }: LastToken, unit: Float32Array): number {
    const at = (this.request.project?.layer ?? 0) * unit.length;
    return unit.reduce((sum, value, i) => sum + value * (residual[at + i] ?? NaN), 0);
  }
}

/**
 * Continues every side of a checked request, one token each in turn, and tells each token as it is drawn; between tokens
 * it yields, so that a cancel message is heard.
 * @throws LeewayError cancelled; not-finite where a side's logits mean nothing.
 */
export async function generate(
  generator: Generator,
  request: GenerateRequest,
  { cancelled, onProgress }: GenerateOptions,
): Promise<GenerateReply> {
  const sides = request.sides.map((side, index) => new RunningSide(index, side, request, generator));
  try {
    while (sides.some(({ end }) => end === undefined))
      for (const side of sides) {
        if (side.end !== undefined) continue;
        await nextTask();
        if (cancelled())
          throw new LeewayError('cancelled', 'The answers were stopped.', 'What was written so far is kept.');
        for (const progress of await side.step()) {
          if ('token' in progress && !Number.isFinite(progress.logProbability)) throw notFinite();
          onProgress(progress);
        }
      }
  } finally {
    for (const side of sides) side.dispose();
  }
  const { layers } = generator.session.graph;
  const sum = (key: 'computed' | 'naive'): number =>
    layers * sides.reduce((total, { work }) => total + work[key], 0);
  return {
    sides: sides.map((side) => side.totals()),
    tokenLayers: { computed: sum('computed'), naive: sum('naive') },
  };
}

const notFinite = (): LeewayError =>
  new LeewayError(
    'not-finite',
    'The model gave no finite probability for the next token.',
    'Try a smaller strength, another precision of the model, or the WASM backend.',
  );
