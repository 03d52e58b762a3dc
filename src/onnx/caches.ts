import type { DataFlow, Step } from './data-flow.ts';
import { unsupported } from './faults.ts';
import type { Graph } from './graph.ts';
import type { TensorFacts } from './shape-inference.ts';
import type { Dimension, ValueInfo } from './value-info.ts';

/** A state that goes in with what came before and comes out with the new tokens. */
export interface CachePair {
  readonly past: ValueInfo;
  readonly present: string;
  /** Number of the layer, read from the names. */
  readonly layer: number;
}

const PAST = /^past(?:_key_values)?/;
const PRESENT = /^present(?:_key_values)?/;

/** Pairs past inputs with present outputs by what follows the prefix. Throws onnx-unsupported where one has no partner. */
export function pairCaches(graph: Graph): CachePair[] {
  const present = new Map<string, string>();
  for (const { name } of graph.outputs) {
    if (PRESENT.test(name)) present.set(name.replace(PRESENT, ''), name);
  }
  const pairs = graph.inputs
    .filter(({ name }) => PAST.test(name))
    .map((past) => {
      const rest = past.name.replace(PAST, '');
      const partner = present.get(rest);
      const digits = /\d+/.exec(rest)?.[0];
      if (partner === undefined || digits === undefined || !past.dims) {
        throw unsupported(`The cache input ${past.name} has no shape or no output that continues it.`);
      }
      present.delete(rest);
      return { past, present: partner, layer: Number(digits) };
    });
  const [left] = present.values();
  if (pairs.length > 0 && left !== undefined)
    throw unsupported(`The cache output ${left} has no input that it continues.`);
  return pairs;
}

/**
 * The declared shape of a cache; where the file leaves the width of a head open (builders name it `kv_cache_dim`),
 * it is taken from the GroupQueryAttention that uses the cache. Symbolic otherwise.
 */
export function cacheDims(
  flow: DataFlow,
  facts: ReadonlyMap<string, TensorFacts>,
  past: ValueInfo,
): readonly Dimension[] {
  const dims = past.dims ?? [];
  const user = flow.consumers
    .get(past.name)
    ?.find((step) => step.operator === 'com.microsoft:GroupQueryAttention');
  const width = user && typeof dims.at(-1) === 'string' ? headWidth(flow, facts, user) : undefined;
  return width === undefined ? dims : [...dims.slice(0, -1), width];
}

function headWidth(flow: DataFlow, facts: ReadonlyMap<string, TensorFacts>, step: Step): number | undefined {
  const attributes = flow.graph.nodes[step.node]?.attributes;
  const keyHeads = attributes?.get('kv_num_heads')?.int;
  const heads = attributes?.get('num_heads')?.int;
  if (keyHeads === undefined || heads === undefined) return undefined;
  const [query, , value] = step.inputs;
  // With no key and value of their own, all three come packed in the first input.
  const [packed, parts] = value ? [value, keyHeads] : [query, heads + 2 * keyHeads];
  const total = facts.get(packed ?? '')?.dims?.at(-1);
  const width = total === undefined ? undefined : total / parts;
  return Number.isInteger(width) ? width : undefined;
}
