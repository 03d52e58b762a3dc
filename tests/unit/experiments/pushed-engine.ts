import type { Engine } from '../../../src/engine/client/engine.ts';
import type { Row, RunReply, TextToEncode } from '../../../src/engine/shared/protocol.ts';

/** How a pretended model takes a push: what each unit along its value direction at a layer does. */
export interface Leaning {
  /** Nats toward the options called HIGH for each unit along the first column, by layer. */
  readonly toward: readonly number[];
  /** Nats that every token of prose becomes less likely for each unit of length, by layer. */
  readonly damage: readonly number[];
}

/**
 * An engine whose tokens are words, with two columns in its residual stream: the first carries the value of items that
 * begin with F, the second that of the others. A push moves what the leaning says and nothing else.
 */
export class PushedEngine {
  readonly asked: string[] = [];
  readonly model;
  readonly #words: string[] = [];

  constructor(private readonly leaning: Leaning) {
    this.model = {
      ...{ id: 'pushed', revision: '1', dtype: 'fp32', backend: 'wasm', runtime: 'none', hidden: 2 },
      layers: leaning.toward.length,
      hasChatTemplate: false,
      selfCheck: { state: 'not-made', why: 'none' },
    };
  }

  get engine(): Engine {
    return this as unknown as Engine;
  }

  encode(texts: readonly TextToEncode[]): Promise<number[][]> {
    return Promise.resolve(
      texts.map((entry) =>
        ('text' in entry ? entry.text : '')
          .split(/(?= )/)
          .map((word) =>
            this.#words.includes(word) ? this.#words.indexOf(word) : this.#words.push(word) - 1,
          ),
      ),
    );
  }

  run(rows: readonly Row[], { signal }: { signal?: AbortSignal } = {}): Promise<RunReply> {
    if (signal?.aborted) return Promise.reject(new DOMException('aborted', 'AbortError'));
    return Promise.resolve({
      rows: rows.map((row) => this.#row(row)),
      tokenLayers: { computed: rows.length, naive: 2 * rows.length },
    });
  }

  #row({ tokens, steer = [], scoreFrom, logits, capture }: Row) {
    const text = tokens.map((id) => this.#words[id] ?? '').join('');
    const pushes = steer.flatMap((one) =>
      one.way === 'rotate'
        ? []
        : [{ layer: one.layer, along: one.vector[0] ?? 0, size: Math.hypot(...one.vector) }],
    );
    this.asked.push(
      `${text} | ${pushes.map(({ layer, along }) => `${layer}:${along.toFixed(4)}`).join(' ')}`,
    );
    const sum = (of: (push: (typeof pushes)[number]) => number): number =>
      pushes.reduce((total, push) => total + of(push), 0);
    const toward = sum(({ layer, along }) => along * (this.leaning.toward[layer] ?? 0));
    const damage = sum(({ layer, size }) => size * (this.leaning.damage[layer] ?? 0));
    // Every scene leans its own way, so that dilemmas are not all alike.
    const own = (text.length % 7) / 20;
    const isHigh = text.includes('HIGH');
    const lean = text.includes('Item F') ? toward * (1 + own) : 0;
    const score = -2 - damage + (isHigh ? own + lean : 0) + (text.includes('RIGHT') ? 1 : 0);
    return {
      ...(scoreFrom === undefined ? {} : { scores: new Float32Array(tokens.length - scoreFrom).fill(score) }),
      ...(logits ? { logits: Float32Array.of(own, damage, 1) } : {}),
      ...(capture
        ? {
            residual: capture.map(() =>
              text.includes('Item F')
                ? Float32Array.of(isHigh ? 3 : 1, own)
                : Float32Array.of(own, isHigh ? 3 : 1),
            ),
          }
        : {}),
    };
  }
}
