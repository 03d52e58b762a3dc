import type { RepositorySource } from '../../src/models/repository.ts';
import { drawFaults, type Fault } from '../hub/fault.ts';
import type { Served } from '../hub/file-answer.ts';
import { base64, hubUrl, orderHub } from '../hub/hub-client.ts';
import { Seeded } from '../hub/seeded.ts';
import type { FetchNews, FetchOrder } from './fetch-worker.ts';
import type { StoreEvent } from './recording-store.ts';

const CHUNK = 64 * 1024;
const PATIENCE = { tries: 4, firstDelay: 1, longestDelay: 5, stall: 250 };
/** Visits after which a model must be here: each uses up faults, of which there is an end. */
const MOST_VISITS = 14;

/** How one visit ends before its time. */
type Interruption = 'none' | 'killed' | 'stopped' | 'full';

/** What a schedule came to. */
export interface Outcome {
  readonly visits: number;
  readonly errors: readonly string[];
  /** Whether the last visit brought every file with the bytes that the hub holds. */
  readonly right: boolean;
  readonly wrongFiles: readonly string[];
  /** Questions that began before what was stored at that moment. */
  readonly repeated: readonly string[];
  readonly interruptions: readonly Interruption[];
  /** Times that all of a file was thrown away, and answers that gave a reason to. */
  readonly discarded: number;
  readonly wrongAnswers: number;
}

interface GivenFile {
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly lfs: boolean;
}

/** The files of a model of a random size and kind; the graph has to be one. */
function drawFiles(random: Seeded, graph: Uint8Array<ArrayBuffer>): GivenFile[] {
  if (random.whole(3) === 0)
    return [{ path: 'model.Q8_0.gguf', bytes: random.bytes(1 + random.whole(8 * CHUNK)), lfs: true }];
  const small = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'chat_template.jinja'];
  return [
    ...small.map((path) => ({ path, bytes: random.bytes(random.whole(3000)), lfs: random.whole(4) === 0 })),
    { path: 'onnx/model.onnx', bytes: graph, lfs: random.whole(2) === 0 },
    { path: 'onnx/model.onnx_data', bytes: random.bytes(random.whole(8 * CHUNK)), lfs: true },
  ];
}

const hex = (buffer: ArrayBuffer): string =>
  Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** One visit in a worker of its own: it ends by itself, or its tab is killed after so many pieces of news. */
function visit(
  order: FetchOrder,
  killAfter: number,
  onStored: (event: StoreEvent) => void,
): Promise<FetchNews | 'killed'> {
  const worker = new Worker(new URL('./fetch-worker.ts', import.meta.url), { type: 'module' });
  let heard = 0;
  return new Promise<FetchNews | 'killed'>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<FetchNews>) => {
      if (data.kind === 'stored') onStored(data.event);
      if (data.kind === 'done' || data.kind === 'failed') resolve(data);
      else if (++heard > killAfter) resolve('killed');
    };
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(order);
  }).finally(() => worker.terminate());
}

/** Questions for bytes that a finished chunk held already when they came. */
function repeats(
  served: readonly Served[],
  events: readonly StoreEvent[],
  files: ReadonlyMap<string, string>,
): string[] {
  return served.flatMap(({ sha256, path, start, at, sent }) => {
    const before = events.filter((event) => files.get(event.key) === sha256 && event.at < at);
    // Within one millisecond nobody knows what came first.
    if (events.some((event) => files.get(event.key) === sha256 && event.at === at)) return [];
    const stored = before.at(-1)?.received ?? 0;
    return start < stored && sent > 0 ? [`${path} from ${start} while ${stored} were stored`] : [];
  });
}

/** Runs one schedule: a model, faults, and visits that end before their time, until the model is here. */
export async function runSchedule(seed: number, graph: Uint8Array<ArrayBuffer>): Promise<Outcome> {
  const random = new Seeded(seed);
  const name = `owner/model-${seed}`;
  const commit = seed.toString(16).padStart(40, 'c');
  const given = drawFiles(random, graph);
  await orderHub({
    order: 'put',
    name,
    commit,
    files: given.map(({ path, bytes, lfs }) => ({ path, lfs, base64: base64(bytes) })),
  });
  const faults: (Fault | undefined)[] = drawFaults(random, random.whole(16), 8 * CHUNK);
  await orderHub({ order: 'fail', name, faults: faults.map((fault) => fault ?? null) });

  const digests = new Map<string, string>();
  /** Digest of the bytes behind each content key. */
  const keys = new Map<string, string>();
  for (const { path, bytes } of given) {
    const digest = hex(await crypto.subtle.digest('SHA-256', bytes));
    const header = new TextEncoder().encode(`blob ${bytes.length}\0`);
    const oid = hex(await crypto.subtle.digest('SHA-1', await new Blob([header, bytes]).arrayBuffer()));
    digests.set(path, digest);
    keys.set(`sha256:${digest}`, digest);
    keys.set(`git:${oid}`, digest);
  }
  const source: RepositorySource = { id: name, base: hubUrl(), repository: name, revision: 'main' };
  const total = given.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const events: StoreEvent[] = [];
  const errors: string[] = [];
  const interruptions: Interruption[] = [];
  let last: FetchNews | 'killed' = 'killed';
  for (let k = 0; k < MOST_VISITS && (last === 'killed' || last.kind !== 'done'); k++) {
    const end = k < 4 ? random.pick<Interruption>(['none', 'none', 'killed', 'stopped', 'full']) : 'none';
    interruptions.push(end);
    const order: FetchOrder = {
      database: `faults-${seed}`,
      source,
      patience: PATIENCE,
      chunk: CHUNK,
      ...(end === 'stopped' ? { stopAfter: random.whole(total + 1) } : {}),
      ...(end === 'full' ? { fullAt: 1 + random.whole(10) } : {}),
    };
    last = await visit(order, end === 'killed' ? random.whole(40) : Infinity, (event) => events.push(event));
    if (last !== 'killed' && last.kind === 'failed') errors.push(`${last.error.code}: ${last.error.message}`);
  }
  const brought = last !== 'killed' && last.kind === 'done' ? last.digests : {};
  const wrongFiles = given.filter(({ path }) => brought[path] !== digests.get(path)).map(({ path }) => path);
  const served = await orderHub({ order: 'served', name });
  indexedDB.deleteDatabase(`faults-${seed}`);
  return {
    visits: interruptions.length,
    errors,
    right: wrongFiles.length === 0,
    wrongFiles,
    repeated: repeats(served, events, keys),
    interruptions,
    discarded: events.filter(({ what }) => what === 'discarded').length,
    wrongAnswers: faults.filter((fault) => fault?.kind === 'wrong').length,
  };
}
