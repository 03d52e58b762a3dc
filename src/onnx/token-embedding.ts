import type { DataFlow, Step } from './data-flow.ts';
import { noResidual, unsupported } from './faults.ts';
import type { TensorFacts } from './shape-inference.ts';

/** Where tokens become vectors. */
export interface TokenEmbedding {
  /** The graph input with the token ids. */
  readonly inputIds: string;
  /** The value that holds one vector per token. */
  readonly value: string;
  /** Rows of the table: how many tokens it knows. */
  readonly rows: number | undefined;
}

const LOOKUPS: ReadonlySet<string> = new Set(['ai.onnx:Gather', 'com.microsoft:GatherBlockQuantized']);

/** Ids keep their meaning through these. */
const REFORMAT: ReadonlySet<string> = new Set([
  'ai.onnx:Cast',
  'ai.onnx:Identity',
  'ai.onnx:Reshape',
  'ai.onnx:Squeeze',
  'ai.onnx:Unsqueeze',
]);

/**
 * Finds the lookup of a two-dimensional weight table by the token ids.
 * Throws onnx-no-residual where there is none, or more than one that could be it.
 */
export function findTokenEmbedding(flow: DataFlow, facts: ReadonlyMap<string, TensorFacts>): TokenEmbedding {
  const given = new Set(
    flow.graph.inputs.map((input) => input.name).filter((name) => !flow.initializers.has(name)),
  );
  const found = flow.steps.flatMap((step) => {
    const embedding = lookup(step, flow, facts, given);
    return embedding ? [embedding] : [];
  });
  // Positions are looked up in tables as well; the usual name of the ids tells them apart.
  const named = found.filter((embedding) => embedding.inputIds === 'input_ids');
  const candidates = named.length > 0 ? named : found;
  const [only] = candidates;
  if (only && candidates.length === 1) return only;
  if (flow.graph.nodes.some((node) => node.opType === 'If')) {
    throw unsupported(
      'The decoder lies inside an If node (a merged export).',
      'Choose the plain model.onnx of this model, not the merged one.',
    );
  }
  if (given.has('inputs_embeds') && !only) {
    throw unsupported(
      'The graph takes embeddings (inputs_embeds), not token ids.',
      'Choose an export with the embedding inside.',
    );
  }
  throw noResidual(
    only
      ? `${String(candidates.length)} tables are looked up by token ids (${candidates.map((one) => one.value).join(', ')}).`
      : 'No token embedding was found: no weight table is looked up by a graph input.',
  );
}

function lookup(
  step: Step,
  flow: DataFlow,
  facts: ReadonlyMap<string, TensorFacts>,
  given: ReadonlySet<string>,
): TokenEmbedding | undefined {
  const [table, ids] = step.inputs;
  const [value] = step.outputs;
  if (!LOOKUPS.has(step.operator) || !table || !ids || !value || !flow.constants.has(table)) return undefined;
  const dims = facts.get(table)?.dims;
  if (dims?.length !== 2) return undefined;
  let origin = ids;
  while (!given.has(origin)) {
    const maker = flow.producer.get(origin);
    if (!maker || !REFORMAT.has(maker.operator)) return undefined;
    origin = maker.inputs[0] ?? '';
  }
  return { inputIds: origin, value, rows: dims[0] };
}
