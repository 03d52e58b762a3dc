import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { ensureBuilt, ROOT, serveSite } from '../../server/site.ts';
import { axeFaults } from './axe.ts';
import { expect, test } from './site.ts';
import { MEASURING, PUSHING, Visit } from './visit.ts';

/** Collects what should never happen: script errors, and requests to any host but the page's own. */
function watch(page: Page, url: string): { readonly faults: string[] } {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith('http') && origin !== new URL(url).origin)
      faults.push(`request: ${request.url()}`);
  });
  return { faults };
}

async function steerAndReload(
  page: Page,
  url: string,
  backend: 'wasm' | 'webgpu',
  enough: number,
): Promise<void> {
  const { faults } = watch(page, url);
  const visit = new Visit(page);
  await visit.open(url, backend);
  await visit.start.click();
  await visit.reached(MEASURING, enough);
  await visit.sliderReady();
  await expect(page.locator('footer')).toContainText(backend === 'wasm' ? 'WASM' : 'WebGPU');
  await expect(visit.progress('Measured')).toHaveJSProperty('value', 60);
  // The point glides to its place: its words say where that is.
  await expect.poll(() => visit.mapWords()).toContain('stands at');
  const home = await visit.settledPoint();
  const words = await visit.mapWords();

  await visit.slider.fill('0.4');
  await visit.reached(PUSHING, 10);
  const way = async (): Promise<number> => {
    const { x, y } = await visit.point();
    return Math.hypot(x - home.x, y - home.y);
  };
  await expect.poll(way).toBeGreaterThan(2);
  await expect(page.locator('path.trail')).toHaveCount(1);
  expect(await visit.mapWords()).not.toBe(words);

  // Back to zero is the baseline to the pixel.
  await visit.slider.fill('0');
  await expect(page.locator('path.trail')).toHaveCount(0);
  await expect.poll(() => visit.point()).toEqual(home);

  // A reload keeps what was measured and downloads nothing again.
  const bodies: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/resolve/')) bodies.push(request.url());
  });
  await visit.open(url, backend);
  await visit.start.click();
  await visit.sliderReady();
  await expect.poll(() => visit.point()).toEqual(home);
  expect(bodies).toEqual([]);
  await visit.slider.fill('0.4');
  await visit.reached(PUSHING, 10);
  await expect.poll(way).toBeGreaterThan(2);
  expect(faults).toEqual([]);
}

test('a GGUF file that the visitor chooses is measured; another file is refused in a sentence', async ({
  page,
  tinySite,
}) => {
  const { faults } = watch(page, tinySite.url);
  const visit = new Visit(page);
  await visit.open(tinySite.url, 'wasm');
  await page.getByText('Use another model').click();
  const file = page.locator('input[type=file]');
  await file.setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no model') });
  await expect(page.getByRole('alert')).toContainText('notes.txt is no GGUF file');
  await file.setInputFiles('tests/fixtures/gguf/qwen3-q8_0.gguf');
  await visit.reached(MEASURING, 60);
  await expect(page.locator('footer')).toContainText('qwen3-q8_0');
  await expect(page.getByRole('alert')).toHaveCount(0);
  expect(faults).toEqual([]);
});

test('on a phone the precision can be chosen, its reasons read, and the model loaded again', async ({
  page,
}) => {
  ensureBuilt();
  const site = await serveSite();
  const folder = mkdtempSync(join(tmpdir(), 'leeway-precision-'));
  const fixture = (name: string): string => join(ROOT, 'tests/fixtures/gguf', name);
  for (const type of ['q8_0', 'q4_0'])
    copyFileSync(fixture(`llama-${type}.gguf`), join(folder, `tiny-${type}.gguf`));
  writeFileSync(join(folder, 'tiny-IQ2_XXS.gguf'), 'never read');
  site.source.mount('local/smollm2-135m', folder);
  try {
    await page.setViewportSize({ width: 360, height: 740 });
    const { faults } = watch(page, site.url);
    const visit = new Visit(page);
    await visit.open(site.url, 'wasm');
    await visit.start.click();
    await visit.reached(MEASURING, 1);
    const footer = page.locator('footer');
    await footer.locator('summary').first().click();
    await expect(footer).toContainText('Q8_0 is the first choice');
    await page.getByLabel('Precision').selectOption('tiny-q4_0.gguf');
    await expect(page.getByRole('option', { name: /^IQ2_XXS/ })).toBeDisabled();
    await page.getByText('What speaks against some of them').click();
    await expect(footer).toContainText('Weights of type IQ2_XXS cannot be read here.');
    await page.getByRole('button', { name: 'Load again' }).click();
    await expect(footer).toContainText('was asked for');
    expect(await footer.evaluate((node) => node.scrollWidth - node.clientWidth)).toBeLessThanOrEqual(0);
    const room = footer.locator('.more');
    expect(await room.evaluate((node) => node.scrollWidth - node.clientWidth)).toBeLessThanOrEqual(0);
    expect(faults).toEqual([]);
  } finally {
    await site.close();
    rmSync(folder, { recursive: true });
  }
});

test('a tiny model on WebGPU: load, probe, steer, reload', async ({ pageOfAllCores: page, tinySite }) => {
  await steerAndReload(page, tinySite.url, 'webgpu', 20);
});

test('a reload in the middle of a probe goes on where it stopped', async ({ page, tinySite }) => {
  const visit = new Visit(page);
  await visit.open(tinySite.url, 'wasm');
  await visit.start.click();
  await visit.reached(MEASURING, 5);
  await visit.open(tinySite.url, 'wasm');
  await visit.start.click();
  await visit.sliderReady();
  await expect(visit.progress('Measured')).toHaveJSProperty('value', 60);
});

test('the address that ends in #run begins by itself', async ({ pageOfAllCores: page, tinySite }) => {
  await page.goto(`${tinySite.url}#run`);
  await new Visit(page).reached(MEASURING, 10);
});

test('axe finds nothing, empty and steered, light and dark, in three widths', async ({ page, tinySite }) => {
  const visit = new Visit(page);
  await visit.open(tinySite.url, 'wasm');
  expect(await axeFaults(page)).toEqual([]);
  await visit.start.click();
  await visit.sliderReady();
  await visit.slider.fill('-0.3');
  await visit.reached(PUSHING, 60);
  for (const width of [1440, 1024, 390])
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize({ width, height: 768 });
      await page.emulateMedia({ colorScheme });
      expect(await axeFaults(page), `${width} ${colorScheme}`).toEqual([]);
      // Nothing sticks out sideways.
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
});

test('a missing model is explained, and the page stays usable', async ({ page, site }) => {
  const visit = new Visit(page);
  // Neither the page's own server nor the hub has it.
  await page.route('**/hub/api/models/**', (route) => route.fulfill({ status: 404, body: '{}' }));
  await page.route(
    (url) => url.origin !== new URL(site.url).origin,
    (route) => route.fulfill({ status: 401, headers: { 'access-control-allow-origin': '*' }, body: '{}' }),
  );
  await visit.open(site.url, 'wasm');
  await visit.start.click();
  await expect(page.getByRole('alert')).toContainText('gated, private or does not exist');
  await page.unrouteAll();
  await expect(page.getByRole('button', { name: 'Try again' })).toBeEnabled();
});
