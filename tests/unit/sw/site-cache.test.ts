import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ShellReport } from '../../../src/sw/shared/messages.ts';
import type { SiteFile, Stage } from '../../../src/sw/shared/site-list.ts';
import { Filling } from '../../../src/sw/worker/filling.ts';
import { SiteCache } from '../../../src/sw/worker/site-cache.ts';
import { MemoryCaches } from './memory-caches.ts';

const SCOPE = 'https://host.example/leeway/';

const file = (path: string, content: string, stage: Stage = 'shell'): SiteFile => ({
  path,
  bytes: Buffer.byteLength(content),
  sha256: createHash('sha256').update(content).digest('hex'),
  stage,
});

const FILES = [file('index.html', 'page'), file('scenarios/test.json', '[1, 2, 3]', 'rest')];

/** What the host gives, by path; a path that is not there cannot be reached. */
const host = new Map<string, string>();
const asked: string[] = [];

beforeEach(() => {
  host.clear();
  asked.length = 0;
  for (const [path, content] of [
    ['index.html', 'page'],
    ['scenarios/test.json', '[1, 2, 3]'],
  ] as const)
    host.set(path, content);
  vi.stubGlobal('fetch', (url: string) => {
    const path = url.slice(SCOPE.length);
    asked.push(path);
    const content = host.get(path);
    return content === undefined
      ? Promise.reject(new TypeError('Failed to fetch'))
      : Promise.resolve(new Response(content, { headers: { 'content-type': 'text/x-host' } }));
  });
});

afterEach(() => vi.unstubAllGlobals());

const open = (storage: MemoryCaches, version = '1', files = FILES): SiteCache =>
  new SiteCache({ version, files }, SCOPE, 'jspi', storage as unknown as CacheStorage);

const filled = async (storage: MemoryCaches, version?: string): Promise<SiteCache> => {
  const cache = open(storage, version);
  for (const missing of await cache.missing()) await cache.keep(missing);
  return cache;
};

describe('a version’s cache', () => {
  it('misses what it has not, by stage', async () => {
    const cache = open(new MemoryCaches());
    expect((await cache.missing()).length).toBe(2);
    expect((await cache.missing('shell')).map(({ path }) => path)).toEqual(['index.html']);
    await cache.keep(FILES[0] as SiteFile);
    expect((await cache.missing()).map(({ path }) => path)).toEqual(['scenarios/test.json']);
  });

  it('serves from the device with the headers of isolation and policy', async () => {
    const cache = await filled(new MemoryCaches());
    host.clear();
    const page = cache.fileAt(`${SCOPE}?x=1`);
    const response = await cache.serve(page as SiteFile);
    expect(await response.text()).toBe('page');
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(response.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
    expect(response.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('knows nothing of models and other hosts', () => {
    const cache = open(new MemoryCaches());
    expect(cache.fileAt(`${SCOPE}hub/local/model/resolve/main/index.html`)).toBeUndefined();
    expect(cache.fileAt('https://hub.example/index.html')).toBeUndefined();
    expect(cache.fileAt(`${SCOPE}lab.html`)).toBeUndefined();
  });

  it('keeps no bytes but the build’s, and asks past the browser’s own cache once', async () => {
    host.set('index.html', 'nope');
    const storage = new MemoryCaches();
    const cache = open(storage);
    await expect(cache.keep(FILES[0] as SiteFile)).rejects.toMatchObject({ fault: 'altered' });
    host.set('index.html', 'a sign-in page that is longer');
    await expect(cache.keep(FILES[0] as SiteFile)).rejects.toMatchObject({ fault: 'altered' });
    host.delete('index.html');
    await expect(cache.keep(FILES[0] as SiteFile)).rejects.toMatchObject({ fault: 'network' });
    expect(asked.length).toBe(5);
    expect((await cache.missing()).length).toBe(2);
    expect([...storage.stores.values()].flatMap((store) => [...store])).toEqual([]);
  });

  it('fetches a file once for all that ask at the same time', async () => {
    const cache = open(new MemoryCaches());
    const [, test] = FILES as [SiteFile, SiteFile];
    const [, response] = await Promise.all([cache.keep(test), cache.serve(test)]);
    expect(await response.text()).toBe('[1, 2, 3]');
    // Nor again for a list of missing files that was made before.
    await cache.keep(test);
    expect(asked).toEqual(['scenarios/test.json']);
  });

  it('passes on what the host has instead, and says what the host says of it', async () => {
    host.set('scenarios/test.json', '[4]');
    const response = await open(new MemoryCaches()).serve(FILES[1] as SiteFile);
    expect(await response.text()).toBe('[4]');
    expect(response.headers.get('content-type')).toBe('text/x-host');
    expect(response.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
  });

  it('takes over what has not changed, and removes the older one', async () => {
    const storage = new MemoryCaches();
    await filled(storage);
    asked.length = 0;
    const next = open(storage, '2', [file('index.html', 'new page'), FILES[1] as SiteFile]);
    await next.carryOver();
    expect((await next.missing()).map(({ path }) => path)).toEqual(['index.html']);
    expect(asked).toEqual([]);
    await next.removeOthers();
    expect([...storage.stores.keys()]).toEqual(['leeway-shell:%2Fleeway%2F:2']);
  });
});

describe('filling', () => {
  const follow = (cache: SiteCache): { filling: Filling; reports: ShellReport[] } => {
    const reports: ShellReport[] = [];
    return { filling: new Filling(cache, (report) => reports.push(report)), reports };
  };

  it('is complete when every needed file is there, and never before', async () => {
    const { filling, reports } = follow(open(new MemoryCaches()));
    await Promise.all([filling.run(), filling.run()]);
    expect(asked).toEqual(['index.html', 'scenarios/test.json']);
    expect(reports.slice(0, -1).every(({ complete }) => !complete)).toBe(true);
    expect(reports.at(-1)).toEqual({
      type: 'report',
      version: '1',
      kept: 13,
      total: 13,
      complete: true,
      filling: false,
    });
  });

  it('says why it stopped, and goes on from there', async () => {
    host.delete('scenarios/test.json');
    const { filling, reports } = follow(open(new MemoryCaches()));
    await filling.run();
    expect(reports.at(-1)).toMatchObject({ complete: false, filling: false, fault: 'network', kept: 4 });
    host.set('scenarios/test.json', '[1, 2, 3]');
    asked.length = 0;
    await filling.run();
    expect(asked).toEqual(['scenarios/test.json']);
    expect(reports.at(-1)?.complete).toBe(true);
    expect(reports.at(-1)?.fault).toBeUndefined();
  });
});
