import type { CachePair } from './caches.ts';
import { cacheDims } from './caches.ts';
import type { DataFlow } from './data-flow.ts';
import { elementName } from './element-type.ts';
import { unsupported } from './faults.ts';
import { isLogitsToKeep } from './logits-to-keep.ts';
import type { GraphInputs } from './prepared-graph.ts';
import type { TensorFacts } from './shape-inference.ts';

const ATTENTION_MASK = 'attention_mask';
const POSITION_IDS = 'position_ids';
const CACHE_BRANCH = 'use_cache_branch';

/**
 * Refuses a graph that holds two decoders in the branches of an If, one with cached keys and values and one without:
 * its layers lie inside the branches. Throws onnx-unsupported.
 */
export function refuseMerged(flow: DataFlow): void {
  if (!flow.graph.inputs.some((input) => input.name === CACHE_BRANCH)) return;
  throw unsupported(
    `The graph is a merged export: it holds two decoders and chooses by ${CACHE_BRANCH}.`,
    'Choose model.onnx, decoder_with_past_model.onnx or decoder_model.onnx of the same model.',
  );
}

/** Sorts the graph's inputs by role. Throws onnx-unsupported on one whose role is not known. */
export function readInputs(
  flow: DataFlow,
  facts: ReadonlyMap<string, TensorFacts>,
  inputIds: string,
  caches: readonly CachePair[],
): GraphInputs {
  const pasts = new Set(caches.map((cache) => cache.past.name));
  const names = flow.graph.inputs.map((input) => input.name).filter((name) => !flow.initializers.has(name));
  const known = new Set([inputIds, ATTENTION_MASK, POSITION_IDS, ...pasts]);
  const other = names.filter((name) => !known.has(name));
  const zeros = new Set(flow.graph.inputs.filter(isLogitsToKeep).map((input) => input.name));
  const unknown = other.filter((name) => !zeros.has(name));
  if (unknown.length > 0)
    throw unsupported(`The graph asks for inputs that are not known here: ${unknown.join(', ')}.`);
  return {
    inputIds,
    ...(names.includes(ATTENTION_MASK) && { attentionMask: ATTENTION_MASK }),
    ...(names.includes(POSITION_IDS) && { positionIds: POSITION_IDS }),
    past: caches.map(({ past }) => ({
      name: past.name,
      dims: cacheDims(flow, facts, past),
      elementType: elementName(past.elementType),
    })),
    other,
  };
}
