import * as ort from 'onnxruntime-web';
import type { Steer as Change } from '../../../src/engine/shared/steer.ts';
import { steeringFeeds } from '../../../src/engine/worker/steering-feeds.ts';
import type { PreparedGraph } from '../../../src/onnx/surgery.ts';

ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

export interface Steer {
  readonly layer: number;
  readonly vector: readonly number[];
}

export interface Pass {
  /** Token ids of each batch row, of any lengths: padded right with 0. */
  readonly rows: readonly (readonly number[])[];
  /** Steering of each batch row. */
  readonly steer?: readonly (readonly (Steer | Change)[])[];
  /** Flat positions; default: the last token of every row. */
  readonly wanted?: readonly number[];
  /** Caches of an earlier pass at batch 1. */
  readonly past?: readonly ort.Tensor[];
}

export interface PassResult {
  /** One row of logits a wanted position. */
  readonly logits: Float32Array[];
  /** [position][layer] */
  readonly residual: Float32Array[][];
  readonly present: ort.Tensor[];
}

const int64 = (values: readonly number[], dims: readonly number[]): ort.Tensor =>
  new ort.Tensor('int64', BigInt64Array.from(values, BigInt), dims);

/** Names of files beside the graph to their bytes. */
export type Files = Readonly<Record<string, Uint8Array>>;

export async function openSession(proto: Uint8Array, files: Files = {}): Promise<ort.InferenceSession> {
  const externalData = Object.entries(files).map(([path, data]) => ({ path, data }));
  return ort.InferenceSession.create(proto, { executionProviders: ['wasm'], externalData });
}

/** A patched decoder on onnxruntime-web's WASM backend. */
export class DecoderSession {
  readonly graph: PreparedGraph;
  private readonly session: ort.InferenceSession;

  private constructor(graph: PreparedGraph, session: ort.InferenceSession) {
    this.graph = graph;
    this.session = session;
  }

  static async open(graph: PreparedGraph, files: Files): Promise<DecoderSession> {
    return new DecoderSession(graph, await openSession(graph.proto, files));
  }

  async run(pass: Pass): Promise<PassResult> {
    const { graph } = this;
    const length = Math.max(...pass.rows.map((row) => row.length));
    const wanted = pass.wanted ?? pass.rows.map((row, b) => b * length + row.length - 1);
    const before = pass.past?.[0]?.dims[2] ?? 0;
    const parts = pass.rows.map((row, b) => ({
      steer: (pass.steer?.[b] ?? []).map(changeOf),
      start: before,
      count: row.length,
    }));
    const steering = Object.entries(steeringFeeds(graph, parts, length)).map(([name, { data, dims }]) => [
      name,
      new ort.Tensor('float32', data, dims),
    ]);
    const result = await this.session.run({
      ...tokenFeeds(graph, pass),
      ...(Object.fromEntries(steering) as Record<string, ort.Tensor>),
      logit_rows: int64(wanted, [wanted.length]),
      residual_rows: int64(wanted, [wanted.length]),
    });
    return {
      logits: chunks(result[graph.outputs.logits], graph.vocabulary),
      residual: chunks(result['residual'], graph.layers * graph.hidden).map((row) =>
        split(row, graph.hidden),
      ),
      present: graph.outputs.present.flatMap((name) => result[name] ?? []),
    };
  }
}

const changeOf = (steer: Steer | Change): Change =>
  'vector' in steer && !(steer.vector instanceof Float32Array)
    ? { layer: steer.layer, vector: Float32Array.from(steer.vector) }
    : (steer as Change);

/** Inputs that original and patched graph share. */
export function tokenFeeds(graph: PreparedGraph, { rows, past }: Pass): Record<string, ort.Tensor> {
  const before = past?.[0]?.dims[2] ?? 0;
  const length = Math.max(...rows.map((row) => row.length));
  const shape = [rows.length, length];
  const pad = (make: (row: readonly number[], i: number) => number, from: number): number[] =>
    rows.flatMap((row) => Array.from({ length: length - from }, (_, i) => make(row, i + from)));
  const feeds: Record<string, ort.Tensor> = {
    [graph.inputs.inputIds]: int64(
      pad((row, i) => row[i] ?? 0, 0),
      shape,
    ),
  };
  if (graph.inputs.attentionMask !== undefined) {
    feeds[graph.inputs.attentionMask] = int64(
      pad((row, i) => (i < row.length ? 1 : 0), -before),
      [rows.length, length + before],
    );
  }
  if (graph.inputs.positionIds !== undefined) {
    feeds[graph.inputs.positionIds] = int64(
      pad((row, i) => (i < row.length ? i + before : 0), 0),
      shape,
    );
  }
  for (const name of graph.inputs.other) feeds[name] = int64([0], []);
  graph.inputs.past.forEach(({ name, dims }, i) => {
    const empty = dims.map((dim, axis) => (typeof dim === 'number' ? dim : axis === 0 ? rows.length : 0));
    feeds[name] = past?.[i] ?? new ort.Tensor('float32', new Float32Array(0), empty);
  });
  return feeds;
}

function chunks(tensor: ort.Tensor | undefined, width: number): Float32Array[] {
  if (!(tensor?.data instanceof Float32Array)) throw new Error('The output is missing or not float32.');
  return split(tensor.data, width);
}

function split(data: Float32Array, width: number): Float32Array[] {
  return Array.from({ length: data.length / width }, (_, i) => data.slice(i * width, (i + 1) * width));
}

/** Largest absolute difference. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  return Array.from(a).reduce((far, value, i) => Math.max(far, Math.abs(value - (b[i] ?? NaN))), 0);
}
