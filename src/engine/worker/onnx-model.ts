import type { DerivedCache } from '../../models/model-database.ts';
import { prepareGraph, SURGERY_VERSION, type PreparedGraph } from '../../onnx/surgery.ts';
import type { SteeringWays } from '../shared/protocol.ts';
import { readerOf } from './blob-reader.ts';
import { statedEnds } from './end-tokens.ts';
import type { ModelFolder } from './model-folder.ts';
import type { ModelParts } from './model-parts.ts';
import { MountedFile } from './mounted-file.ts';
import { TextCoder } from './tokenizer.ts';

const count = (config: Record<string, unknown>, name: string): number | undefined => {
  const value = config[name] ?? (config['text_config'] as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'number' ? value : undefined;
};

function dtypeOf(path: string, stated: unknown, graph: PreparedGraph): string {
  if (typeof stated === 'string') return stated;
  const suffix = /_(q4f16|q4|fp16|int8|uint8|quantized|bnb4)\.onnx$/.exec(path)?.[1];
  if (suffix) return suffix;
  const floats = graph.elementType === 'float32' ? 'fp32' : graph.elementType === 'float16' ? 'fp16' : 'bf16';
  return graph.operators.some((name) => name.endsWith(':MatMulNBits')) ? `${floats}, packed weights` : floats;
}

function isPrepared(value: unknown, steering: SteeringWays): value is PreparedGraph {
  const graph = value as Partial<PreparedGraph> | undefined;
  return graph?.version === SURGERY_VERSION && graph.steering === steering;
}

/** A model folder as exporters write it: the graph is patched (once for each commit), weights stay in their files. */
export async function openOnnx(
  folder: ModelFolder,
  cache: DerivedCache,
  steering: SteeringWays,
): Promise<ModelParts> {
  const { choice, graphKey, commit } = folder.files;
  const graphPath = choice.variant.path;
  const directory = graphPath.slice(0, graphPath.lastIndexOf('/') + 1);
  const near = (name: string): string | undefined => folder.nearest(directory, name);
  // A file that is nowhere is asked for at the root, and named as missing.
  const [configPath, tokenizerPath, tokenizerConfigPath] = [
    near('config.json') ?? 'config.json',
    near('tokenizer.json') ?? 'tokenizer.json',
    near('tokenizer_config.json') ?? 'tokenizer_config.json',
  ] as const;
  const templatePath = near('chat_template.jinja');
  const statedPath = near('leeway.json');

  const config = await folder.json(configPath);
  const coder = new TextCoder(
    await folder.json(tokenizerPath),
    await folder.json(tokenizerConfigPath),
    templatePath && (await folder.text(templatePath)),
  );
  const stated = statedPath ? await folder.json(statedPath) : {};
  const endTokens = [statedEnds(config)];
  for (const name of ['generation_config.json', 'genai_config.json']) {
    const path = near(name);
    if (path && folder.files.blobs.has(path)) endTokens.push(statedEnds(await folder.json(path)));
  }
  const graphBlob = folder.blob(graphPath);

  const cacheKey = `${graphKey}#graph/${SURGERY_VERSION}/${steering}`;
  const cached = await cache.read(cacheKey);
  const expectedLayers =
    count(config, 'num_hidden_layers') ?? count(config, 'n_layer') ?? count(config, 'num_layers');
  const expectedHidden = count(config, 'hidden_size') ?? count(config, 'n_embd');
  const graph = isPrepared(cached, steering)
    ? cached
    : prepareGraph(new Uint8Array(await graphBlob.arrayBuffer()), {
        fileName: graphPath.slice(directory.length),
        steering,
        ...(expectedLayers === undefined ? {} : { expectedLayers }),
        ...(expectedHidden === undefined ? {} : { expectedHidden }),
      });
  if (graph !== cached) await cache.keep(cacheKey, graph);

  const files: MountedFile[] = [];
  for (const name of graph.externalFiles) {
    const blob = directory + name === graphPath ? graphBlob : folder.blob(directory + name);
    files.push(new MountedFile(name, blob.size, readerOf(blob)));
  }
  return {
    graph,
    files,
    coder,
    endTokens: endTokens.flat(),
    dtype: dtypeOf(graphPath, stated['dtype'], graph),
    revision: typeof stated['revision'] === 'string' ? stated['revision'] : commit,
    surgeryCached: graph === cached,
  };
}
