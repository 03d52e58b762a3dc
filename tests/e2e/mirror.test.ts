import { execFileSync } from 'node:child_process';
import { createReadStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import manifest from '../../models.json' with { type: 'json' };
import { DIST, ensureBuilt, ROOT } from '../../server/site.ts';
import { expect, test } from './site.ts';
import { Visit } from './visit.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
};

test('a mirror that lies as hub/ beside the page gives it the model, by any static server', async ({
  page,
}) => {
  ensureBuilt();
  const mirror = mkdtempSync(join(tmpdir(), 'leeway-hub-'));
  const words = ['smollm2-135m', mirror, '--from', 'tests/fixtures/tiny-llama-builder'];
  execFileSync(process.execPath, ['--import', 'tsx', 'tools/mirror/make.ts', ...words], { cwd: ROOT });

  // As `python3 -m http.server` does it: types by ending, no ranges, no headers of isolation.
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '', 'http://x').pathname);
    const inMirror = path.startsWith('/hub/');
    const file = inMirror
      ? join(mirror, path.slice('/hub'.length))
      : join(DIST, path.replace(/\/$/, '/index.html'));
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return void response.writeHead(404).end('none');
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  try {
    const visit = new Visit(page);
    await visit.open(`${origin}/`, 'wasm');
    await visit.start.click();
    await expect(page.locator('footer')).toContainText('WASM');
    await visit.sliderReady();
  } finally {
    server.closeAllConnections();
    server.close();
    rmSync(mirror, { recursive: true, force: true });
  }
  const hub = asked.filter((url) => url.includes('/hub/'));
  const repository = manifest.models.find(({ id }) => id === 'smollm2-135m')?.repository;
  expect(hub[0]).toBe(`${origin}/hub/api/models/${repository}/revision/main`);
  expect(asked.filter((url) => url.startsWith('http') && !url.startsWith(origin))).toEqual([]);
  expect(asked.filter((url) => url.includes('/local/'))).toEqual([]);
});
