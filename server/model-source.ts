import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, statSync, readdirSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';

/** A folder's files with sizes, and SHA-256 where a leeway.json states it. */
interface FolderFile {
  readonly path: string;
  readonly size: number;
  readonly sha256?: string;
}

/** A model's folder, or one file in a folder of other things. */
interface Place {
  readonly folder: string;
  readonly only?: string;
}

interface Manifest {
  readonly revision?: string;
  readonly files?: { path: string; size: number; sha256: string }[];
}

function readManifest(folder: string): Manifest {
  try {
    return JSON.parse(readFileSync(join(folder, 'leeway.json'), 'utf8')) as Manifest;
  } catch {
    return {};
  }
}

function filesOf({ folder, only }: Place): FolderFile[] {
  const hashes = new Map(readManifest(folder).files?.map((file) => [file.path, file]));
  return readdirSync(folder, { recursive: only === undefined, withFileTypes: true })
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .filter((entry) => only === undefined || entry.name === only)
    .map((entry): FolderFile => {
      const full = join(entry.parentPath, entry.name);
      const path = relative(folder, full).split(sep).join('/');
      const size = statSync(full).size;
      const stated = hashes.get(path);
      return stated && stated.size === size ? { path, size, sha256: stated.sha256 } : { path, size };
    });
}

/** A commit-like id: the stated revision, or names, sizes and times of the files. */
function commitOf(folder: string, files: readonly FolderFile[]): string {
  const hash = createHash('sha256').update(readManifest(folder).revision ?? '');
  for (const file of files)
    hash.update(`${file.path}\n${file.size}\n${Math.round(statSync(join(folder, file.path)).mtimeMs)}\n`);
  return hash.digest('hex').slice(0, 40);
}

/**
 * Serves model folders in the hub's own shapes, so that the page has one way to fetch a model:
 * `/api/models/<repository>/revision/<rev>`, `/api/models/<repository>/tree/<rev>`, `/<repository>/resolve/<rev>/<path>`.
 */
export class ModelSource {
  readonly #places = new Map<string, Place>();

  /** @param folder every subfolder is served as `local/<name>` */
  constructor(private readonly folder: string) {}

  /** Serves one more folder, or a single file, under a repository id. */
  mount(repository: string, path: string): void {
    const full = resolve(path);
    const isFile = statSync(full, { throwIfNoEntry: false })?.isFile() ?? false;
    this.#places.set(repository, isFile ? { folder: dirname(full), only: basename(full) } : { folder: full });
  }

  #placeOf(repository: string): Place | undefined {
    const mounted = this.#places.get(repository);
    if (mounted) return mounted;
    const local = /^local\/([\w.-]+)$/.exec(repository)?.[1];
    if (!local || local.startsWith('.')) return undefined;
    const folder = join(this.folder, local);
    return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? { folder } : undefined;
  }

  /** Answers a request whose path starts after the source's base; false when it is not one of its paths. */
  handle(request: IncomingMessage, response: ServerResponse, path: string): boolean {
    const clean = decodeURIComponent(path.split('?')[0] ?? '');
    const api = /^\/api\/models\/([^/]+\/[^/]+)\/(revision|tree)\/[^/]+$/.exec(clean);
    const file = /^\/([^/]+\/[^/]+)\/resolve\/[^/]+\/(.+)$/.exec(clean);
    const repository = api?.[1] ?? file?.[1];
    if (!repository) return false;
    const place = this.#placeOf(repository);
    if (!place) {
      this.#json(response, 404, { error: 'Repository not found' });
      return true;
    }
    if (api) {
      const files = filesOf(place);
      const body =
        api[2] === 'revision'
          ? {
              id: repository,
              sha: commitOf(place.folder, files),
              siblings: files.map(({ path: rfilename }) => ({ rfilename })),
            }
          : files.map(({ path: name, size, sha256 }) => ({
              type: 'file',
              path: name,
              size,
              oid: sha256 ?? '',
              ...(sha256 ? { lfs: { oid: sha256, size, pointerSize: 0 } } : {}),
            }));
      this.#json(response, 200, body);
    } else this.#file(request, response, place, file?.[2] ?? '');
    return true;
  }

  #json(response: ServerResponse, status: number, body: unknown): void {
    response.writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
    });
    response.end(JSON.stringify(body));
  }

  #file(request: IncomingMessage, response: ServerResponse, { folder, only }: Place, path: string): void {
    const full = resolve(folder, path);
    const isOurs = full.startsWith(folder + sep) && (only === undefined || path === only);
    const stat = isOurs ? statSync(full, { throwIfNoEntry: false }) : undefined;
    if (!stat?.isFile()) {
      this.#json(response, 404, { error: 'Entry not found' });
      return;
    }
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
    const start = range ? Number(range[1]) : 0;
    const end = range?.[2] ? Math.min(Number(range[2]), stat.size - 1) : stat.size - 1;
    const headers = {
      'content-type': 'application/octet-stream',
      'accept-ranges': 'bytes',
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'cross-origin',
    };
    if (range && start >= stat.size) {
      response.writeHead(416, { ...headers, 'content-range': `bytes */${stat.size}` });
      response.end();
      return;
    }
    response.writeHead(range ? 206 : 200, {
      ...headers,
      'content-length': end - start + 1,
      ...(range ? { 'content-range': `bytes ${start}-${end}/${stat.size}` } : {}),
    });
    if (request.method === 'HEAD' || stat.size === 0) response.end();
    else createReadStream(full, { start, end }).pipe(response);
  }
}
