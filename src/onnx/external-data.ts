import { unsupported } from './faults.ts';
import { readModel, type Graph } from './graph.ts';
import type { GraphEditor } from './graph-editor.ts';

/** Raw data up to this many bytes stays in the graph: shapes and scalars, which runtimes want to see early. */
const KEPT_INLINE = 1024;

/**
 * Turns weights inside the file into references to it, so that they are never copied.
 * Returns the names of all files that hold weights then. Throws onnx-unsupported where a subgraph's weights lie in a
 * file: runtimes mount files for the graph itself alone.
 */
export function moveWeightsOut(graph: Graph, editor: GraphEditor, fileName: string): string[] {
  const files = new Set<string>();
  graph.initializers.forEach(({ data }, index) => {
    if (data.kind === 'external') files.add(data.location);
    if (data.kind !== 'inline' || data.length <= KEPT_INLINE) return;
    editor.moveOut(index, fileName, data.offset, data.length);
    files.add(fileName);
  });
  for (const node of graph.nodes) {
    if (node.hasInnerFiles) {
      throw unsupported(
        `A subgraph of ${node.opType} keeps weights in another file, which the runtime does not read.`,
        'Save the model as one file, or choose another export.',
      );
    }
    for (const file of node.files) files.add(file);
  }
  return [...files];
}

/** Names of the files that hold a model's weights beside its own. Errors: those of readModel. */
export function weightFiles(bytes: Uint8Array): string[] {
  const { initializers, nodes } = readModel(bytes).graph;
  const named = initializers.flatMap(({ data }) => (data.kind === 'external' ? [data.location] : []));
  return [...new Set([...named, ...nodes.flatMap(({ files }) => [...files])])];
}
