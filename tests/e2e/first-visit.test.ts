import { chromium, type BrowserContext, type Page } from '@playwright/test';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import manifest from '../../models.json' with { type: 'json' };
import { BROWSER_FLAGS, findBrowser } from '../../server/browser.ts';
import { ensureBuilt, ROOT } from '../../server/site.ts';
import { CHUNK } from '../../src/models/file-download.ts';
import { diskFile, mockFile } from '../hub/mock-file.ts';
import { MockHub } from '../hub/mock-hub.ts';
import { BareServer } from './bare-server.ts';
import { LoggingProxy } from './logging-proxy.ts';
import { expect, test } from './site.ts';
import { MEASURING, PUSHING, Visit } from './visit.ts';

const MODEL = join(ROOT, 'models/smollm2-135m');
const COMMIT = 'f1257'.padEnd(40, '0');
const repository = manifest.models.find(({ id }) => id === 'smollm2-135m')?.repository ?? '';

/** The real model on a hub whose lines break, under the repository from which the page takes it. */
function publish(hub: MockHub): void {
  const name = readdirSync(MODEL).find((file) => file.endsWith('.gguf')) ?? '';
  const place = join(MODEL, name);
  const { size } = statSync(place);
  const digest = createHash('sha256').update(readFileSync(place)).digest('hex');
  const readme = mockFile('README.md', new TextEncoder().encode('A model.'), false);
  hub.put(repository, COMMIT, [readme, diskFile(name, size, digest, place)]);
  hub.fail(repository, [
    { kind: 'status', status: 503 },
    { kind: 'cut', after: 30_000_000 },
    { kind: 'html' },
    { kind: 'stall', after: 25_000_000 },
  ]);
}

/** What Chromium asks for on its own account, whatever page is open. */
const BROWSER_OWN = /^(?:[\w-]+\.)*(?:google|googleapis|gvt1)\.com(?::443)?$/;

/** A browser that keeps its profile; hosts that the site's pages and workers ask are added to `asked`. */
async function launch(profile: string, proxy: LoggingProxy, asked: Set<string>): Promise<BrowserContext> {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findBrowser(),
    args: [...BROWSER_FLAGS],
    proxy: proxy.settings,
    reducedMotion: 'reduce',
  });
  context.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol.startsWith('http')) asked.add(host);
  });
  return context;
}

const place = (page: Page, name: string): Promise<void> =>
  page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name, exact: true }).click();

test('the real model comes from the hub once, and is loaded and steered in a later visit without any network', async () => {
  test.setTimeout(1_200_000);
  ensureBuilt();
  const profile = mkdtempSync(join(tmpdir(), 'leeway-visit-'));
  const [hub, host, proxy] = await Promise.all([MockHub.start(), BareServer.open(), LoggingProxy.open()]);
  publish(hub);
  const home = host.url;
  const asked = new Set<string>();
  const known = [home, hub.url, hub.cdnUrl].map((url) => new URL(url).host);
  try {
    const first = await launch(profile, proxy, asked);
    const page = first.pages()[0] ?? (await first.newPage());
    const visit = new Visit(page);
    await page.goto(home);
    await expect(page.locator('footer summary').getByText('The page works offline')).toBeVisible();
    await place(page, 'Library');
    await page.getByLabel('Another address').fill(hub.url);
    await page.getByRole('button', { name: 'Use it', exact: true }).click();
    await expect(page.getByText(/^It answers and has SmolLM2 135M Instruct/)).toBeVisible();
    await place(page, 'Map');
    await visit.runOn('wasm');
    await visit.start.click();

    // Half of it is here, and the line is silent, when the tab goes away.
    const arrived = page.getByRole('progressbar', { name: 'Downloading' });
    await expect
      .poll(async () => Number(await arrived.getAttribute('value').catch(() => 0)), { timeout: 120_000 })
      .toBeGreaterThan(40_000_000);
    await page.close();
    const next = new Visit(await first.newPage());
    await next.open(home, 'wasm');
    await next.start.click();
    await next.reached(MEASURING, 1);
    // Each connection began where the one before it had come to, at least.
    const starts = hub.served.map(({ start }) => start);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
    expect(starts.at(-1)).toBeGreaterThan(40_000_000 - CHUNK);
    await first.close();

    await hub.stop();
    await host.close();
    const later = await launch(profile, proxy, asked);
    await later.setOffline(true);
    const again = new Visit(later.pages()[0] ?? (await later.newPage()));
    await again.open(home, 'wasm');
    expect(await again.page.evaluate(() => crossOriginIsolated)).toBe(true);
    await again.start.click();
    await again.sliderReady();
    const before = await again.settledPoint();
    await again.slider.fill('0.4');
    await again.reached(PUSHING, 12);
    const after = await again.settledPoint();
    expect(Math.hypot(after.x - before.x, after.y - before.y)).toBeGreaterThan(2);
    // Back to zero is the baseline to the pixel.
    await again.slider.fill('0');
    await expect.poll(() => again.point()).toEqual(before);
    await place(again.page, 'Library');
    await expect(again.page.getByRole('region', { name: 'On this device' })).toContainText('in full');
    await later.close();

    // Two logs: what the browser says of its pages and workers, and all that left the browser.
    expect([...asked].filter((name) => !known.includes(name))).toEqual([]);
    expect([...asked]).toContain(new URL(home).host);
    expect([...proxy.hosts].filter((name) => !known.includes(name) && !BROWSER_OWN.test(name))).toEqual([]);
    expect([...proxy.hosts]).toEqual(expect.arrayContaining(known));
  } finally {
    await Promise.allSettled([hub.stop(), host.close(), proxy.close()]);
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
});
