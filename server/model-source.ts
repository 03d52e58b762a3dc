import { createHash } from 'node:crypto';
import { readFileSync, statSync, readdirSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { HubFile } from '../src/models/hub.ts';
import { treeEntry } from '../src/models/mirror-layout.ts';
import { gitOid } from './git-oid.ts';
import { sendFile } from './send-file.ts';

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

/** A folder's files with sizes, and SHA-256 where a leeway.json states it; else small ones have git's digest. */
function filesOf({ folder, only }: Place): HubFile[] {
  const hashes = new Map(readManifest(folder).files?.map((file) => [file.path, file]));
  return readdirSync(folder, { recursive: only === undefined, withFileTypes: true })
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .filter((entry) => only === undefined || entry.name === only)
    .map((entry): HubFile => {
      const full = join(entry.parentPath, entry.name);
      const path = relative(folder, full).split(sep).join('/');
      const stat = statSync(full);
      const { size } = stat;
      const stated = hashes.get(path);
      if (stated?.size === size) return { path, size, sha256: stated.sha256 };
      const oid = gitOid(full, stat);
      return oid === undefined ? { path, size } : { path, size, gitOid: oid };
    });
}

/** A commit-like id: the stated revision, or names, sizes and times of the files. */
function commitOf(folder: string, files: readonly HubFile[]): string {
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

  /**
   * @param folder every subfolder is served as `local/<name>`
   * @param mirror a folder that is a mirror, served as it is beside them
   */
  constructor(
    private readonly folder: string,
    private readonly mirror?: string,
  ) {}

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
      if (!this.#mirrored(request, response, clean)) this.#missing(response, api?.[2] === 'revision');
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
          : files.map(treeEntry);
      this.#json(response, 200, body);
    } else this.#file(request, response, place, file?.[2] ?? '');
    return true;
  }

  /** Answers out of the mirror; false where it has nothing of the kind. */
  #mirrored(request: IncomingMessage, response: ServerResponse, path: string): boolean {
    if (this.mirror === undefined) return false;
    const root = resolve(this.mirror);
    const full = join(root, path);
    const type = path.startsWith('/api/') ? 'application/json; charset=utf-8' : undefined;
    return full.startsWith(root + sep) && sendFile(request, response, full, type);
  }

  #missing(response: ServerResponse, asked: boolean): void {
    // The page asks whether a mirror lies here, and a browser would report every 404 as a fault.
    if (asked) response.writeHead(204, { 'cache-control': 'no-store' }).end();
    else this.#json(response, 404, { error: 'Repository not found' });
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
    if (!isOurs || !sendFile(request, response, full))
      this.#json(response, 404, { error: 'Entry not found' });
  }
}
