import { FileStore } from '../../models/file-store.ts';
import { ModelFolder } from '../../models/model-folder.ts';
import { prepareGraph, SURGERY_VERSION, type PreparedGraph } from '../../onnx/surgery.ts';
import type { Backend, LoadedModel, LoadProgress, ModelSource } from '../shared/protocol.ts';
import { ModelSession } from './model-session.ts';
import { openSession, type ExternalFile } from './open-session.ts';
import type { Strategy } from './plan.ts';
import { TextCoder } from './tokenizer.ts';

/** A model that can be asked. */
export interface ReadyModel {
  readonly description: LoadedModel;
  readonly session: ModelSession;
  readonly coder: TextCoder;
}

export interface LoaderOptions {
  readonly backend: Backend | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: LoadProgress) => void;
}

const count = (config: Record<string, unknown>, name: string): number | undefined => {
  const value = config[name] ?? (config['text_config'] as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'number' ? value : undefined;
};

/** How rows may share passes on this backend and graph (design, sections 3 and 7). */
function strategyFor(backend: Backend, graph: PreparedGraph): Strategy {
  // A dynamic range is taken over the whole pass: rows would change each other.
  if (graph.operators.some((name) => name.endsWith(':DynamicQuantizeLinear'))) return 'single';
  return backend === 'wasm' ? 'prefix' : 'batch';
}

function dtypeOf(path: string, stated: unknown, graph: PreparedGraph): string {
  if (typeof stated === 'string') return stated;
  const suffix = /_(q4f16|q4|fp16|int8|uint8|quantized|bnb4)\.onnx$/.exec(path)?.[1];
  if (suffix) return suffix;
  const floats = graph.elementType === 'float32' ? 'fp32' : graph.elementType === 'float16' ? 'fp16' : 'bf16';
  return graph.operators.some((name) => name.endsWith(':MatMulNBits')) ? `${floats}, packed weights` : floats;
}

const isPrepared = (value: unknown): value is PreparedGraph =>
  (value as Partial<PreparedGraph> | undefined)?.version === SURGERY_VERSION;

/** Fetches, patches and opens a model: the whole way from a repository to a session. */
export async function loadModel(
  source: ModelSource,
  { backend: wish, signal, onProgress }: LoaderOptions,
): Promise<ReadyModel> {
  const progress = { loaded: 0, total: 0 };
  const report = (phase: LoadProgress['phase']): void => onProgress({ phase, ...progress });
  report('list');
  const store = await FileStore.open();
  const folder = await ModelFolder.open(
    source,
    store,
    (loaded, total) => {
      Object.assign(progress, { loaded, total });
      report('download');
    },
    signal,
  );
  const graphPath = folder.graphPath(source.graph);
  const directory = graphPath.slice(0, graphPath.lastIndexOf('/') + 1);
  const dataPaths = folder.listing.files
    .map((file) => file.path)
    .filter((path) => path.startsWith(graphPath) && path !== graphPath);
  const optional = ['chat_template.jinja', 'leeway.json'].filter((path) => folder.find(path));
  folder.expect([
    'config.json',
    'tokenizer.json',
    'tokenizer_config.json',
    graphPath,
    ...dataPaths,
    ...optional,
  ]);

  const config = await folder.json('config.json');
  const coder = new TextCoder(
    await folder.json('tokenizer.json'),
    await folder.json('tokenizer_config.json'),
    optional.includes('chat_template.jinja') ? await folder.text('chat_template.jinja') : undefined,
  );
  const stated = optional.includes('leeway.json') ? await folder.json('leeway.json') : {};
  const graphBytes = await folder.read(graphPath);

  report('surgery');
  const cacheKey = `${folder.cacheKey(graphPath)}#${SURGERY_VERSION}`;
  const cached = await store?.graph(cacheKey);
  const expectedLayers = count(config, 'num_hidden_layers') ?? count(config, 'n_layer');
  const expectedHidden = count(config, 'hidden_size') ?? count(config, 'n_embd');
  const graph = isPrepared(cached)
    ? cached
    : prepareGraph(graphBytes, {
        fileName: graphPath.slice(directory.length),
        ...(expectedLayers === undefined ? {} : { expectedLayers }),
        ...(expectedHidden === undefined ? {} : { expectedHidden }),
      });
  if (graph !== cached) await store?.keepGraph(cacheKey, graph);

  const externalData: ExternalFile[] = [];
  for (const name of graph.externalFiles)
    externalData.push({
      path: name,
      data: directory + name === graphPath ? graphBytes : await folder.read(directory + name),
    });

  report('compile');
  const { ort, session, backend, reason, threads, runtime } = await openSession(graph, externalData, wish);
  const description: LoadedModel = {
    id: source.id,
    revision: typeof stated['revision'] === 'string' ? stated['revision'] : folder.listing.commit,
    dtype: dtypeOf(graphPath, stated['dtype'], graph),
    backend,
    backendReason: reason,
    threads,
    layers: graph.layers,
    hidden: graph.hidden,
    vocabulary: graph.vocabulary,
    bytes: folder.bytes,
    hasChatTemplate: coder.hasChatTemplate,
    fromCache: folder.fromCache,
    surgeryCached: graph === cached,
    runtime,
  };
  report('ready');
  return { description, session: new ModelSession(ort, session, graph, strategyFor(backend, graph)), coder };
}
