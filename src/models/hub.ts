import { LeewayError } from '../errors/leeway-error.ts';
import { refusalOf } from './hub-refusal.ts';
import type { RepositorySource } from './repository.ts';

/** One file of a repository as the hub's tree lists it. */
export interface HubFile {
  readonly path: string;
  readonly size: number;
  /** SHA-256 in hex, where the hub states one (LFS object id). */
  readonly sha256?: string;
  /** Git's blob id in hex (SHA-1 over a header and the bytes): all that small files have. */
  readonly gitOid?: string;
}

/** A repository at one commit. */
export interface Listing {
  readonly commit: string;
  readonly files: readonly HubFile[];
}

type Place = Pick<RepositorySource, 'base' | 'repository'>;

const ADVICE = 'Check the connection and the model’s name, or choose a model that is already on this device.';

/** Milliseconds after which a hub that says nothing counts as out of reach. */
const PATIENCE_MS = 30_000;

async function ask(url: string, what: string, signal?: AbortSignal): Promise<Response> {
  const late = AbortSignal.timeout(PATIENCE_MS);
  let response: Response;
  try {
    response = await fetch(url, { signal: signal ? AbortSignal.any([signal, late]) : late });
  } catch (thrown) {
    if (signal?.aborted)
      throw new LeewayError('cancelled', 'The download was cancelled.', 'Start it again at any time.');
    throw new LeewayError('network', `${what} could not be reached.`, ADVICE, { cause: thrown });
  }
  // An answer without content: the page's own server has no such model.
  if (response.ok && response.status !== 204) return response;
  throw (
    refusalOf(response, what) ??
    new LeewayError('network', `${what} answered with status ${response.status}.`, ADVICE)
  );
}

interface TreeEntry {
  readonly type: string;
  readonly path: string;
  readonly size: number;
  readonly oid?: string;
  readonly lfs?: { readonly oid: string; readonly size: number };
}

const isTree = (value: unknown): value is TreeEntry[] =>
  Array.isArray(value) &&
  value.every(
    (entry: Partial<TreeEntry> | null) =>
      typeof entry === 'object' &&
      entry !== null &&
      typeof entry.path === 'string' &&
      typeof entry.size === 'number',
  );

async function json(response: Response, what: string): Promise<unknown> {
  const text = await response.text().catch((thrown: unknown) => {
    throw new LeewayError('network', `${what} sent a broken answer.`, ADVICE, { cause: thrown });
  });
  // A captive portal or a static host's fallback page answers 200 with HTML; a static mirror states no type at all.
  if (/^\s*</.test(text))
    throw new LeewayError('model-not-found', `${what} is not there (the answer is a web page).`, ADVICE);
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw new LeewayError('network', `${what} sent a broken answer.`, ADVICE, { cause: thrown });
  }
}

/** The next page of a long list: `<https://…>; rel="next"`. */
const nextPage = (response: Response): string | undefined =>
  /<([^>]+)>;\s*rel="next"/.exec(response.headers.get('link') ?? '')?.[1];

const SHA1 = /^[0-9a-f]{40}$/;

function fileOf({ path, size, oid, lfs }: TreeEntry): HubFile {
  if (lfs) return { path, size: lfs.size, sha256: lfs.oid };
  return oid !== undefined && SHA1.test(oid) ? { path, size, gitOid: oid } : { path, size };
}

/**
 * The repository's commit and file list, through the hub's API. Errors: model-not-found (missing, gated, no hub);
 * network; cancelled.
 */
export async function listFiles(
  { base, repository, revision }: Place & Pick<RepositorySource, 'revision'>,
  signal?: AbortSignal,
): Promise<Listing> {
  const what = `The model ${repository}`;
  const api = `${base}/api/models/${repository}`;
  const info = await json(await ask(`${api}/revision/${encodeURIComponent(revision)}`, what, signal), what);
  const commit = (info as { sha?: unknown } | null)?.sha;
  if (typeof commit !== 'string' || commit === '')
    throw new LeewayError('network', `${what} states no commit.`, ADVICE);
  const entries: TreeEntry[] = [];
  for (let url: string | undefined = `${api}/tree/${commit}?recursive=true`; url !== undefined;) {
    const response = await ask(url, what, signal);
    const page = await json(response, what);
    if (!isTree(page))
      throw new LeewayError('network', `${what} sent a file list of an unknown shape.`, ADVICE);
    entries.push(...page);
    url = nextPage(response);
  }
  return { commit, files: entries.filter((entry) => entry.type === 'file').map(fileOf) };
}

/** Address of one file at a commit. */
export function fileUrl({ base, repository }: Place, commit: string, path: string): string {
  return `${base}/${repository}/resolve/${commit}/${path.split('/').map(encodeURIComponent).join('/')}`;
}
