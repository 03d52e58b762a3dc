import type { CachePair } from './caches.ts';
import { findCuts } from './cuts.ts';
import type { CutLine } from './cuts.ts';
import type { DataFlow } from './data-flow.ts';
import { elementName } from './element-type.ts';
import { layerMismatch, noResidual, unsupported } from './faults.ts';
import { findLayerEnds } from './layer-pattern.ts';
import type { LmHead } from './lm-head.ts';
import { refuseMerged } from './model-ports.ts';
import { checkAllPositions, findLmHead, findLogits } from './lm-head.ts';
import { findMixers } from './mixers.ts';
import type { StreamType } from './prepared-graph.ts';
import type { TensorFacts } from './shape-inference.ts';
import type { TokenEmbedding } from './token-embedding.ts';
import { findTokenEmbedding } from './token-embedding.ts';

/** The residual stream of a decoder, found by structure alone. */
export interface ResidualStream {
  readonly embedding: TokenEmbedding;
  /** The stream after each layer: names of [batch, sequence, hidden] values. */
  readonly layers: readonly string[];
  readonly hidden: number;
  readonly elementType: StreamType;
  readonly line: CutLine;
  readonly head: LmHead;
  readonly logits: string;
  readonly vocabulary: number;
}

export interface Expectation {
  readonly expectedLayers?: number;
  readonly expectedHidden?: number;
}

/**
 * Finds the stream after every layer: values through which every path from the token embedding to the logits goes,
 * told apart by the attention between them.
 * Throws onnx-no-residual where any step leaves a doubt, onnx-layer-mismatch where config or caches contradict,
 * onnx-unsupported where logits do not cover every position.
 */
export function findResidualStream(
  flow: DataFlow,
  facts: ReadonlyMap<string, TensorFacts>,
  caches: readonly CachePair[],
  expected: Expectation,
): ResidualStream {
  refuseMerged(flow);
  const embedding = findTokenEmbedding(flow, facts);
  const logits = findLogits(flow, facts, embedding);
  const line = findCuts(flow, embedding.value, logits);
  if (!line) throw noResidual(`No path leads from the token embedding to ${logits}.`);
  const mixers = findMixers(flow, line, caches, expected.expectedLayers);
  if (expected.expectedLayers !== undefined && expected.expectedLayers !== mixers.length) {
    throw layerMismatch(
      `The config promises ${String(expected.expectedLayers)} layers, the graph has ${String(mixers.length)}.`,
    );
  }
  const head = findLmHead(flow, line, facts);
  const ends = findLayerEnds(flow, line, mixers, head.segment);
  checkAllPositions(flow, facts, { line, from: ends.at(-1) ?? 0, head, logits });
  const layers = ends.map((end) => line.cuts[end] ?? '');
  const hidden = widthOf(layers, facts, head, expected.expectedHidden);
  const elementType = typeOf(layers, facts);
  const vocabulary = facts.get(logits)?.dims?.at(-1);
  if (vocabulary === undefined)
    throw unsupported(`The length of a row of ${logits} is not stated in the graph.`);
  return { embedding, layers, hidden, elementType, line, head, logits, vocabulary };
}

/** The one width of all layers and of lm_head's input. */
function widthOf(
  layers: readonly string[],
  facts: ReadonlyMap<string, TensorFacts>,
  head: LmHead,
  expected: number | undefined,
): number {
  const hidden = facts.get(layers[0] ?? '')?.dims?.at(-1);
  for (const value of [...layers, head.input]) {
    const dims = facts.get(value)?.dims;
    const width = dims?.at(-1);
    if (dims?.length !== 3 || width === undefined || width !== hidden) {
      const found = dims ? `[${dims.map((dim) => dim ?? '?').join(', ')}]` : 'no known shape';
      throw noResidual(
        `${value} should be the residual stream of width ${String(hidden)}, but has ${found}.`,
      );
    }
  }
  if (hidden === undefined) throw noResidual('The width of the residual stream is not stated in the graph.');
  if (expected !== undefined && expected !== hidden) {
    throw layerMismatch(
      `The config promises a residual stream of width ${String(expected)}, the graph has ${String(hidden)}.`,
    );
  }
  return hidden;
}

function typeOf(layers: readonly string[], facts: ReadonlyMap<string, TensorFacts>): StreamType {
  const types = new Set(layers.map((value) => elementName(facts.get(value)?.type)));
  const [type, second] = types;
  if (second === undefined && (type === 'float32' || type === 'float16' || type === 'bfloat16')) return type;
  throw noResidual(
    `The residual stream should be of one floating-point type, but is ${[...types].join(' and ')}.`,
  );
}
