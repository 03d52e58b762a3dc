import type { InferenceSession, Tensor } from 'onnxruntime-web/webgpu';
import type * as Ort from 'onnxruntime-web/webgpu';
import { PORTS, type PreparedGraph } from '../../onnx/surgery.ts';
import type { Steer } from '../shared/steer.ts';
import { floats, passFeeds } from './pass-feeds.ts';

/** What a pass says at the row's last token. */
export interface LastToken {
  /** [vocabulary] */
  readonly logits: Float32Array;
  /** [layers · hidden], steering included. */
  readonly residual: Float32Array;
}

/**
 * One row that grows. Keys and values stay where the runtime put them and go in again as they are, so that a new token
 * costs a pass of one; a graph without them reads the whole row anew. What is kept is given back by `dispose`.
 */
export class Continuation {
  readonly #tokens: number[] = [];
  #past: readonly Tensor[] | undefined;
  /** Tokens through the stack so far. */
  computed = 0;
  /** The same if every pass had read the whole row. */
  naive = 0;

  /** @param steer none at 'last': what that is changes from pass to pass */
  constructor(
    private readonly ort: typeof Ort,
    private readonly session: InferenceSession,
    private readonly graph: PreparedGraph,
    private readonly steer: readonly Steer[],
  ) {}

  get length(): number {
    return this.#tokens.length;
  }

  /** Reads further tokens. */
  async extend(tokens: readonly number[]): Promise<LastToken> {
    this.#tokens.push(...tokens);
    const { inputs, outputs } = this.graph;
    const keeps = inputs.past.length > 0;
    const start = keeps ? this.#tokens.length - tokens.length : 0;
    const part = { tokens: keeps ? tokens : this.#tokens, start, steer: this.steer };
    const last = [part.tokens.length - 1];
    const feeds = passFeeds(this.ort, this.graph, [part], { logits: last, residual: last }, this.#past);
    const present = keeps ? outputs.present : [];
    const output = await this.session.run(feeds, [outputs.logits, PORTS.residual, ...present]);
    this.dispose();
    this.#past = present.flatMap((name) => output[name] ?? []);
    this.computed += part.tokens.length;
    this.naive += this.#tokens.length;
    const found = {
      logits: await floats(output[outputs.logits]),
      residual: await floats(output[PORTS.residual]),
    };
    output[outputs.logits]?.dispose();
    output[PORTS.residual]?.dispose();
    return found;
  }

  /** Gives the keys and values back. */
  dispose(): void {
    for (const tensor of this.#past ?? []) tensor.dispose();
    this.#past = undefined;
  }
}
