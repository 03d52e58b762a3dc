import type { InferenceSession, Tensor, TypedTensor } from 'onnxruntime-web/webgpu';
import type * as Ort from 'onnxruntime-web/webgpu';
import { LeewayError } from '../../errors/leeway-error.ts';
import type { PreparedGraph } from '../../onnx/surgery.ts';
import type { Row, RowResult, TokenLayers } from '../shared/protocol.ts';
import { planPasses, plannedTokens, type Pass, type PassRow, type Strategy } from './plan.ts';
import { logitPlaces, readRow } from './read-row.ts';
import { steeringFeeds } from './steering-feeds.ts';

export interface RunOptions {
  readonly cancelled: () => boolean;
  readonly onProgress: (done: number, total: number) => void;
}

/** Keys and values of the pass before, one tensor [1, heads, length, width] for each past input. */
type Cache = readonly { data: Float32Array; dims: readonly number[] }[];

const nextTask = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });

/** Keeps the first `length` positions of a [1, heads, positions, width] tensor. */
function firstPositions({ data, dims }: Cache[number], length: number): Cache[number] {
  const [, heads = 0, positions = 0, width = 0] = dims;
  if (positions === length) return { data, dims };
  const kept = new Float32Array(heads * length * width);
  for (let head = 0; head < heads; head++)
    kept.set(
      data.subarray(head * positions * width, (head * positions + length) * width),
      head * length * width,
    );
  return { data: kept, dims: [1, heads, length, width] };
}

/** A patched graph in a session: rows in, what they read out. */
export class ModelSession {
  readonly #strategy: Strategy;

  constructor(
    private readonly ort: typeof Ort,
    private readonly session: InferenceSession,
    readonly graph: PreparedGraph,
    strategy: Strategy,
  ) {
    // Without a 32-bit past there is no prefix to continue here.
    const canContinue =
      graph.inputs.past.length > 0 && graph.inputs.past.every((input) => input.elementType === 'float32');
    this.#strategy = strategy === 'prefix' && !canContinue ? 'batch' : strategy;
  }

  /** Runs checked rows; between passes it yields, so that a cancel message is heard. */
  async run(
    rows: readonly Row[],
    { cancelled, onProgress }: RunOptions,
  ): Promise<{ rows: RowResult[]; tokenLayers: TokenLayers }> {
    const passes = planPasses(rows, this.#strategy);
    const results = new Array<RowResult>(rows.length).fill({});
    let cache: Cache | undefined;
    for (const [done, pass] of passes.entries()) {
      if (done > 0) await nextTask();
      if (cancelled())
        throw new LeewayError('cancelled', 'The work was cancelled.', 'What was measured so far is kept.');
      cache = await this.#pass(rows, pass, cache, results);
      onProgress(done + 1, passes.length);
    }
    const { layers } = this.graph;
    const naive = rows.reduce((sum, row) => sum + row.tokens.length, 0);
    return {
      rows: results,
      tokenLayers: { computed: plannedTokens(rows, passes) * layers, naive: naive * layers },
    };
  }

  async #pass(
    rows: readonly Row[],
    pass: Pass,
    cache: Cache | undefined,
    results: RowResult[],
  ): Promise<Cache | undefined> {
    const parts = pass.rows.flatMap((part) => {
      const row = rows[part.row];
      return row ? [{ ...part, row, index: part.row, tokens: row.tokens.slice(part.start) }] : [];
    });
    const width = Math.max(...parts.map((part) => part.tokens.length));
    const logitRows: number[] = [];
    const places = parts.map(({ row, start }, b) => {
      const from = logitRows.length;
      for (const at of logitPlaces(row)) logitRows.push(b * width + at - start);
      return { last: b * width + row.tokens.length - 1 - start, from, count: logitRows.length - from };
    });
    const feeds = this.#feeds(parts, width, cache);
    feeds['logit_rows'] = this.#ints(logitRows, [logitRows.length]);
    feeds['residual_rows'] = this.#ints(
      places.map((place) => place.last),
      [places.length],
    );
    const { logits: logitsName, present } = this.graph.outputs;
    const output = await this.session.run(feeds, [logitsName, 'residual', ...(pass.keep ? present : [])]);
    const logits = await floats(output[logitsName]);
    const residual = await floats(output['residual']);
    const { vocabulary, layers, hidden } = this.graph;
    places.forEach(({ from, count }, b) => {
      const part = parts[b];
      if (!part) return;
      results[part.index] = readRow(part.row, {
        logits: Array.from({ length: count }, (_, i) =>
          logits.subarray((from + i) * vocabulary, (from + i + 1) * vocabulary),
        ),
        residual: residual.subarray(b * layers * hidden, (b + 1) * layers * hidden),
        hidden,
      });
    });
    const kept = pass.keep
      ? await Promise.all(
          present.map(async (name) => ({ data: await floats(output[name]), dims: output[name]?.dims ?? [] })),
        )
      : undefined;
    for (const tensor of Object.values(output)) tensor.dispose();
    return kept;
  }

  #feeds(
    parts: readonly (Pick<PassRow, 'start'> & { row: Row; tokens: readonly number[] })[],
    width: number,
    cache: Cache | undefined,
  ): Record<string, Tensor> {
    const { inputs } = this.graph;
    const batch = parts.length;
    // A pass that continues another one is alone in its batch.
    const past = parts[0]?.start ?? 0;
    const ids: number[] = [];
    const mask: number[] = [];
    const positions: number[] = [];
    parts.forEach(({ tokens }) => {
      for (let i = 0; i < past; i++) mask.push(1);
      for (let i = 0; i < width; i++) {
        const inside = i < tokens.length;
        ids.push(tokens[i] ?? 0);
        mask.push(inside ? 1 : 0);
        positions.push(inside ? past + i : 0);
      }
    });
    const feeds: Record<string, Tensor> = {
      [inputs.inputIds]: this.#ints(ids, [batch, width]),
    };
    const steered = parts.map(({ row, start, tokens }) => ({
      steer: row.steer ?? [],
      start,
      count: tokens.length,
    }));
    for (const [name, { data, dims }] of Object.entries(steeringFeeds(this.graph, steered, width)))
      feeds[name] = new this.ort.Tensor('float32', data, dims);
    if (inputs.attentionMask) feeds[inputs.attentionMask] = this.#ints(mask, [batch, past + width]);
    if (inputs.positionIds) feeds[inputs.positionIds] = this.#ints(positions, [batch, width]);
    for (const name of inputs.other) feeds[name] = this.#ints([0], []);
    inputs.past.forEach(({ name, dims, elementType }, i) => {
      const heads = fixed(dims[1], name);
      const size = fixed(dims[3], name);
      const before = cache?.[i];
      const kept = before && past > 0 ? firstPositions(before, past) : undefined;
      feeds[name] =
        elementType === 'float16'
          ? new this.ort.Tensor('float16', new Uint16Array(0), [batch, heads, 0, size])
          : new this.ort.Tensor('float32', kept?.data ?? new Float32Array(0), [batch, heads, past, size]);
    });
    return feeds;
  }

  #ints(values: readonly number[], dims: readonly number[]): TypedTensor<'int64'> {
    return new this.ort.Tensor('int64', BigInt64Array.from(values, BigInt), dims);
  }

  async release(): Promise<void> {
    await this.session.release();
  }
}

function fixed(dim: number | string | undefined, name: string): number {
  if (typeof dim === 'number') return dim;
  throw new LeewayError(
    'onnx-unsupported',
    `The input ${name} does not state its heads and width.`,
    'Export the model again with fixed key and value shapes.',
  );
}

async function floats(tensor: Tensor | undefined): Promise<Float32Array> {
  const data = await tensor?.getData();
  if (data instanceof Float32Array) return data;
  throw new LeewayError(
    'session-run',
    'The model returned no 32-bit floats where some were expected.',
    'Try another precision of the model.',
  );
}
