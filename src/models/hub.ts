import { LeewayError } from '../errors/leeway-error.ts';

/** One file of a repository as the hub's tree lists it. */
export interface HubFile {
  readonly path: string;
  readonly size: number;
  /** SHA-256 in hex, where the hub states one (LFS object id). */
  readonly sha256?: string;
}

/** A repository at one commit. */
export interface Listing {
  readonly commit: string;
  readonly files: readonly HubFile[];
}

export interface Repository {
  /** Base URL that speaks the hub's API, without a slash at the end. */
  readonly base: string;
  readonly repository: string;
  readonly revision: string;
}

const advice = 'Check the connection and the model’s name, or choose a model that is already on this device.';

async function ask(url: string, what: string, signal?: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, signal ? { signal } : {});
  } catch (thrown) {
    if (signal?.aborted) throw new LeewayError('cancelled', 'The download was cancelled.', 'Start it again at any time.');
    throw new LeewayError('network', `${what} could not be reached.`, advice, { cause: thrown });
  }
  if (response.status === 401 || response.status === 403)
    throw new LeewayError(
      'model-not-found',
      `${what} is gated, private or does not exist (status ${response.status}).`,
      'Choose an open model: the app never asks for an account.',
    );
  if (response.status === 404) throw new LeewayError('model-not-found', `${what} does not exist.`, advice);
  if (!response.ok) throw new LeewayError('network', `${what} answered with status ${response.status}.`, advice);
  return response;
}

interface TreeEntry {
  readonly type: string;
  readonly path: string;
  readonly size: number;
  readonly lfs?: { readonly oid: string; readonly size: number };
}

const isTree = (value: unknown): value is TreeEntry[] =>
  Array.isArray(value) &&
  value.every(
    (entry: Partial<TreeEntry> | null) =>
      typeof entry === 'object' && entry !== null && typeof entry.path === 'string' && typeof entry.size === 'number',
  );

async function json(response: Response, what: string): Promise<unknown> {
  const type = response.headers.get('content-type') ?? '';
  // A captive portal or a static host's fallback page answers 200 with HTML.
  if (!type.includes('json')) throw new LeewayError('model-not-found', `${what} is not there (the answer is no JSON).`, advice);
  try {
    return await response.json();
  } catch (thrown) {
    throw new LeewayError('network', `${what} sent a broken answer.`, advice, { cause: thrown });
  }
}

/** The repository's commit and file list, through the hub's API. */
export async function listFiles(from: Repository, signal?: AbortSignal): Promise<Listing> {
  const what = `The model ${from.repository}`;
  const api = `${from.base}/api/models/${from.repository}`;
  const info = await json(await ask(`${api}/revision/${encodeURIComponent(from.revision)}`, what, signal), what);
  const commit = (info as { sha?: unknown }).sha;
  if (typeof commit !== 'string' || commit === '') throw new LeewayError('network', `${what} states no commit.`, advice);
  const tree = await json(await ask(`${api}/tree/${commit}?recursive=true`, what, signal), what);
  if (!isTree(tree)) throw new LeewayError('network', `${what} sent a file list of an unknown shape.`, advice);
  return {
    commit,
    files: tree
      .filter((entry) => entry.type === 'file')
      .map(({ path, size, lfs }) => (lfs ? { path, size: lfs.size, sha256: lfs.oid } : { path, size })),
  };
}

/** The body of one file at a commit. */
export async function openFile(from: Repository, commit: string, path: string, signal?: AbortSignal): Promise<Response> {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return ask(`${from.base}/${from.repository}/resolve/${commit}/${encoded}`, `The file ${path} of ${from.repository}`, signal);
}
