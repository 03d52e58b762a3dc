import type { Engine } from '../../../src/engine/client/engine.ts';
import type { Row, RunReply, Steer, TextToEncode } from '../../../src/engine/shared/protocol.ts';

/** A text that was asked, as the engine saw it. */
export interface Asked {
  readonly text: string;
}

/** What a pretended model says of a whole text. */
export interface Opinion {
  /** Log-probability of a continuation after a text, for letters and numbers. */
  next?(text: string, continuation: string): number;
  /** Mean log-likelihood of each token of an option after a stem. */
  option?(stem: string, option: string, steer: readonly Steer[]): number;
  /** The residual stream after a text, [hidden]. */
  residual?(text: string): readonly number[];
}

/**
 * An engine whose tokens are whole texts: what a protocol asks, in which order and how it is read, can be followed without
 * a model.
 */
export class FakeEngine {
  readonly asked: string[] = [];
  readonly model = {
    id: 'fake',
    revision: '1',
    dtype: 'fp32',
    backend: 'wasm',
    runtime: 'none',
    layers: 2,
    hidden: 2,
    hasChatTemplate: true,
    selfCheck: { state: 'not-made', why: 'none' },
  };
  readonly #texts: string[] = [];

  constructor(private readonly opinion: Opinion) {}

  get engine(): Engine {
    return this as unknown as Engine;
  }

  encode(texts: readonly TextToEncode[]): Promise<number[][]> {
    return Promise.resolve(
      texts.map((entry) => {
        const text = 'text' in entry ? entry.text : entry.messages.map(({ content }) => content).join('\n');
        const known = this.#texts.indexOf(text);
        return [known >= 0 ? known : this.#texts.push(text) - 1];
      }),
    );
  }

  run(rows: readonly Row[], options: { signal?: AbortSignal } = {}): Promise<RunReply> {
    if (options.signal?.aborted) return Promise.reject(new DOMException('aborted', 'AbortError'));
    const textOf = (ids: readonly number[]): string => ids.map((id) => this.#texts[id] ?? '').join('');
    return Promise.resolve({
      rows: rows.map(({ tokens, next, scoreFrom, capture, steer = [] }) => {
        const text = textOf(tokens);
        this.asked.push(text);
        const { opinion } = this;
        return {
          ...(next
            ? { next: Float32Array.from(next, (id) => opinion.next?.(text, this.#texts[id] ?? '') ?? NaN) }
            : {}),
          ...(scoreFrom === undefined
            ? {}
            : {
                scores: Float32Array.from(tokens.slice(scoreFrom), (id) => {
                  const stem = textOf(tokens.slice(0, scoreFrom));
                  const option = this.#texts[id] ?? '';
                  return opinion.option?.(stem, option, steer) ?? opinion.next?.(stem, option) ?? NaN;
                }),
              }),
          ...(capture
            ? { residual: capture.map(() => Float32Array.from(opinion.residual?.(text) ?? [0, 0])) }
            : {}),
        };
      }),
      tokenLayers: { computed: 2 * rows.length, naive: 4 * rows.length },
    });
  }
}
