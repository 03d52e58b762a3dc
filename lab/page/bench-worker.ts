import type { InferenceSession, Tensor } from 'onnxruntime-web/webgpu';
import { messageOf } from '../../src/errors/leeway-error.ts';
import { setUpRuntime, type Runtime } from '../../src/engine/worker/runtime.ts';
import { benchTokens } from './bench-tokens.ts';
import { PORTS, prepareGraph, type PreparedGraph } from '../../src/onnx/surgery.ts';

/** Opens an exported model twice, as it is and patched, and times both in turns. */
export interface PairRequest {
  /** URL of the model's folder, with a slash at the end. */
  readonly folder: string;
  /** Name of the graph's file in it. */
  readonly graph: string;
  readonly threads: number;
  /** Tokens of a pass. */
  readonly lengths: readonly number[];
  readonly rounds: number;
}

/** Seconds of both graphs in the same rounds. */
export interface Pair {
  readonly tokens: number;
  /** Logit rows asked of the patched graph: every position's, or only the last one's. */
  readonly rows: 'all' | 'one';
  readonly original: readonly number[];
  readonly patched: readonly number[];
}

export interface PairReply {
  readonly runtime: string;
  readonly threads: number;
  /** Largest absolute difference between logits of the two graphs. */
  readonly difference: number;
  readonly pairs: readonly Pair[];
}

/** Passes before the clock runs: the first ones grow the memory. */
const WARM_UP = 2;

const fetchBytes = async (url: string): Promise<Uint8Array> => {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered with status ${response.status}.`);
  return new Uint8Array(await response.arrayBuffer());
};

/** The two sessions and what they are fed. */
class Rivals {
  private constructor(
    private readonly ort: Runtime['ort'],
    private readonly graph: PreparedGraph,
    private readonly original: InferenceSession,
    private readonly patched: InferenceSession,
  ) {}

  static async open({ folder, graph: name }: PairRequest, ort: Runtime['ort']): Promise<Rivals> {
    const bytes = await fetchBytes(folder + name);
    const graph = prepareGraph(bytes, { fileName: name });
    const data: { path: string; data: Uint8Array }[] = [];
    for (const path of graph.externalFiles)
      data.push({ path, data: path === name ? bytes : await fetchBytes(folder + path) });
    const create = (proto: Uint8Array): Promise<InferenceSession> =>
      ort.InferenceSession.create(proto, {
        executionProviders: ['wasm'],
        externalData: data,
        graphOptimizationLevel: 'all',
        logSeverityLevel: 3,
      });
    return new Rivals(ort, graph, await create(bytes), await create(graph.proto));
  }

  /** Token ids of a pass: the same for both graphs, other ones in each round. */
  ids(length: number, round: number): number[] {
    return benchTokens(length, round, this.graph.vocabulary);
  }

  /** Logits of every position, [tokens * vocabulary]. */
  runOriginal(ids: readonly number[]): Promise<Float32Array> {
    return this.#run(this.original, this.#feeds(ids), []);
  }

  /** Logits of the wanted positions, [rows * vocabulary], steered by nothing. */
  runPatched(ids: readonly number[], rows: Pair['rows']): Promise<Float32Array> {
    const { layers, hidden } = this.graph;
    const last = ids.length - 1;
    const feeds = {
      ...this.#feeds(ids),
      [PORTS.steering]: new this.ort.Tensor('float32', new Float32Array(layers * hidden), [
        1,
        layers,
        hidden,
      ]),
      [PORTS.logitRows]: this.#ints(rows === 'all' ? [...ids.keys()] : [last]),
      [PORTS.residualRows]: this.#ints([last]),
    };
    return this.#run(this.patched, feeds, [PORTS.residual]);
  }

  async #run(
    session: InferenceSession,
    feeds: Record<string, Tensor>,
    also: readonly string[],
  ): Promise<Float32Array> {
    const output = await session.run(feeds, [this.graph.outputs.logits, ...also]);
    const logits = await output[this.graph.outputs.logits]?.getData();
    for (const tensor of Object.values(output)) tensor.dispose();
    if (logits instanceof Float32Array) return logits;
    throw new Error('The benchmark needs an export with 32-bit logits.');
  }

  /** What both graphs take: ids [1, tokens] without a past. */
  #feeds(ids: readonly number[]): Record<string, Tensor> {
    const { inputIds, attentionMask, positionIds, past, other } = this.graph.inputs;
    const row = (values: readonly number[]): Tensor => this.#ints(values, [1, values.length]);
    const feeds: Record<string, Tensor> = { [inputIds]: row(ids) };
    if (attentionMask) feeds[attentionMask] = row(ids.map(() => 1));
    if (positionIds) feeds[positionIds] = row([...ids.keys()]);
    for (const name of other) feeds[name] = this.#ints([0], []);
    for (const { name, dims } of past)
      feeds[name] = new this.ort.Tensor('float32', new Float32Array(0), [
        1,
        Number(dims[1]),
        0,
        Number(dims[3]),
      ]);
    return feeds;
  }

  #ints(values: readonly number[], dims: readonly number[] = [values.length]): Tensor {
    return new this.ort.Tensor('int64', BigInt64Array.from(values, BigInt), dims);
  }
}

/** Largest absolute difference; the lengths have to be the same. */
function largestDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) throw new Error(`${a.length} logits were compared with ${b.length}.`);
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs((a[i] ?? NaN) - (b[i] ?? NaN)));
  return largest;
}

async function timePair(rivals: Rivals, tokens: number, rows: Pair['rows'], rounds: number): Promise<Pair> {
  const seconds = { original: [] as number[], patched: [] as number[] };
  for (let round = -WARM_UP; round < rounds; round++) {
    const ids = rivals.ids(tokens, round + WARM_UP);
    // Whoever goes first changes every round: a machine that slows down is no one's fault.
    const order = round % 2 === 0 ? (['original', 'patched'] as const) : (['patched', 'original'] as const);
    for (const name of order) {
      const start = performance.now();
      await (name === 'original' ? rivals.runOriginal(ids) : rivals.runPatched(ids, rows));
      if (round >= 0) seconds[name].push((performance.now() - start) / 1000);
    }
  }
  return { tokens, rows, ...seconds };
}

async function compare(request: PairRequest): Promise<PairReply> {
  const { ort, name, threads: most } = await setUpRuntime();
  const threads = Math.min(most, request.threads);
  ort.env.wasm.numThreads = threads;
  const rivals = await Rivals.open(request, ort);
  const ids = rivals.ids(Math.max(...request.lengths), 0);
  const expected = await rivals.runOriginal(ids);
  const last = expected.subarray((expected.length / ids.length) * (ids.length - 1));
  const difference = Math.max(
    largestDifference(expected, await rivals.runPatched(ids, 'all')),
    largestDifference(last, await rivals.runPatched(ids, 'one')),
  );
  const pairs: Pair[] = [];
  for (const tokens of request.lengths)
    for (const rows of ['all', 'one'] as const)
      pairs.push(await timePair(rivals, tokens, rows, request.rounds));
  return { runtime: name, threads, difference, pairs };
}

self.onmessage = (event: MessageEvent<PairRequest>): void => {
  compare(event.data).then(
    (reply) => self.postMessage({ reply }),
    (thrown: unknown) => self.postMessage({ fault: messageOf(thrown) }),
  );
};
