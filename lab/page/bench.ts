import type { Engine } from '../../src/engine/client/engine.ts';
import { spawnEngine } from '../../src/engine/client/spawn.ts';
import type { LoadedModel, WeightStorage } from '../../src/engine/shared/protocol.ts';
import { localSource } from '../../src/experiments/model-entries.ts';
import { buildDecoder } from '../../src/gguf/decoder-graph.ts';
import { readGguf } from '../../src/gguf/gguf-file.ts';
import { spawnLibrary } from '../../src/library/client/spawn.ts';
import { prepareGraph } from '../../src/onnx/surgery.ts';
import { benchTokens } from './bench-tokens.ts';
import type { PairReply, PairRequest } from './bench-worker.ts';
import { loadChoice, sourceFor, type ModelChoice } from './model.ts';

/** What was measured on, as the result states it. */
export interface MeasuredModel extends Pick<
  LoadedModel,
  'id' | 'revision' | 'dtype' | 'backend' | 'threads' | 'runtime'
> {
  /** How a GGUF file's weights are kept; those of an ONNX file stay as they are. */
  readonly storage: WeightStorage | 'as in the file';
}

export interface Passes {
  readonly model: MeasuredModel;
  /** Seconds of each counted pass, by length in tokens. */
  readonly passes: readonly { readonly tokens: number; readonly seconds: readonly number[] }[];
}

const STORAGE: Readonly<Record<string, WeightStorage>> = {
  fp32: 'float32',
  fp16: 'float16',
  '4/8-bit': 'packed',
};

function measured({ id, revision, dtype, backend, threads, runtime }: LoadedModel): MeasuredModel {
  // The dtype of a GGUF file says how it is kept: `Q8_0 as fp32`.
  const [, kept = ''] = / as (\S+)$/.exec(dtype) ?? [];
  return { id, revision, dtype, storage: STORAGE[kept] ?? 'as in the file', backend, threads, runtime };
}

const load = (engine: Engine, choice: ModelChoice): Promise<LoadedModel> =>
  loadChoice(engine, choice, () => Promise.resolve());

/** URL of a file of a model folder that the page's own server holds. */
function urlOf(folder: string, file: string): string {
  const { base, repository, revision } = localSource(folder);
  return `${base}/${repository}/resolve/${revision}/${file}`;
}

async function blobOf(folder: string, file: string): Promise<Blob> {
  const response = await fetch(urlOf(folder, file));
  if (!response.ok) throw new Error(`${folder}/${file} answered with status ${response.status}.`);
  return response.blob();
}

/** Seconds of each of `repeats` calls. */
async function secondsOf(repeats: number, call: () => unknown): Promise<number[]> {
  const seconds: number[] = [];
  for (let k = 0; k < repeats; k++) {
    const start = performance.now();
    await call();
    seconds.push((performance.now() - start) / 1000);
  }
  return seconds;
}

/** One load, in seconds: its files brought and verified, or found here; then the session opened. */
export interface Loading {
  readonly model: MeasuredModel;
  readonly bytes: number;
  readonly filesSeconds: number;
  readonly openSeconds: number;
  readonly fromDevice: boolean;
}

/** The engine of `hold`: it lives as long as the page. */
let held: Engine | undefined;

/** What `npm run bench` asks of the page. */
export const bench = {
  /** Single passes of a model in the page's own engine. */
  async passes(choice: ModelChoice, lengths: readonly number[], repeats: number): Promise<Passes> {
    const engine = spawnEngine();
    try {
      const model = await load(engine, choice);
      const passes: { tokens: number; seconds: number[] }[] = [];
      for (const tokens of lengths) {
        let round = 0;
        const [, ...seconds] = await secondsOf(repeats + 1, () => {
          const ids = benchTokens(tokens, round++, model.vocabulary);
          return engine.run([{ tokens: ids, next: [0] }]);
        });
        // The first pass of a length warms up and is not counted.
        passes.push({ tokens, seconds });
      }
      return { model: measured(model), passes };
    } finally {
      engine.terminate();
    }
  },

  /** Passes of an exported graph as it is and patched, in turns. */
  pairs(folder: string, graph: string, request: Omit<PairRequest, 'folder' | 'graph'>): Promise<PairReply> {
    const worker = new Worker(new URL('./bench-worker.ts', import.meta.url), { type: 'module' });
    return new Promise<PairReply>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<{ reply: PairReply } | { fault: string }>) => {
        if ('reply' in data) resolve(data.reply);
        else reject(new Error(data.fault));
      };
      worker.onerror = (event) => reject(new Error(event.message || 'The bench worker did not start.'));
      worker.postMessage({ ...request, folder: urlOf(folder, ''), graph } satisfies PairRequest);
    }).finally(() => worker.terminate());
  },

  /** Seconds of patching an exported graph, its bytes at hand. */
  async patching(folder: string, graph: string, repeats: number): Promise<number[]> {
    const bytes = new Uint8Array(await (await blobOf(folder, graph)).arrayBuffer());
    return secondsOf(repeats, () => prepareGraph(bytes, { fileName: graph }));
  },

  /** Seconds of reading a GGUF file's header and building its graph, and bytes of that graph with its weights. */
  async building(
    folder: string,
    file: string,
    storage: WeightStorage,
    repeats: number,
  ): Promise<{ seconds: number[]; bytes: number }> {
    const blob = await blobOf(folder, file);
    let bytes = 0;
    const seconds = await secondsOf(repeats, async () => {
      const { graph, weights } = buildDecoder(await readGguf(blob), storage);
      bytes = graph.proto.length + weights.size;
    });
    return { seconds, bytes };
  },

  /** Brings a model's files, opens it, and keeps it open for its memory to be looked at from outside. */
  async load(choice: ModelChoice): Promise<Loading> {
    held?.terminate();
    held = spawnEngine();
    const library = spawnLibrary();
    try {
      const source = await sourceFor(choice);
      const { backend, storage, precision } = choice;
      const start = performance.now();
      const files =
        'blobs' in source
          ? source
          : await library.fetch({ source, ...(backend && { backend }), ...(precision && { precision }) });
      const here = performance.now();
      const model = await held.load(files, { backend, storage });
      return {
        model: measured(model),
        bytes: files.bytes,
        filesSeconds: (here - start) / 1000,
        openSeconds: (performance.now() - here) / 1000,
        fromDevice: files.fromDevice,
      };
    } finally {
      library.terminate();
    }
  },

  /** Loads a model and keeps it, for its memory to be looked at from outside. */
  async hold(choice: ModelChoice): Promise<MeasuredModel> {
    held?.terminate();
    held = spawnEngine();
    return measured(await load(held, choice));
  },
};
