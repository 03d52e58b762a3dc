import { weightFiles } from '../onnx/external-data.ts';
import type { HubFile } from './hub.ts';
import { dataFilesOf, type Variant } from './variant.ts';

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

/**
 * Path of a file by its name: in the graph's own directory (`cpu/int4/`, with a slash at the end), else in the next
 * one above that has it. Some exporters give each precision a whole folder, others share one set of files.
 */
export function nearest(files: readonly HubFile[], directory: string, name: string): string | undefined {
  for (let folder = directory; ; folder = folderOf(folder.slice(0, -1))) {
    if (files.some(({ path }) => path === folder + name)) return folder + name;
    if (folder === '') return undefined;
  }
}

/** What a tokenizer and a graph need beside them, what ends an answer, and how the graph was made: the last ones are there or not. */
const BESIDE = [
  'config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'chat_template.jinja',
  'generation_config.json',
  'genai_config.json',
  'leeway.json',
];

/** The files that one variant of a model needs, as far as their names tell. A GGUF carries everything in itself. */
export function planFiles(files: readonly HubFile[], { path, kind }: Variant): HubFile[] {
  const graph = files.filter((file) => file.path === path);
  if (kind === 'gguf') return graph;
  const beside = BESIDE.map((name) => nearest(files, folderOf(path), name));
  return [...files.filter((file) => beside.includes(file.path)), ...graph, ...dataFilesOf(files, path)];
}

/** Graphs beyond this carry their weights in themselves. */
const LARGEST_GRAPH = 256e6;

/** Paths of the files of weights that the graph itself names, there or not; none where it carries all in itself. */
export async function namedWeights({ path, kind }: Variant, graph: Blob): Promise<string[]> {
  if (kind === 'gguf' || graph.size > LARGEST_GRAPH) return [];
  return weightFiles(new Uint8Array(await graph.arrayBuffer())).map((name) => folderOf(path) + name);
}

/** Files of weights that the graph names and its name does not tell: known once the graph itself is here. */
export async function furtherFiles(
  files: readonly HubFile[],
  variant: Variant,
  graph: Blob,
): Promise<HubFile[]> {
  const named = await namedWeights(variant, graph);
  const planned = new Set(planFiles(files, variant).map(({ path }) => path));
  return files.filter((file) => named.includes(file.path) && !planned.has(file.path));
}
