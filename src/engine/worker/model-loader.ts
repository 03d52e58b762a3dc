import { sha256 } from 'hash-wasm';
import { LeewayError, messageOf } from '../../errors/leeway-error.ts';
import { commitLike } from '../../models/checksum.ts';
import { machineFacts } from '../../models/machine-facts.ts';
import { DerivedCache, openModelDatabase } from '../../models/model-database.ts';
import type { RepositoryFiles } from '../../models/model-files.ts';
import type { PrecisionChoice } from '../../models/precision.ts';
import { SURGERY_VERSION, type PreparedGraph } from '../../onnx/surgery.ts';
import type {
  Backend,
  LoadedModel,
  LoadProgress,
  LoadRequest,
  SelfCheck,
  SteeringWays,
} from '../shared/protocol.ts';
import { openGguf, type GgufWishes } from './gguf-model.ts';
import { ModelFolder } from './model-folder.ts';
import type { ModelParts } from './model-parts.ts';
import { ModelSession } from './model-session.ts';
import { openOnnx } from './onnx-model.ts';
import { openSession, type OpenSession } from './open-session.ts';
import {
  canaryRows,
  compareCanaries,
  LARGEST_CHECKED,
  readCanaries,
  unchecked,
  type CanaryReadings,
} from './self-check.ts';
import type { Strategy } from './plan.ts';
import type { TextCoder } from './tokenizer.ts';

/** A model that can be asked. */
export interface ReadyModel {
  readonly description: LoadedModel;
  readonly session: ModelSession;
  readonly coder: TextCoder;
}

export interface LoaderOptions {
  readonly onProgress: (progress: LoadProgress) => void;
}

/** How rows may share passes on this backend and graph (design, sections 3 and 7). */
function strategyFor(backend: Backend, graph: PreparedGraph): Strategy {
  // A dynamic range is taken over the whole pass: rows would change each other.
  if (graph.operators.some((name) => name.endsWith(':DynamicQuantizeLinear'))) return 'single';
  // This fused attention refuses several new tokens after cached ones on the CPU.
  const canContinue = !graph.operators.includes('com.microsoft:MultiHeadAttention');
  return backend === 'wasm' && canContinue ? 'prefix' : 'batch';
}

type Report = (phase: LoadProgress['phase']) => void;

interface Found {
  readonly parts: ModelParts;
  /** Names the model's weights, for what is computed from them. */
  readonly key: string;
  readonly bytes: number;
  readonly fromCache: boolean;
  /** Which file of the repository was taken; absent for a single file. */
  readonly choice?: PrecisionChoice;
}

/** The backend that was asked for, or the one that the chosen file leaves. */
const backendWish = ({ backend }: LoadRequest, choice: PrecisionChoice | undefined): Backend | undefined =>
  backend ?? (choice?.backendReason === undefined ? undefined : choice.backend);

const steeringOf = ({ steering = 'add' }: LoadRequest): SteeringWays => steering;
const wishesOf = (request: LoadRequest): GgufWishes => ({
  storage: request.storage,
  steering: steeringOf(request),
});

/** Patches or builds, and opens a model: the whole way from its files to a session. */
export async function loadModel(request: LoadRequest, { onProgress }: LoaderOptions): Promise<ReadyModel> {
  const { files } = request;
  const report: Report = (phase) => onProgress({ phase });
  report('surgery');
  const cache = new DerivedCache(await openModelDatabase());
  const { parts, key, bytes, fromCache, choice } =
    'file' in files ? await openFile(files.file, request) : await openRepository(files, request, cache);
  const { graph, coder } = parts;
  checkVocabulary(graph, coder);

  report('compile');
  const opened = await openSession(graph, parts.files, backendWish(request, choice));
  const { backend, reason, threads, runtime } = opened;
  const session = sessionOf(opened, graph);
  if (backend === 'webgpu') report('check');
  const selfCheck = await checkBackend(opened, session, parts, key, cache);
  const dtypeReason = [choice?.reason, parts.dtypeReason].filter(Boolean).join(' ');
  const description: LoadedModel = {
    id: files.id,
    revision: parts.revision,
    dtype: parts.dtype,
    ...(dtypeReason === '' ? {} : { dtypeReason }),
    ...(choice ? { file: choice.variant.path } : {}),
    alternatives: choice?.alternatives ?? [],
    backend,
    backendReason: choice?.backendReason ?? reason,
    threads,
    layers: graph.layers,
    hidden: graph.hidden,
    vocabulary: graph.vocabulary,
    bytes,
    hasChatTemplate: coder.hasChatTemplate,
    endTokens: endsOf(parts),
    fromCache,
    surgeryCached: parts.surgeryCached,
    runtime,
    selfCheck,
  };
  report('ready');
  return { description, session, coder };
}

/** Ids outside of the vocabulary (of parts that the text model lacks) can never be drawn. */
const endsOf = ({ graph, coder, endTokens = [] }: ModelParts): number[] =>
  [...new Set([...coder.endTokens, ...endTokens])]
    .filter((id) => id < graph.vocabulary)
    .sort((a, b) => a - b);

const sessionOf = ({ ort, session, backend }: OpenSession, graph: PreparedGraph): ModelSession =>
  new ModelSession(ort, session, graph, strategyFor(backend, graph));

/**
 * Holds a WebGPU session against the same graph on WASM, whose readings are computed once for a model and kept.
 * Kernels of some graphics processors are silently wrong; an instrument has to notice.
 */
async function checkBackend(
  opened: OpenSession,
  session: ModelSession,
  { graph, files, dtype }: ModelParts,
  key: string,
  cache: DerivedCache,
): Promise<SelfCheck> {
  if (opened.backend === 'wasm') return unchecked('WASM is the reference that others are held against.');
  const rows = await canaryDigest(graph);
  const readings = `${key}#canaries/${dtype}/${SURGERY_VERSION}/${opened.runtime}/${rows}`;
  let reference = (await cache.read(readings)) as CanaryReadings | undefined;
  if (!reference) {
    const bytes = files.reduce((sum, { data }) => sum + data.byteLength, 0);
    if (bytes > LARGEST_CHECKED)
      return unchecked('The model is too large to be run on the processor for comparison.');
    try {
      const onWasm = await openSession(graph, files, 'wasm');
      reference = await readCanaries(sessionOf(onWasm, graph));
      await onWasm.session.release();
    } catch (thrown) {
      return unchecked(`The reference could not be made on the processor: ${messageOf(thrown)}`);
    }
    await cache.keep(readings, reference);
  }
  return compareCanaries(await readCanaries(session), reference, graph.elementType);
}

async function openRepository(
  files: RepositoryFiles,
  request: LoadRequest,
  cache: DerivedCache,
): Promise<Found> {
  const { choice, bytes, fromDevice, commit } = files;
  const folder = new ModelFolder(files);
  const { path, kind } = choice.variant;
  const parts =
    kind === 'gguf'
      ? await openGguf(
          folder.blob(path),
          commit,
          backendWish(request, choice) ?? choice.backend,
          wishesOf(request),
        )
      : await openOnnx(folder, cache, steeringOf(request));
  return { parts, key: await weightsKey(files), bytes, fromCache: fromDevice, choice };
}

/**
 * Of every file that was opened: models of one toolchain may share a graph to the byte, and differ in their weights alone. It
 * begins with the graph's own key, by which the library finds what goes with it.
 */
async function weightsKey({
  repository,
  commit,
  graphKey,
  listing,
  blobs,
}: RepositoryFiles): Promise<string> {
  const opened = listing.filter(({ path }) => blobs.has(path));
  return `${graphKey}/${repository}@${commit}/${await commitLike(opened)}`;
}

async function openFile(file: Blob, request: LoadRequest): Promise<Found> {
  const revision = await fingerprint(file);
  const { backend } = await machineFacts(request.backend);
  const parts = await openGguf(file, revision, backend, wishesOf(request));
  return { parts, key: revision, bytes: file.size, fromCache: true };
}

const FINGERPRINT_BYTES = 2 ** 20;

/** Names a file's content without reading gigabytes: SHA-256 of its size, its first and its last megabyte. */
async function fingerprint(file: Blob): Promise<string> {
  const parts = [String(file.size), file.slice(0, FINGERPRINT_BYTES), file.slice(-FINGERPRINT_BYTES)];
  return `file-${await shortDigest(new Uint8Array(await new Blob(parts).arrayBuffer()))}`;
}

/** Names what is asked for the comparison: readings of other rows would look like drift. */
const canaryDigest = (graph: PreparedGraph): Promise<string> =>
  shortDigest(new TextEncoder().encode(JSON.stringify(canaryRows(graph))));

/** The first 24 hexadecimal digits of SHA-256; the browser's own digest is kept from pages over plain http. */
const shortDigest = async (bytes: Uint8Array): Promise<string> => (await sha256(bytes)).slice(0, 24);

/** A tokenizer that makes ids without a row in the embeddings belongs to another model. */
function checkVocabulary({ vocabulary }: PreparedGraph, coder: TextCoder): void {
  if (coder.vocabulary <= vocabulary) return;
  throw new LeewayError(
    'model-tokenizer',
    `The tokenizer has ${coder.vocabulary} tokens; the model knows ${vocabulary}.`,
    'Use the tokenizer files that belong to this model.',
  );
}
