import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ModelSource } from '../../../server/model-source.ts';
import { MODEL_ENTRIES, repositorySource, sourceOf } from '../../../src/experiments/model-entries.ts';
import { contentKey } from '../../../src/models/checksum.ts';
import { downloadFiles } from '../../../src/models/download.ts';
import { listFiles } from '../../../src/models/hub.ts';
import { MemoryStore } from '../../../src/models/memory-store.ts';
import { mirrorTexts } from '../../../src/models/mirror-layout.ts';
import { PATIENCE } from '../../../src/models/patience.ts';

let root: string;
let server: Server;
let base: string;
let asked: string[];
/** What a static host answers where there is nothing. */
let missing: { status: number; body: string } | undefined;

async function put(path: string, bytes: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), bytes);
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'leeway-source-'));
  asked = [];
  missing = undefined;
  const source = new ModelSource(join(root, 'models'), join(root, 'hub'));
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (missing) response.writeHead(missing.status, { 'content-type': 'text/html' }).end(missing.body);
    else if (!source.handle(request, response, (request.url ?? '').slice('/hub'.length)))
      response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const page = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  base = `${page}hub`;
  vi.stubGlobal('document', { baseURI: page });
});

afterEach(async () => {
  vi.unstubAllGlobals();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(root, { recursive: true, force: true });
});

const [entry] = MODEL_ENTRIES;
if (!entry) throw new Error('models.json is empty.');
const HUB = 'https://hub.example';

const putMirror = async (repository: string): Promise<void> => {
  for (const { path, text } of mirrorTexts(repository, ['main'], { commit: 'c0ffee', files: [] }))
    await put(`hub/${path}`, text);
};

it('states git’s digest of small files, the stated one of others, and none of large ones', async () => {
  await put('models/m/config.json', '{}');
  await put('models/m/a.onnx', 'stated');
  await put('models/m/b.onnx', new Uint8Array(1_000_001));
  const sha256 = createHash('sha256').update('stated').digest('hex');
  await put('models/m/leeway.json', JSON.stringify({ files: [{ path: 'a.onnx', size: 6, sha256 }] }));
  const from = { base, repository: 'local/m', revision: 'main' };
  const list = async () => new Map((await listFiles(from)).files.map((file) => [file.path, file]));
  const files = await list();
  // As `git hash-object` has it.
  expect(files.get('config.json')?.gitOid).toBe('9e26dfeeb6e641a33dae4961196235bdb965b21b');
  expect(files.get('a.onnx')).toEqual({ path: 'a.onnx', size: 6, sha256 });
  expect(files.get('b.onnx')).toEqual({ path: 'b.onnx', size: 1_000_001 });

  const store = new MemoryStore();
  const { signal } = new AbortController();
  const options = { from, commit: 'any', store, signal, patience: PATIENCE, onProgress: () => undefined };
  await downloadFiles([...files.values()], options);
  for (const file of files.values())
    expect((await store.head(contentKey(file, `${base}/local/m@any`)))?.complete).toBe(true);

  await put('models/m/config.json', '[]');
  expect((await list()).get('config.json')?.gitOid).toBe('0637a088a01e8ddab3bf3fa98dbe804cbde1a0dc');
});

it('serves a mirror beside its folders, and nothing outside of it', async () => {
  await putMirror('owner/name');
  await put('hub/owner/name/resolve/c0ffee/onnx/model.onnx', 'bytes');
  await put('secret/resolve/x/y', 'secret');
  await expect(listFiles({ base, repository: 'owner/name', revision: 'main' })).resolves.toEqual({
    commit: 'c0ffee',
    files: [],
  });
  const file = `${base}/owner/name/resolve/c0ffee/onnx/model.onnx`;
  const part = await fetch(file, { headers: { range: 'bytes=2-' } });
  expect([part.status, await part.text()]).toEqual([206, 'tes']);
  expect((await fetch(`${base}/owner/name/resolve/c0ffee/none`)).status).toBe(404);
  expect((await fetch(`${base}/owner%2F..%2F..%2Fsecret/resolve/x/y`)).status).toBe(404);
  expect(
    (await fetch(`${base}/owner/name/resolve/x/..%2F..%2F..%2F..%2F..%2Fsecret/resolve/x/y`)).status,
  ).toBe(404);
});

it('is looked at for the entry’s own repository, then for its folder; the hub comes last', async () => {
  const graph = entry.graph === undefined ? {} : { graph: entry.graph };
  const named = { id: entry.id, repository: entry.repository, revision: entry.revision, ...graph };
  expect(await sourceOf(entry, HUB)).toEqual({ ...named, base: HUB });
  expect(asked).toEqual([
    `/hub/api/models/${entry.repository}/revision/main`,
    `/hub/api/models/local/${entry.id}/revision/main`,
  ]);
  // A browser's console stays clean.
  expect((await fetch(`${base}/api/models/a/b/revision/main`)).status).toBe(204);

  await put(`models/${entry.id}/config.json`, '{}');
  expect(await sourceOf(entry, HUB)).toMatchObject({ base, repository: `local/${entry.id}`, moving: true });
  await putMirror(entry.repository);
  asked = [];
  expect(await sourceOf(entry, HUB)).toEqual({ ...named, base });
  expect(asked).toHaveLength(1);

  expect(await repositorySource('owner/name', 'q4', HUB)).toMatchObject({ base: HUB, graph: 'q4' });
  await putMirror('owner/name');
  expect(await repositorySource('owner/name', 'q4', HUB)).toMatchObject({ base, graph: 'q4' });
});

it.each([
  { status: 200, body: '<!doctype html><title>Start</title>' },
  { status: 404, body: '<h1>Not found</h1>' },
  { status: 404, body: '{"sha":"c0ffee"}' },
  { status: 200, body: 'null' },
  { status: 200, body: '{"error":"no"}' },
])('does not take $status $body for a model', async (answer) => {
  missing = answer;
  expect(await sourceOf(entry, HUB)).toMatchObject({ base: HUB, repository: entry.repository });
});
