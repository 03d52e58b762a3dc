import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fault } from './fault.ts';
import { answerFile, type Served } from './file-answer.ts';
import type { MockFile } from './mock-file.ts';

interface Repository {
  commit: string;
  readonly commits: Map<string, readonly MockFile[]>;
  faults: (Fault | undefined)[];
  gated: boolean;
}

const EXPOSED =
  'X-Repo-Commit,X-Request-Id,X-Error-Code,X-Error-Message,ETag,Link,Accept-Ranges,Content-Range,X-Linked-Size,X-Linked-ETag';

/**
 * A hub in the shapes of the real one: revision, tree in pages with LFS oids, resolve with a redirect to another host,
 * ranges, CORS, error codes; and with faults that are asked for.
 */
export class MockHub {
  readonly served: Served[] = [];
  /** Every request, as `METHOD host/path`. */
  readonly requests: string[] = [];
  /** Entries of the tree in one page. */
  pageSize = 1000;
  readonly #repositories = new Map<string, Repository>();

  private constructor(
    private readonly hub: Server,
    private readonly cdn: Server,
  ) {}

  static async start(): Promise<MockHub> {
    const [hub, cdn] = [createServer(), createServer()];
    const mock = new MockHub(hub, cdn);
    hub.on('request', (request, response) => mock.#answer(request, response));
    cdn.on('request', (request, response) => mock.#answerCdn(request, response));
    await Promise.all(
      [hub, cdn].map((server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))),
    );
    return mock;
  }

  static #url(server: Server): string {
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return MockHub.#url(this.hub);
  }

  get cdnUrl(): string {
    return MockHub.#url(this.cdn);
  }

  async stop(): Promise<void> {
    for (const server of [this.hub, this.cdn]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  /** A new commit of a repository; the older ones stay. */
  put(name: string, commit: string, files: readonly MockFile[]): void {
    const known = this.#repositories.get(name);
    if (known) {
      known.commits.set(commit, files);
      known.commit = commit;
    } else
      this.#repositories.set(name, {
        commit,
        commits: new Map([[commit, files]]),
        faults: [],
        gated: false,
      });
  }

  /** What goes wrong with the next answers for files of a repository, one each. */
  fail(name: string, faults: readonly (Fault | undefined)[]): void {
    const repository = this.#repositories.get(name);
    if (repository) repository.faults = [...faults];
  }

  gate(name: string): void {
    const repository = this.#repositories.get(name);
    if (repository) repository.gated = true;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.requests.push(`${request.method} ${request.headers.host}${request.url}`);
    this.#cors(request, response);
    if (request.method === 'OPTIONS') {
      response.writeHead(204).end();
      return;
    }
    const url = new URL(request.url ?? '/', this.url);
    const path = decodeURIComponent(url.pathname);
    const api = /^\/api\/models\/([^/]+\/[^/]+)\/(revision|tree)\/([^/]+)$/.exec(path);
    const file = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(path);
    const name = api?.[1] ?? file?.[1] ?? '';
    const repository = this.#repositories.get(name);
    // Without an account, what does not exist looks like what is private.
    if (!repository) this.#refuse(response, 401, 'RepoNotFound');
    else if (repository.gated) this.#refuse(response, 401, 'GatedRepo');
    else if (api) this.#api(url, response, name, repository, api[2] === 'tree', api[3] ?? '');
    else this.#resolve(request, response, name, repository, file?.[2] ?? '', file?.[3] ?? '');
  }

  #cors(request: IncomingMessage, response: ServerResponse): void {
    response.setHeader('access-control-allow-origin', request.headers.origin ?? '*');
    response.setHeader(
      'access-control-allow-headers',
      request.headers['access-control-request-headers'] ?? '*',
    );
    response.setHeader('access-control-expose-headers', EXPOSED);
    response.setHeader('vary', 'Origin');
  }

  #refuse(response: ServerResponse, status: number, code: string): void {
    response.writeHead(status, { 'x-error-code': code, 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: code }));
  }

  #api(
    url: URL,
    response: ServerResponse,
    name: string,
    repository: Repository,
    isTree: boolean,
    revision: string,
  ): void {
    const commit = revision === 'main' ? repository.commit : revision;
    const files = repository.commits.get(commit);
    if (!files) {
      this.#refuse(response, 404, 'RevisionNotFound');
      return;
    }
    const json = (body: unknown, headers = {}): void => {
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', ...headers });
      response.end(JSON.stringify(body));
    };
    if (!isTree) {
      json({ id: name, sha: commit, siblings: files.map(({ path }) => ({ rfilename: path })) });
      return;
    }
    const entries = [
      ...new Set(
        files.flatMap(({ path }) => (path.includes('/') ? [path.slice(0, path.lastIndexOf('/'))] : [])),
      ),
    ].map((path): object => ({ type: 'directory', oid: '0'.repeat(40), size: 0, path }));
    entries.push(
      ...files.map(({ path, size, sha256: oid, gitOid, lfs }) =>
        lfs
          ? { type: 'file', oid: '1'.repeat(40), size, path, lfs: { oid, size, pointerSize: 134 } }
          : { type: 'file', oid: gitOid, size, path },
      ),
    );
    const from = Number(url.searchParams.get('cursor') ?? 0);
    const page = entries.slice(from, from + this.pageSize);
    url.searchParams.set('cursor', String(from + this.pageSize));
    const next = from + this.pageSize < entries.length ? { link: `<${url.href}>; rel="next"` } : {};
    json(page, next);
  }

  #resolve(
    request: IncomingMessage,
    response: ServerResponse,
    name: string,
    repository: Repository,
    revision: string,
    path: string,
  ): void {
    const fault = repository.faults[0];
    if (fault?.kind === 'commit') {
      repository.faults.shift();
      this.#moveOn(repository, fault.gone);
    }
    const commit = revision === 'main' ? repository.commit : revision;
    const file = repository.commits.get(commit)?.find((candidate) => candidate.path === path);
    response.setHeader('x-repo-commit', commit);
    if (!repository.commits.has(commit)) this.#refuse(response, 404, 'RevisionNotFound');
    else if (!file) this.#refuse(response, 404, 'EntryNotFound');
    else if (file.lfs) {
      const target = `${this.cdnUrl}/${name}/${commit}/${encodeURIComponent(path)}?signature=x`;
      const linked = { 'x-linked-size': file.size, 'x-linked-etag': `"${file.sha256}"` };
      response.writeHead(302, { location: target, ...linked }).end();
    } else this.#file(request, response, name, repository, file);
  }

  #moveOn(repository: Repository, gone: boolean): void {
    const files = repository.commits.get(repository.commit) ?? [];
    if (gone) repository.commits.delete(repository.commit);
    repository.commit = createHash('sha1').update(`${repository.commit}+`).digest('hex');
    repository.commits.set(repository.commit, files);
  }

  #answerCdn(request: IncomingMessage, response: ServerResponse): void {
    this.requests.push(`${request.method} ${request.headers.host}${request.url}`);
    this.#cors(request, response);
    if (request.method === 'OPTIONS') {
      response.writeHead(204).end();
      return;
    }
    const [, owner, name, commit, path = ''] = new URL(request.url ?? '/', this.cdnUrl).pathname.split('/');
    const repository = this.#repositories.get(`${owner}/${name}`);
    const file = repository?.commits
      .get(commit ?? '')
      ?.find((candidate) => candidate.path === decodeURIComponent(path));
    if (repository && file) this.#file(request, response, `${owner}/${name}`, repository, file);
    else response.writeHead(403, { 'content-type': 'application/xml' }).end('<Error/>');
  }

  #file(
    request: IncomingMessage,
    response: ServerResponse,
    name: string,
    repository: Repository,
    file: MockFile,
  ): void {
    const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
    const served = {
      repository: name,
      path: file.path,
      sha256: file.sha256,
      start: Number(asked ?? 0),
      at: Date.now(),
      status: 0,
      sent: 0,
    };
    this.served.push(served);
    void answerFile(response, file, asked !== undefined, repository.faults.shift(), served);
  }
}
