import { afterEach, describe, expect, it, vi } from 'vitest';
import { CHUNK, FileStore } from '../../src/models/file-store.ts';
import type { Repository } from '../../src/models/hub.ts';
import { ModelFolder } from '../../src/models/model-folder.ts';

let serial = 0;
/** A repository of its own for each test: what one keeps the next one does not see. */
const repository = (): Repository => ({
  base: 'https://hub.test',
  repository: `owner/model-${serial++}`,
  revision: 'main',
});

const sha256 = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> =>
  Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');

const body = new TextEncoder().encode('weights '.repeat(1000));

interface MockHub {
  commit: string;
  /** What is sent for the file; its listing stays that of the whole. */
  sent: Uint8Array<ArrayBuffer>;
  online: boolean;
  requests: string[];
  /** Megabytes of models that the listing holds beside `body`. */
  models: Readonly<Record<string, number>>;
}

/** The hub's API shapes: revision, tree with LFS oids, resolve. */
async function mockHub(whole = body): Promise<MockHub> {
  const oid = await sha256(whole);
  const hub: MockHub = { commit: 'c1', sent: whole, online: true, requests: [], models: {} };
  const json = (value: unknown): Response =>
    new Response(JSON.stringify(value), { headers: { 'content-type': 'application/json' } });
  vi.stubGlobal('fetch', (url: string): Promise<Response> => {
    hub.requests.push(url);
    if (!hub.online) return Promise.reject(new TypeError('Failed to fetch'));
    if (url.includes('/revision/')) return Promise.resolve(json({ sha: hub.commit }));
    if (url.includes('/tree/'))
      return Promise.resolve(
        json([
          { type: 'directory', path: 'onnx', size: 0, oid: '' },
          {
            type: 'file',
            path: 'model.bin',
            size: 133,
            oid: 'x',
            lfs: { oid, size: whole.length, pointerSize: 133 },
          },
          ...Object.entries(hub.models).map(([path, megabytes]) => ({
            type: 'file',
            path,
            size: 133,
            oid: 'x',
            lfs: { oid, size: megabytes * 1e6, pointerSize: 133 },
          })),
        ]),
      );
    if (url.includes('/resolve/')) return Promise.resolve(new Response(hub.sent));
    return Promise.resolve(new Response('', { status: 404 }));
  });
  return hub;
}

async function open(from: Repository): Promise<ModelFolder> {
  return ModelFolder.open(from, await FileStore.open(), () => undefined);
}

afterEach(() => vi.unstubAllGlobals());

describe('a model folder', () => {
  it('downloads once, keeps, and works without a network afterwards', async () => {
    const hub = await mockHub();
    const from = repository();
    const first = await open(from);
    expect(await first.read('model.bin')).toEqual(body);
    expect(first.fromCache).toBe(false);
    hub.online = false;
    const second = await open(from);
    expect(await second.read('model.bin')).toEqual(body);
    expect(second.fromCache).toBe(true);
    expect(hub.requests.filter((url) => url.includes('/resolve/'))).toHaveLength(1);
  });

  it('keeps every chunk of a larger file as it came', async () => {
    const whole = Uint8Array.from({ length: 2 * CHUNK + 999 }, (_, i) => (i * 7 + (i >> 16)) % 251);
    const hub = await mockHub(whole);
    const from = repository();
    expect(await sha256(await (await open(from)).read('model.bin'))).toBe(await sha256(whole));
    hub.online = false;
    expect(await sha256(await (await open(from)).read('model.bin'))).toBe(await sha256(whole));
  });

  it.each([
    ['wrong bytes', new TextEncoder().encode('WEIGHTS '.repeat(1000)), /SHA-256/],
    ['a short body', body.slice(0, 999), /999 bytes/],
    ['a long body', new Uint8Array(body.length + 5), /longer/],
  ])('never keeps %s', async (_, sent, message) => {
    const hub = await mockHub();
    const from = repository();
    hub.sent = sent;
    await expect((await open(from)).read('model.bin')).rejects.toMatchObject({
      code: 'model-integrity',
      message: expect.stringMatching(message) as string,
    });
    hub.sent = body;
    const again = await open(from);
    expect(await again.read('model.bin')).toEqual(body);
    expect(again.fromCache).toBe(false);
  });

  it('follows a new commit and lets go of the old one', async () => {
    const hub = await mockHub();
    const from = repository();
    await (await open(from)).read('model.bin');
    hub.commit = 'c2';
    const newer = await open(from);
    expect(await newer.read('model.bin')).toEqual(body);
    expect(newer.fromCache).toBe(false);
    const store = await FileStore.open();
    expect(await store?.read(`${from.base}/${from.repository}@c1/model.bin`)).toBeUndefined();
  });

  it('chooses its model by the sizes of the files, not of their pointers', async () => {
    const hub = await mockHub();
    hub.models = { 'onnx/model.onnx': 1, 'onnx/model.onnx_data': 2000, 'onnx/model_q4.onnx': 780 };
    const folder = await open(repository());
    const machine = { backend: 'wasm', backendAsked: false, shaderF16: false, memoryGb: 8 } as const;
    const choice = folder.choose({ machine });
    expect(choice.variant.path).toBe('onnx/model_q4.onnx');
    expect(choice.alternatives.map(({ bytes }) => bytes)).toEqual([2001e6, 780e6]);
    expect(hub.requests.some((url) => url.includes('/resolve/'))).toBe(false);
  });

  it('finds what belongs to a graph beside it, else above it', async () => {
    const hub = await mockHub();
    hub.models = { 'config.json': 1, 'tokenizer.json': 1, 'cpu/config.json': 1, 'cpu/int4/config.json': 1 };
    const folder = await open(repository());
    expect(folder.nearest('cpu/int4/', 'config.json')).toBe('cpu/int4/config.json');
    expect(folder.nearest('cpu/int8/', 'config.json')).toBe('cpu/config.json');
    expect(folder.nearest('cpu/int4/', 'tokenizer.json')).toBe('tokenizer.json');
    expect(folder.nearest('', 'tokenizer.json')).toBe('tokenizer.json');
    expect(folder.nearest('onnx/', 'chat_template.jinja')).toBeUndefined();
  });

  it('takes an HTML page for what it is', async () => {
    vi.stubGlobal('fetch', () =>
      Promise.resolve(new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } })),
    );
    await expect(open(repository())).rejects.toMatchObject({ code: 'model-not-found' });
  });

  it('explains gated repositories', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('{}', { status: 401 })));
    await expect(open(repository())).rejects.toMatchObject({
      code: 'model-not-found',
      message: expect.stringMatching(/gated/) as string,
    });
  });
});

describe('the file store', () => {
  it('gives back what was put in, across chunk borders', async () => {
    const store = await FileStore.open();
    const bytes = new Uint8Array(40 * 1024 * 1024);
    bytes.forEach((_, i) => (bytes[i] = (i * 31) & 255));
    expect(await store?.write('big', [new Blob([bytes.subarray(0, 7)]), new Blob([bytes.subarray(7)])])).toBe(
      true,
    );
    const kept = new Uint8Array((await (await store?.read('big'))?.arrayBuffer()) ?? new ArrayBuffer(0));
    expect(await sha256(kept)).toBe(await sha256(bytes));
    await store?.remove('big');
    expect(await store?.read('big')).toBeUndefined();
  });
});
