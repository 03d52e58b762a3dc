import type { Graph } from './graph.ts';
import type { GraphEditor } from './graph-editor.ts';

/** Raw data up to this many bytes stays in the graph: shapes and scalars, which runtimes want to see early. */
const KEPT_INLINE = 1024;

/**
 * Turns weights inside the file into references to it, so that they are never copied.
 * Returns the names of all files that hold weights then.
 */
export function moveWeightsOut(graph: Graph, editor: GraphEditor, fileName: string): string[] {
  const files = new Set<string>();
  graph.initializers.forEach(({ data }, index) => {
    if (data.kind === 'external') files.add(data.location);
    if (data.kind !== 'inline' || data.length <= KEPT_INLINE) return;
    editor.moveOut(index, fileName, data.offset, data.length);
    files.add(fileName);
  });
  return [...files];
}
