import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import manifest from '../../../models.json' with { type: 'json' };
import { contentKey } from '../../../src/models/checksum.ts';
import { wholeOf } from '../../../src/models/content-store.ts';
import { downloadFiles } from '../../../src/models/download.ts';
import { CHUNK } from '../../../src/models/file-download.ts';
import { listFiles } from '../../../src/models/hub.ts';
import { MemoryStore } from '../../../src/models/memory-store.ts';
import { PATIENCE } from '../../../src/models/patience.ts';
import { readTree } from '../../../src/models/mirror-layout.ts';
import { runMirror, startMirror } from './command.ts';
import { noise, openSmallHub, openStaticServer, sha256, type SmallHub } from './small-hub.ts';

const TINY = new URL('../../fixtures/tiny-llama-builder/', import.meta.url);
const GGUF = 'model.Q8_0.gguf';
const RESOLVE = 'owner/name/resolve';

let folder: string;
let hub: SmallHub | undefined;

beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'leeway-mirror-'))));
afterEach(async () => {
  await hub?.close();
  hub = undefined;
  await rm(folder, { recursive: true, force: true });
});

async function filesIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
    .sort();
}

/** A repository whose graph names weights that its own name does not tell. */
async function onnxRepository(): Promise<Record<string, Uint8Array>> {
  const read = (name: string): Promise<Uint8Array> => readFile(new URL(name, TINY));
  return {
    'README.md': new TextEncoder().encode('# A model\n'),
    LICENSE: new TextEncoder().encode('Apache-2.0\n'),
    'pytorch_model.bin': noise(5000),
    'onnx/graph.onnx': await read('model.onnx'),
    'onnx/model.onnx.data': await read('model.onnx.data'),
    'config.json': await read('config.json'),
    'tokenizer.json': await read('tokenizer.json'),
    'tokenizer_config.json': await read('tokenizer_config.json'),
  };
}

describe('npm run mirror', { timeout: 120_000 }, () => {
  it('makes a mirror that any static server gives to the page, and has nothing to do the second time', async () => {
    const repository = await onnxRepository();
    hub = await openSmallHub('owner/name', repository);
    const made = await runMirror('owner/name', folder, '--hub', hub.base);
    expect(made.error).toBe('');
    expect(made.code).toBe(0);
    expect(made.out).toMatch(/^owner\/name at c0ffee000000: graph\.\n/);
    expect(made.out).toContain('Downloading: 100 %');
    const bytes = hub.asked.length;
    const again = await runMirror('owner/name', folder, '--hub', hub.base);
    expect(again.out).toContain('Nothing had to be brought');
    expect(hub.asked).toHaveLength(bytes);

    const server = await openStaticServer(folder);
    const source = { base: server.base, repository: 'owner/name', revision: 'main' };
    const { commit, files } = await listFiles(source);
    expect(files.map(({ path }) => path).sort()).toEqual(
      Object.keys(repository)
        .filter((path) => path !== 'pytorch_model.bin')
        .sort(),
    );
    expect(files.every((file) => (file.sha256 ?? file.gitOid) !== undefined)).toBe(true);
    const store = new MemoryStore();
    const { signal } = new AbortController();
    await downloadFiles(files, {
      from: source,
      commit,
      store,
      signal,
      patience: PATIENCE,
      onProgress: () => undefined,
    });
    for (const file of files) {
      const whole = await wholeOf(store, contentKey(file, ''));
      expect(sha256(new Uint8Array(await (whole ?? new Blob()).arrayBuffer())), file.path).toBe(
        sha256(repository[file.path] ?? new Uint8Array()),
      );
    }
    await expect(listFiles({ ...source, repository: 'owner/other' })).rejects.toMatchObject({
      code: 'model-not-found',
    });
    await server.close();
  });

  it('goes on at the last chunk after it was killed, and at the last byte after Ctrl+C', async () => {
    const bytes = noise(3 * CHUNK + 1_000_000);
    hub = await openSmallHub('owner/name', { [GGUF]: bytes });
    const place = join(folder, RESOLVE, 'c0ffee'.padEnd(40, '0'), GGUF);
    const words = ['owner/name', folder, '--hub', hub.base];
    const received = async (): Promise<number> => {
      const head = await readFile(`${place}.part.json`, 'utf8').catch(() => '{}');
      return (JSON.parse(head) as { received?: number }).received ?? 0;
    };

    hub.stallAt = CHUNK + 500_000;
    const killed = startMirror(words);
    while ((await received()) < CHUNK) await sleep(20);
    killed.process.kill('SIGKILL');
    await killed.ended;

    hub.stallAt = 2 * CHUNK + 700_000;
    const stopped = startMirror(words);
    while ((await received()) < 2 * CHUNK) await sleep(20);
    // What lies beyond the chunk is on its way: wait for it.
    await sleep(500);
    stopped.process.kill('SIGINT');
    const end = await stopped.ended;
    expect(end.error).toBe(
      'cancelled: The download was stopped. Go on at any time: what has arrived is kept.\n',
    );
    expect(end.code).toBe(1);
    const kept = await received();
    expect(kept).toBeGreaterThanOrEqual(2 * CHUNK);
    expect(await filesIn(join(folder, 'owner'))).toHaveLength(2);

    delete hub.stallAt;
    expect((await runMirror(...words)).code).toBe(0);
    expect(hub.asked.map(({ from }) => from)).toEqual([0, CHUNK, kept]);
    expect(sha256(await readFile(place))).toBe(sha256(bytes));
    expect(await filesIn(folder)).toEqual([
      `api/models/owner/name/revision/main`,
      `api/models/owner/name/tree/${'c0ffee'.padEnd(40, '0')}`,
      `${RESOLVE}/${'c0ffee'.padEnd(40, '0')}/${GGUF}`,
    ]);
  });

  it('is completed with another precision, and mends what was damaged', async () => {
    const [q8, f16] = [noise(40_000), noise(80_000)];
    hub = await openSmallHub('owner/name', {
      'model.Q8_0.gguf': q8,
      'model.F16.gguf': f16,
      'copy.Q8_0.gguf': q8,
    });
    await runMirror('owner/name', folder, '--hub', hub.base, '--dtype', 'copy.Q8_0.gguf');
    const all = await runMirror('owner/name', folder, '--hub', hub.base, '--dtype', 'F16,model.Q8_0.gguf');
    expect(all.error).toBe('');
    // Several come at a time, in any order.
    expect(hub.asked.map(({ path }) => path).sort()).toEqual([
      'copy.Q8_0.gguf',
      'model.F16.gguf',
      'model.Q8_0.gguf',
    ]);
    const commit = 'c0ffee'.padEnd(40, '0');
    const tree = readTree(await readFile(join(folder, 'api/models/owner/name/tree', commit), 'utf8'));
    expect(tree?.map(({ path }) => path).sort()).toEqual([
      'copy.Q8_0.gguf',
      'model.F16.gguf',
      'model.Q8_0.gguf',
    ]);

    const place = join(folder, RESOLVE, commit);
    await writeFile(join(place, 'model.F16.gguf'), noise(80_000).reverse());
    await truncate(join(place, 'copy.Q8_0.gguf'), 7);
    hub.asked.length = 0;
    const mended = await runMirror('owner/name', folder, '--hub', hub.base, '--dtype', 'all');
    expect(mended.out).toContain('model.F16.gguf was not what it should be and is brought again.');
    expect(hub.asked.map(({ path }) => path).sort()).toEqual(['copy.Q8_0.gguf', 'model.F16.gguf']);
    expect(sha256(await readFile(join(place, 'model.F16.gguf')))).toBe(sha256(f16));
    expect(sha256(await readFile(join(place, 'copy.Q8_0.gguf')))).toBe(sha256(q8));
  });

  it('keeps no wrong bytes', async () => {
    hub = await openSmallHub('owner/name', { [GGUF]: noise(40_000) });
    hub.spoil = true;
    const { code, error, out } = await runMirror('owner/name', folder, '--hub', hub.base);
    expect(code).toBe(1);
    expect(error).toMatch(/^model-integrity: model\.Q8_0\.gguf cannot be trusted: [^\n]+\n$/);
    expect(out).not.toContain('Brought');
    expect(await filesIn(folder)).toEqual([]);
  });

  it('takes a model from disk under the name that the page looks for, two models in one folder', async () => {
    const tiny = await runMirror('smollm2-135m', folder, '--from', new URL('.', TINY).pathname);
    expect(tiny.error).toBe('');
    const file = join(folder, 'one.Q8_0.gguf');
    await writeFile(file, noise(40_000));
    const one = await runMirror('owner/name', folder, '--from', file);
    expect(one.error).toBe('');
    const again = await runMirror('owner/name', folder, '--from', file);
    expect(again.out).toContain('Nothing had to be brought');
    await rm(file);

    const server = await openStaticServer(folder);
    const first = await listFiles({
      base: server.base,
      repository: manifest.models[0]?.repository ?? '',
      revision: 'main',
    });
    expect(first.files.map(({ path }) => path).sort()).toEqual([
      'config.json',
      'genai_config.json',
      'generation_config.json',
      'leeway.json',
      'model.onnx',
      'model.onnx.data',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
    const { commit, files } = await listFiles({
      base: server.base,
      repository: 'owner/name',
      revision: 'main',
    });
    expect(files).toEqual([{ path: 'one.Q8_0.gguf', size: 40_000, sha256: sha256(noise(40_000)) }]);
    const copy = await readFile(join(folder, RESOLVE, commit, 'one.Q8_0.gguf'));
    expect(sha256(copy)).toBe(sha256(noise(40_000)));
    await server.close();
  });

  it('says in one line why it cannot', async () => {
    hub = await openSmallHub('owner/name', { [GGUF]: noise(100) });
    const says = async (...words: string[]): Promise<string> => {
      const { code, error } = await runMirror(...words);
      expect(code).toBe(1);
      expect(error.trim().split('\n')).toHaveLength(1);
      return error;
    };
    expect(await says('nobody', folder)).toMatch(
      /^model-not-found: There is no model called nobody\. Name one of smollm2-135m/,
    );
    expect(await says('owner/name', folder, '--hub', hub.base, '--dtype', 'q4')).toMatch(
      /^request-invalid: This model has no precision q4\. Choose one of Q8_0\.\n/,
    );
    expect(await says('owner/name', folder, '--hub', 'ftp://x')).toMatch(
      /^request-invalid: ftp:\/\/x is no address/,
    );
    hub.refuse = 'GatedRepo';
    expect(await says('owner/name', folder, '--hub', hub.base)).toMatch(
      /^model-not-found: The model owner\/name is gated: .* --from <folder>\.\n$/,
    );
    expect(await filesIn(folder)).toEqual([]);
  });
});
