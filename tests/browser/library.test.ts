import { BlobReader, ZipWriter } from '@zip.js/zip.js/lib/zip-core-native.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { spawnEngine } from '../../src/engine/client/spawn.ts';
import { loadModel } from '../../src/experiments/load-model.ts';
import { spawnLibrary } from '../../src/library/client/spawn.ts';
import type {
  BroughtFile,
  ExportFile,
  HeldState,
  ImportReply,
  RepositorySource,
} from '../../src/library/shared/protocol.ts';

const HUB = new URL('/hub', location.href).href;
const source = (name: string): RepositorySource => ({
  id: name,
  base: HUB,
  repository: `local/${name}`,
  revision: 'main',
  moving: true,
});

const library = spawnLibrary();
const bring = (files: readonly BroughtFile[], ids: Record<string, string> = {}): Promise<ImportReply> =>
  library.import({ files, ids });
const holdings = async (): Promise<readonly HeldState[]> => (await library.shelf()).holdings;
const only = (states: readonly HeldState[]): HeldState => {
  const [state] = states;
  if (!state || states.length > 1) throw new Error(`${states.length} models are held.`);
  return state;
};

/** A model's files as they lie in its folder. */
async function folder(name: string, above = `${name}/`): Promise<BroughtFile[]> {
  const base = `${HUB}/api/models/local/${name}/tree/main`;
  const entries = (await (await fetch(base)).json()) as { path: string }[];
  return Promise.all(
    entries.map(async ({ path }) => ({
      path: above + path,
      blob: await (await fetch(`${HUB}/local/${name}/resolve/main/${path}`)).blob(),
    })),
  );
}

async function zipped(
  files: readonly BroughtFile[],
  level: number,
  name = 'stick.zip',
): Promise<BroughtFile> {
  const parts: BlobPart[] = [];
  const sink = new WritableStream<Uint8Array>({ write: (bytes) => void parts.push(bytes.slice()) });
  const zip = new ZipWriter(sink, { level, useWebWorkers: false });
  for (const { path, blob } of files) await zip.add(path, new BlobReader(blob));
  await zip.close();
  return { path: name, blob: new Blob(parts) };
}

/** Whatever is written under a path, with other bytes of the same length. */
const flip = async (files: readonly ExportFile[], which: RegExp): Promise<BroughtFile[]> =>
  Promise.all(
    files.map(async ({ path, blob }) => {
      if (!which.test(path)) return { path, blob };
      const bytes = new Uint8Array(await blob.arrayBuffer());
      bytes.fill(7, bytes.length >> 1, (bytes.length >> 1) + 4);
      return { path, blob: new Blob([bytes]) };
    }),
  );

async function download(name: string): Promise<HeldState> {
  await library.fetch({ source: source(name), backend: 'wasm' });
  return only(await holdings());
}

/** Everything that lies in the store, by name: to see that nothing is left behind. */
const contents = (): Promise<string[]> =>
  new Promise((resolve, reject) => {
    const opening = indexedDB.open('leeway-models');
    opening.onerror = () => reject(new Error('no database'));
    opening.onsuccess = () => {
      const keys = opening.result.transaction('contents').objectStore('contents').getAllKeys();
      keys.onsuccess = () => {
        opening.result.close();
        resolve(keys.result.map(String));
      };
    };
  });

beforeEach(async () => {
  for (const { holding } of await holdings()) await library.remove(holding.key);
  expect(await contents()).toEqual([]);
});

describe('the shelf', () => {
  it('shows what was downloaded, hands it over without a network, verifies and removes it', async () => {
    const state = await download('tiny-llama-builder');
    expect(state).toMatchObject({ complete: true, lost: [], received: state.bytes });
    const engine = spawnEngine();
    const loaded = await loadModel(engine, library, await library.take(state.holding.key), {
      backend: 'wasm',
    });
    expect(loaded).toMatchObject({ id: 'tiny-llama-builder', layers: 4, fromCache: true });
    engine.terminate();
    const told: number[] = [];
    await library.verify(state.holding.key, { onProgress: ({ done }) => told.push(done) });
    expect(told.at(-1)).toBe(state.bytes);
    expect((await library.remove(state.holding.key)).holdings).toEqual([]);
    await expect(library.take(state.holding.key)).rejects.toMatchObject({ code: 'model-not-found' });
  });
});

describe('export, then import', () => {
  it.each(['folder', 'zip'] as const)('as a %s is identity: listing, digests, bytes', async (form) => {
    const before = await download('tiny-llama-builder');
    const { key } = before.holding;
    const files = await library.export({ key, form });
    expect(files.map(({ path }) => path).filter((path) => path.endsWith('.zip'))).toHaveLength(
      form === 'zip' ? 1 : 0,
    );
    const again = await library.export({ key, form: 'folder' });
    await library.remove(key);

    const reply = await bring(
      files.map(({ path, blob }) => ({ path: form === 'zip' ? path : `usb/models/${path}`, blob })),
      { 'local/tiny-llama-builder': 'tiny-llama-builder' },
    );
    expect(reply.refused).toEqual([]);
    const after = only(reply.added);
    const { id, repository, revision, commit, graph, label, files: listed } = before.holding;
    expect(after.holding).toMatchObject({ key, id, repository, revision, commit, graph, label });
    expect(after).toMatchObject({ complete: true, bytes: before.bytes });
    expect(after.verifiedAt).toBeGreaterThan(0);
    expect(after.holding.files.map(({ path, size }) => ({ path, size }))).toEqual(
      listed.map(({ path, size }) => ({ path, size })),
    );
    const twice = await library.export({ key, form: 'folder' });
    expect(twice.map(({ path }) => path)).toEqual(again.map(({ path }) => path));
    for (const [i, { blob }] of twice.entries())
      expect(new Uint8Array(await blob.arrayBuffer())).toEqual(
        new Uint8Array((await again[i]?.blob.arrayBuffer()) ?? new ArrayBuffer(0)),
      );
    const engine = spawnEngine();
    const taken = await loadModel(engine, library, await library.take(key), { backend: 'wasm' });
    expect(taken).toMatchObject({ layers: 4, id: 'tiny-llama-builder' });
    engine.terminate();
  });

  it('lets the repository be loaded without a network', async () => {
    const { key } = (await download('tiny-llama-builder')).holding;
    const files = await library.export({ key, form: 'folder' });
    await library.remove(key);
    await bring(files);
    const away = { ...source('tiny-llama-builder'), base: 'http://127.0.0.1:9', moving: false };
    const taken = await library.fetch({ source: away, backend: 'wasm' });
    expect(taken).toMatchObject({ fromDevice: true });
    expect(await library.inspect({ source: away })).toMatchObject({ pinned: true, missing: 0 });
  });

  it('stores nothing twice and keeps two models of one folder apart', async () => {
    await library.fetch({ source: source('tiny-llama-builder'), backend: 'wasm' });
    await library.fetch({ source: source('tiny-llama-optimum'), backend: 'wasm' });
    const both: ExportFile[] = [];
    for (const { holding } of await holdings())
      both.push(...(await library.export({ key: holding.key, form: 'folder' })));
    for (const { holding } of await holdings()) await library.remove(holding.key);
    expect((await bring(both)).added).toHaveLength(2);
    const stored = await contents();
    expect((await bring(both)).added).toHaveLength(2);
    expect(await contents()).toEqual(stored);
    expect(await holdings()).toHaveLength(2);
  });

  it.each([/\.onnx$/, /tokenizer\.json$/, /\/config\.json$/])(
    'refuses other bytes of %s and keeps nothing of them',
    async (which) => {
      const { key } = (await download('tiny-llama-builder')).holding;
      const files = await library.export({ key, form: 'folder' });
      await library.remove(key);
      const reply = await bring(await flip(files, which));
      expect(reply.added).toEqual([]);
      expect(reply.refused).toMatchObject([{ code: 'model-integrity' }]);
      expect(reply.refused[0]?.message).toMatch(
        /is not what its file list says: its bytes have another digest/,
      );
      expect(await holdings()).toEqual([]);
      expect(await contents()).toEqual([]);
    },
  );

  it('refuses a file that was cut off', async () => {
    const { key } = (await download('tiny-llama-builder')).holding;
    const files = await library.export({ key, form: 'folder' });
    await library.remove(key);
    const cut = files.map(({ path, blob }) => ({
      path,
      blob: path.endsWith('.onnx') ? blob.slice(0, -7) : blob,
    }));
    const reply = await bring(cut);
    expect(reply).toMatchObject({ added: [], refused: [{ code: 'model-integrity' }] });
  });
});

describe('import', () => {
  it.each([
    ['a folder', (files: BroughtFile[]) => files],
    ['a stored zip', async (files: BroughtFile[]) => [await zipped(files, 0)]],
    ['a deflated zip', async (files: BroughtFile[]) => [await zipped(files, 6)]],
  ])('takes %s as exporters write it', async (_, form) => {
    const reply = await bring(await form(await folder('tiny-llama-optimum', 'a b/My model/')));
    expect(reply.refused).toEqual([]);
    const { holding } = only(reply.added);
    expect(holding).toMatchObject({ repository: 'folder/My-model', id: 'My-model', base: '' });
    expect(holding.commit).toMatch(/^[0-9a-f]{40}$/);
    expect(holding.files.every(({ sha256 }) => sha256?.length === 64)).toBe(true);
    const engine = spawnEngine();
    const loaded = await loadModel(engine, library, await library.take(holding.key), { backend: 'wasm' });
    expect(loaded).toMatchObject({ layers: 4, id: 'My-model' });
    engine.terminate();
  });

  it('takes .gguf files one by one', async () => {
    const all = await folder('gguf', '');
    const some = all.filter(({ path }) => /^llama-q(?:4|8)_0\.gguf$/.test(path));
    const reply = await bring(some);
    expect(reply.refused).toEqual([]);
    expect(reply.added.map(({ holding }) => holding.repository).sort()).toEqual([
      'file/llama-q4_0.gguf',
      'file/llama-q8_0.gguf',
    ]);
    // The same file again is the same holding.
    await bring(some);
    expect(await holdings()).toHaveLength(2);
    const state = only(reply.added.filter(({ holding }) => holding.label === 'Q8_0'));
    const engine = spawnEngine();
    const taken = await library.take(state.holding.key);
    expect(await loadModel(engine, library, taken, { backend: 'wasm' })).toMatchObject({
      id: 'llama-q8_0.gguf',
    });
    engine.terminate();
  });

  it('says what a folder lacks', async () => {
    const files = await folder('tiny-llama-optimum');
    const without = (name: string): Promise<ImportReply> =>
      bring(files.filter(({ path }) => !path.endsWith(name)));
    expect((await without('/tokenizer.json')).refused[0]?.message).toMatch(
      /has no tokenizer\.json beside it/,
    );
    expect((await without('/config.json')).refused[0]?.message).toMatch(/has no config\.json beside it/);
    const broken = files.map(({ path, blob }) => ({
      path,
      blob: path.endsWith('.onnx') ? blob.slice(0, 100) : blob,
    }));
    expect((await bring(broken)).refused[0]?.code).toMatch(/^onnx-/);
    await expect(bring([])).rejects.toMatchObject({
      code: 'model-not-found',
      message: 'This folder is empty.',
    });
    await expect(bring([{ path: 'a/notes.txt', blob: new Blob(['x']) }])).rejects.toMatchObject({
      code: 'model-not-found',
      message: 'There is no model in what you brought.',
    });
    expect(await contents()).toEqual([]);
  });

  it('refuses a zip that is none, one that is cut off, and path tricks', async () => {
    const files = await folder('tiny-llama-optimum');
    const noise = new Blob([crypto.getRandomValues(new Uint8Array(3000))]);
    expect(await bring([{ path: 'x.zip', blob: noise }])).toMatchObject({
      added: [],
      refused: [
        { code: 'file-unreadable', message: expect.stringContaining('x.zip is no archive') as string },
      ],
    });
    const whole = await zipped(files, 0);
    const cut = { path: 'x.zip', blob: whole.blob.slice(0, whole.blob.size / 2) };
    expect(await bring([cut])).toMatchObject({ added: [], refused: [{ code: 'file-unreadable' }] });
    for (const path of [
      '../evil.gguf',
      '/etc/evil.gguf',
      'a\\..\\evil.gguf',
      'C:/evil.gguf',
      'a/../../evil.gguf',
    ])
      expect(await bring([{ path, blob: noise }]), path).toMatchObject({
        added: [],
        refused: [{ code: 'request-invalid' }],
      });
    const tricky = await zipped([{ path: '../evil.gguf', blob: noise }, ...files], 0);
    expect((await bring([tricky])).refused).toMatchObject([{ code: 'request-invalid' }]);
    expect(await contents()).toEqual([]);
  });

  it('refuses bytes of an archive that its own checksum does not fit', async () => {
    // The graph of one lies in the middle of the archive, the weights of the other.
    for (const name of ['tiny-llama-optimum', 'tiny-llama-builder']) {
      const { path, blob } = await zipped(await folder(name), 0);
      const bytes = new Uint8Array(await blob.arrayBuffer());
      bytes.fill(7, bytes.length >> 1, (bytes.length >> 1) + 4);
      const reply = await bring([{ path, blob: new Blob([bytes]) }]);
      expect(reply).toMatchObject({ added: [], refused: [{ code: 'file-unreadable' }] });
      expect(reply.refused[0]?.message).toMatch(/^\S+ could not be read/);
    }
    expect(await contents()).toEqual([]);
  });

  it('can be called off and leaves nothing half behind', async () => {
    const abort = new AbortController();
    const files = await folder('tiny-llama-optimum');
    const going = library.import(
      { files, ids: {} },
      { signal: abort.signal, onProgress: () => abort.abort() },
    );
    await expect(going).rejects.toMatchObject({ code: 'cancelled' });
    await expect.poll(contents).toEqual([]);
    expect(await holdings()).toEqual([]);
    expect((await bring(files)).added).toHaveLength(1);
  });

  it('says how far it is: never back, to the end', async () => {
    const told: { done: number; total: number }[] = [];
    await library.import(
      { files: await folder('tiny-llama-builder'), ids: {} },
      { onProgress: (progress) => told.push(progress) },
    );
    expect(told.map(({ done }) => done)).toEqual(told.map(({ done }) => done).sort((a, b) => a - b));
    expect(told.at(-1)?.done).toBe(told.at(-1)?.total);
    expect(new Set(told.map(({ total }) => total)).size).toBe(1);
  });
});
