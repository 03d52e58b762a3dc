import type { Tensor, TypedTensor } from 'onnxruntime-web/webgpu';
import type * as Ort from 'onnxruntime-web/webgpu';
import { LeewayError } from '../../errors/leeway-error.ts';
import { PORTS } from '../../onnx/surgery.ts';
import type { PreparedGraph } from '../../onnx/surgery.ts';
import { steeringFeeds } from './steering-feeds.ts';
import type { Steer } from '../shared/steer.ts';

/** One batch row of a pass: its new tokens, and how many stand before them in the cache. */
export interface NewTokens {
  readonly tokens: readonly number[];
  readonly start: number;
  readonly steer: readonly Steer[];
}

/** What a pass reads out. */
export interface Wanted {
  /** Flat places (row · width + position among the new tokens) whose logits are wanted. */
  readonly logits: readonly number[];
  readonly residual: readonly number[];
}

/** The widest row's count of new tokens. */
export const widthOf = (parts: readonly NewTokens[]): number =>
  Math.max(...parts.map((part) => part.tokens.length));

/**
 * The inputs of a pass; rows are padded right to the widest.
 * @param past keys and values [1, heads, start, width] in the order of `inputs.past`; a pass that continues is alone in
 *   its batch
 */
export function passFeeds(
  ort: typeof Ort,
  graph: PreparedGraph,
  parts: readonly NewTokens[],
  wanted: Wanted,
  past: readonly Tensor[] = [],
): Record<string, Tensor> {
  const { inputs } = graph;
  const [batch, width, start] = [parts.length, widthOf(parts), parts[0]?.start ?? 0];
  const ints = (values: readonly number[], dims: readonly number[]): TypedTensor<'int64'> =>
    new ort.Tensor('int64', BigInt64Array.from(values, BigInt), dims);
  const ids: number[] = [];
  const mask: number[] = [];
  const positions: number[] = [];
  parts.forEach(({ tokens }) => {
    for (let i = 0; i < start; i++) mask.push(1);
    for (let i = 0; i < width; i++) {
      const inside = i < tokens.length;
      ids.push(tokens[i] ?? 0);
      mask.push(inside ? 1 : 0);
      positions.push(inside ? start + i : 0);
    }
  });
  const feeds: Record<string, Tensor> = { [inputs.inputIds]: ints(ids, [batch, width]) };
  const steered = parts.map(({ steer, start: from, tokens }) => ({
    steer,
    start: from,
    count: tokens.length,
  }));
  for (const [name, { data, dims }] of Object.entries(steeringFeeds(graph, steered, width)))
    feeds[name] = new ort.Tensor('float32', data, dims);
  if (inputs.attentionMask) feeds[inputs.attentionMask] = ints(mask, [batch, start + width]);
  if (inputs.positionIds) feeds[inputs.positionIds] = ints(positions, [batch, width]);
  for (const name of inputs.other) feeds[name] = ints([0], []);
  inputs.past.forEach(({ name, dims, elementType }, i) => {
    const empty = [batch, fixed(dims[1], name), 0, fixed(dims[3], name)];
    feeds[name] =
      past[i] ??
      (elementType === 'float16'
        ? new ort.Tensor('float16', new Uint16Array(0), empty)
        : new ort.Tensor('float32', new Float32Array(0), empty));
  });
  feeds[PORTS.logitRows] = ints(wanted.logits, [wanted.logits.length]);
  feeds[PORTS.residualRows] = ints(wanted.residual, [wanted.residual.length]);
  return feeds;
}

function fixed(dim: number | string | undefined, name: string): number {
  if (typeof dim === 'number') return dim;
  throw new LeewayError(
    'onnx-unsupported',
    `The input ${name} does not state its heads and width.`,
    'Export the model again with fixed key and value shapes.',
  );
}

/** An output's numbers. Throws session-run where they are no 32-bit floats. */
export async function floats(tensor: Tensor | undefined): Promise<Float32Array> {
  const data = await tensor?.getData();
  if (data instanceof Float32Array) return data;
  throw new LeewayError(
    'session-run',
    'The model returned no 32-bit floats where some were expected.',
    'Try another precision of the model.',
  );
}
