import { afterAll, describe, expect, it } from 'vitest';
import { spawnLibrary } from '../../src/library/client/spawn.ts';
import type { FetchProgress } from '../../src/library/shared/protocol.ts';
import { openModelDatabase } from '../../src/models/model-database.ts';
import type { RepositoryFiles } from '../../src/models/model-files.ts';
import type { RepositorySource } from '../../src/models/repository.ts';
import type { Served } from '../hub/file-answer.ts';
import { base64, hubUrl, orderHub } from '../hub/hub-client.ts';
import { Seeded } from '../hub/seeded.ts';

const MEGABYTE = 2 ** 20;
const random = new Seeded(4);
let serial = 0;

const library = spawnLibrary();
const second = spawnLibrary();
afterAll(() => {
  library.terminate();
  second.terminate();
});

interface Given {
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A repository of its own for each test: what one keeps the next one does not see. */
const repository = (): RepositorySource => {
  const name = `owner/fetched-${serial++}`;
  return { id: name, base: hubUrl(), repository: name, revision: 'main' };
};
const gguf = (size: number): Given => ({ path: 'model.Q8_0.gguf', bytes: random.bytes(size) });
const commit = (digit: string): string => digit.repeat(40);

async function publish(source: RepositorySource, at: string, files: readonly Given[]): Promise<void> {
  const lfs = ({ path, bytes }: Given) => ({ path, base64: base64(bytes), lfs: bytes.length > 3000 });
  await orderHub({ order: 'put', name: source.repository, commit: at, files: files.map(lfs) });
}

const served = (source: RepositorySource): Promise<readonly Served[]> =>
  orderHub({ order: 'served', name: source.repository });

const fetched = (source: RepositorySource, more = {}): Promise<RepositoryFiles> =>
  library.fetch({ source, backend: 'wasm', ...more });

const bytesOf = async (files: RepositoryFiles, path: string): Promise<Uint8Array> =>
  new Uint8Array((await files.blobs.get(path)?.arrayBuffer()) ?? new ArrayBuffer(0));

/** Whether a file came as it is on the hub: the matchers of the test runner take minutes for megabytes. */
async function cameWhole(files: RepositoryFiles, { path, bytes }: Given): Promise<boolean> {
  const here = await bytesOf(files, path);
  return here.length === bytes.length && here.every((byte, i) => byte === bytes[i]);
}

describe('a model from the hub', () => {
  it('is downloaded once and then taken from the device without a question to anybody', async () => {
    const source = repository();
    const file = gguf(20 * MEGABYTE);
    await publish(source, commit('a'), [file]);
    const first = await fetched(source);
    expect(first).toMatchObject({ commit: commit('a'), fromDevice: false, bytes: file.bytes.length });
    expect(await cameWhole(first, file)).toBe(true);
    const again = await fetched({ ...source, base: 'http://127.0.0.1:9/nobody' });
    expect(again.fromDevice).toBe(true);
    expect(await cameWhole(again, file)).toBe(true);
    expect(await served(source)).toHaveLength(1);
  });

  it('tells its bytes as they come, never fewer than before', async () => {
    const source = repository();
    await publish(source, commit('a'), [gguf(9 * MEGABYTE)]);
    const seen: FetchProgress[] = [];
    await library.fetch({ source, backend: 'wasm' }, { onProgress: (progress) => seen.push(progress) });
    const loaded = seen.flatMap((progress) => (progress.phase === 'download' ? [progress.loaded] : []));
    expect(loaded).toEqual([...loaded].sort((a, b) => a - b));
    expect(loaded.length).toBeGreaterThan(5);
    expect(loaded.at(-1)).toBe(9 * MEGABYTE);
    expect(seen.slice(0, 2).map(({ phase }) => phase)).toEqual(['list', 'chosen']);
  });

  it('stays at its commit until a newer one is asked for, which shares what is the same', async () => {
    const source = repository();
    const [config, data] = [gguf(2000), { path: 'onnx/model.onnx_data', bytes: random.bytes(MEGABYTE) }];
    const graph = new Uint8Array(
      await (
        await fetch(new URL('../fixtures/tiny-llama-builder/model.onnx', import.meta.url))
      ).arrayBuffer(),
    );
    const files = (note: string): Given[] => [
      { path: 'config.json', bytes: new TextEncoder().encode(note) },
      { path: 'tokenizer.json', bytes: config.bytes },
      { path: 'tokenizer_config.json', bytes: new TextEncoder().encode('{}') },
      { path: 'onnx/model.onnx', bytes: graph },
      data,
    ];
    await publish(source, commit('a'), files('old'));
    await fetched(source);
    await publish(source, commit('b'), files('new'));
    expect(await fetched(source)).toMatchObject({ commit: commit('a'), fromDevice: true });
    const before = (await served(source)).length;
    const newer = await fetched(source, { renew: true });
    expect(newer.commit).toBe(commit('b'));
    expect(new TextDecoder().decode(await bytesOf(newer, 'config.json'))).toBe('new');
    expect((await served(source)).slice(before).map(({ path }) => path)).toEqual(['config.json']);
    const { holdings } = await library.shelf();
    const here = holdings.filter(({ holding }) => holding.repository === source.repository);
    expect(here.map(({ holding }) => holding.commit)).toEqual([commit('b')]);
  });

  it('reads a file list that comes in pages', async () => {
    const source = repository();
    await orderHub({ order: 'page-size', entries: 2 });
    const file = gguf(5000);
    const others = [1, 2, 3, 4, 5].map((k) => ({ path: `other-${k}.txt`, bytes: random.bytes(10) }));
    await publish(source, commit('a'), [...others, file]);
    const { listing } = await fetched(source).finally(() => orderHub({ order: 'page-size', entries: 1000 }));
    expect(listing.map(({ path }) => path)).toEqual([...others, file].map(({ path }) => path));
  });

  it('is refused in words where it is gated or nowhere', async () => {
    const source = repository();
    await publish(source, commit('a'), [gguf(10)]);
    await orderHub({ order: 'gate', name: source.repository });
    await expect(fetched(source)).rejects.toMatchObject({
      code: 'model-not-found',
      message: expect.stringMatching(/is gated: its publisher/) as string,
    });
    await expect(fetched(repository())).rejects.toMatchObject({
      code: 'model-not-found',
      message: expect.stringMatching(/does not exist/) as string,
    });
    await expect(fetched({ ...source, base: 'http://127.0.0.1:9' })).rejects.toMatchObject({
      code: 'network',
    });
  });

  it('can be looked at without being downloaded', async () => {
    const source = repository();
    await publish(source, commit('a'), [gguf(7000)]);
    expect(await library.inspect({ source, backend: 'wasm' })).toMatchObject({
      commit: commit('a'),
      pinned: false,
      bytes: 7000,
      missing: 7000,
      choice: { variant: { label: 'Q8_0' } },
    });
    expect(await served(source)).toEqual([]);
  });
});

describe('two tabs', () => {
  it('download a model once between them', async () => {
    const source = repository();
    const file = gguf(30 * MEGABYTE);
    await publish(source, commit('a'), [file]);
    const told: boolean[] = [];
    const [first, other] = await Promise.all([
      fetched(source),
      second.fetch(
        { source, backend: 'wasm' },
        { onProgress: (progress) => progress.phase === 'download' && told.push(progress.waiting) },
      ),
    ]);
    expect(await cameWhole(first, file)).toBe(true);
    expect(await cameWhole(other, file)).toBe(true);
    const sent = (await served(source)).reduce((sum, { sent: bytes }) => sum + bytes, 0);
    expect(sent).toBe(file.bytes.length);
  });

  it('go on where the other one was stopped', async () => {
    const source = repository();
    const file = gguf(24 * MEGABYTE);
    await publish(source, commit('a'), [file]);
    const abort = new AbortController();
    const stopped = library.fetch(
      { source, backend: 'wasm' },
      {
        signal: abort.signal,
        onProgress: (progress) => {
          if (progress.phase === 'download' && progress.loaded > 10 * MEGABYTE) abort.abort();
        },
      },
    );
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    const rest = await second.fetch({ source, backend: 'wasm' });
    expect(await cameWhole(rest, file)).toBe(true);
    const [, ...later] = await served(source);
    for (const { start } of later) expect(start).toBeGreaterThan(10 * MEGABYTE);
  });
});

describe('the disk', () => {
  it('may lose a part of a model: it is noticed, and that file comes again', async () => {
    const source = repository();
    const file = gguf(20 * MEGABYTE);
    await publish(source, commit('a'), [file]);
    const { graphKey } = await fetched(source);
    const db = await openModelDatabase();
    await db?.delete('chunks', [graphKey, 1]);
    const { holdings } = await library.shelf();
    expect(holdings.find(({ holding }) => holding.repository === source.repository)).toMatchObject({
      complete: false,
      lost: [file.path],
    });
    expect(await cameWhole(await fetched(source), file)).toBe(true);
    expect(await served(source)).toHaveLength(2);
    db?.close();
  });

  it('may give back other bytes: that is found when the model is verified again', async () => {
    const source = repository();
    const file = gguf(20 * MEGABYTE);
    await publish(source, commit('a'), [file]);
    const { graphKey } = await fetched(source);
    const { holdings } = await library.shelf();
    const key = holdings.find(({ holding }) => holding.repository === source.repository)?.holding.key ?? '';
    const good = await library.verify(key);
    expect(good.complete).toBe(true);
    expect(good.verifiedAt).toBeGreaterThan(Date.now() - 60_000);
    const db = await openModelDatabase();
    const chunk = new Uint8Array(8 * MEGABYTE);
    await db?.put('chunks', new Blob([chunk]), [graphKey, 1]);
    db?.close();
    await expect(library.verify(key)).rejects.toMatchObject({ code: 'model-integrity' });
    await expect(library.take(key)).rejects.toMatchObject({ code: 'model-incomplete' });
    expect(await cameWhole(await fetched(source), file)).toBe(true);
  });

  it('keeps what two models share until both are gone', async () => {
    const [one, two] = [repository(), repository()];
    const file = gguf(5 * MEGABYTE);
    await publish(one, commit('a'), [file]);
    await publish(two, commit('b'), [file]);
    const { graphKey } = await fetched(one);
    expect((await fetched(two)).fromDevice).toBe(true);
    const keyOf = async (source: RepositorySource): Promise<string> =>
      (await library.shelf()).holdings.find(({ holding }) => holding.repository === source.repository)
        ?.holding.key ?? '';
    await library.remove(await keyOf(one));
    expect((await library.take(await keyOf(two))).fromDevice).toBe(true);
    await library.remove(await keyOf(two));
    const db = await openModelDatabase();
    expect(await db?.get('contents', graphKey)).toBeUndefined();
    expect(await db?.getAllKeys('chunks', IDBKeyRange.bound([graphKey, 0], [graphKey, Infinity]))).toEqual(
      [],
    );
    db?.close();
  });
});
