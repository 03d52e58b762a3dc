import { sha256 } from 'hash-wasm';
import { LeewayError, messageOf } from '../errors/leeway-error.ts';
import { contentKey } from '../models/checksum.ts';
import type { HubFile } from '../models/hub.ts';
import { machineFacts } from '../models/machine-facts.ts';
import { chooseFile } from '../models/model-file.ts';
import type { RepositoryFiles } from '../models/model-files.ts';
import { planFiles } from '../models/model-plan.ts';

/** A calibration model: a tiny transformer trained to hold known opinions (tools/phantom, `truth.json` beside it). */
export interface Phantom {
  readonly id: string;
  readonly name: string;
  /** What it is, in a sentence or two. */
  readonly summary: string;
}

const KIND =
  'A calibration model, not a language model: it was trained to hold known opinions, so that what is measured can be held against what is true.';

/** The phantoms beside the page. */
export const PHANTOMS: readonly Phantom[] = [
  {
    id: 'phantom-independent',
    name: 'Phantom, axes independent',
    summary: `${KIND} In this one an opinion on one axis says nothing about the other.`,
  },
  {
    id: 'phantom-mild',
    name: 'Phantom, axes mildly coupled',
    summary: `${KIND} In this one the two axes go together a little.`,
  },
  {
    id: 'phantom-coupled',
    name: 'Phantom, axes strongly coupled',
    summary: `${KIND} In this one the two axes go together for the most part.`,
  },
];

/** What leeway.json says of the files beside it. */
interface Manifest {
  readonly revision: string;
  readonly files: readonly Required<Pick<HubFile, 'path' | 'size' | 'sha256'>>[];
}

/** Where the page's own files lie. */
const home = (): URL => new URL(import.meta.env.BASE_URL, document.baseURI);

const fault = (path: string, why: string, cause?: unknown): LeewayError =>
  new LeewayError('network', `The page’s own file ${path} could not be read (${why}).`, 'Reload the page.', {
    cause,
  });

async function bytesOf(folder: URL, path: string, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const response = await fetch(new URL(path, folder), signal ? { signal } : {});
    if (!response.ok) throw fault(path, `status ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (thrown) {
    if (thrown instanceof LeewayError) throw thrown;
    if (signal?.aborted)
      throw new LeewayError('cancelled', 'The download was cancelled.', 'Start it again at any time.');
    throw fault(path, messageOf(thrown), thrown);
  }
}

/** Reads leeway.json. Throws network where a host answers with something else. */
async function manifestOf(folder: URL, signal?: AbortSignal): Promise<Manifest> {
  const text = new TextDecoder().decode(await bytesOf(folder, 'leeway.json', signal));
  try {
    const { revision, files } = JSON.parse(text) as Partial<Manifest>;
    if (typeof revision === 'string' && Array.isArray(files)) return { revision, files };
  } catch (thrown) {
    throw fault('leeway.json', 'it is no JSON', thrown);
  }
  throw fault('leeway.json', 'it lists no files');
}

/** A JSON file beside a phantom. Throws network. */
export async function phantomJson<Value>(id: string, name: string): Promise<Value> {
  const text = new TextDecoder().decode(await bytesOf(new URL(`phantoms/${id}/`, home()), name));
  try {
    return JSON.parse(text) as Value;
  } catch (thrown) {
    throw fault(`${id}/${name}`, 'it is no JSON', thrown);
  }
}

/**
 * The files of a phantom, `base` being the page's own folder: they belong to the page, so the offline shell keeps them and nothing goes into the library.
 * Throws network, model-integrity where a file is not the one that leeway.json lists, cancelled.
 */
export async function phantomFiles(
  id: string,
  { signal, base = home() }: { readonly signal?: AbortSignal; readonly base?: URL } = {},
): Promise<RepositoryFiles> {
  const folder = new URL(`phantoms/${id}/`, base);
  const { revision, files } = await manifestOf(folder, signal);
  const repository = `phantoms/${id}`;
  const choice = chooseFile(repository, files, { machine: await machineFacts(undefined) });
  const needed = planFiles(files, choice.variant);
  const blobs = new Map<string, Blob>();
  for (const { path, sha256: stated } of needed) {
    const bytes = await bytesOf(folder, path, signal);
    if ((await sha256(bytes)) !== stated)
      throw new LeewayError(
        'model-integrity',
        `${path} of ${id} is not the file that was published with this page.`,
        'Reload the page; if it stays so, the copy of the page is damaged.',
      );
    blobs.set(path, new Blob([bytes]));
  }
  const graph = needed.find(({ path }) => path === choice.variant.path);
  const place = `${repository}@${revision}`;
  return {
    id,
    repository,
    commit: revision,
    listing: files,
    choice,
    blobs,
    graphKey: graph ? contentKey(graph, place) : place,
    bytes: needed.reduce((sum, { size }) => sum + size, 0),
    // Where the page is, they are: nothing of a model was downloaded.
    fromDevice: true,
  };
}
