import type { InferenceSession } from 'onnxruntime-web/webgpu';
import type * as Ort from 'onnxruntime-web/webgpu';
import { LeewayError } from '../../errors/leeway-error.ts';
import type { PreparedGraph } from '../../onnx/surgery.ts';
import type { Row, RowResult, TokenLayers } from '../shared/protocol.ts';
import type { Steer } from '../shared/steer.ts';
import { Continuation } from './continuation.ts';
import { nextTask } from './next-task.ts';
import { floats, passFeeds, widthOf } from './pass-feeds.ts';
import { planPasses, plannedTokens, type Pass, type Strategy } from './plan.ts';
import { logitPlaces, readRow } from './read-row.ts';

export interface RunOptions {
  readonly cancelled: () => boolean;
  readonly onProgress: (done: number, total: number) => void;
}

/** Keys and values of the pass before, one tensor [1, heads, length, width] for each past input. */
type Cache = readonly { data: Float32Array; dims: readonly number[] }[];

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
      return row
        ? [{ ...part, row, index: part.row, tokens: row.tokens.slice(part.start), steer: row.steer ?? [] }]
        : [];
    });
    const width = widthOf(parts);
    const logitRows: number[] = [];
    const places = parts.map(({ row, start }, b) => {
      const from = logitRows.length;
      for (const at of logitPlaces(row)) logitRows.push(b * width + at - start);
      return { last: b * width + row.tokens.length - 1 - start, from, count: logitRows.length - from };
    });
    // A pass that continues another one is alone in its batch.
    const start = parts[0]?.start ?? 0;
    const past = start === 0 ? [] : (cache ?? []).map((kept) => firstPositions(kept, start));
    const feeds = passFeeds(
      this.ort,
      this.graph,
      parts,
      { logits: logitRows, residual: places.map((place) => place.last) },
      past.map(({ data, dims }) => new this.ort.Tensor('float32', data, dims)),
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

  /** A row that is to grow under this steering; it is empty. */
  continuation(steer: readonly Steer[]): Continuation {
    return new Continuation(this.ort, this.session, this.graph, steer);
  }

  async release(): Promise<void> {
    await this.session.release();
  }
}
