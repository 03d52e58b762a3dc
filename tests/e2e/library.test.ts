import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import manifest from '../../models.json' with { type: 'json' };
import { ensureBuilt, ROOT, serveSite, type Site } from '../../server/site.ts';
import { axeFaults } from './axe.ts';
import { expect, test } from './site.ts';
import { MEASURING, Visit } from './visit.ts';

const FIXTURES = join(ROOT, 'tests/fixtures');
const CURATED = manifest.models[0]?.repository ?? '';

const openLibrary = (page: Page): Promise<void> =>
  page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Library' }).click();
const shelf = (page: Page): Locator => page.getByRole('region', { name: 'On this device' });
const cards = (page: Page): Locator => shelf(page).getByRole('article');
const button = (within: Page | Locator, name: string | RegExp): Locator =>
  within.getByRole('button', { name });
const folderInput = (page: Page): Locator => page.getByLabel('Choose a folder');
const fileInput = (page: Page): Locator => page.getByLabel('Choose files');

async function visitLibrary(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await openLibrary(page);
}

async function downloaded(page: Page, url: string): Promise<Locator> {
  await visitLibrary(page, url);
  await button(page, 'Download: SmolLM2 135M Instruct').click();
  const card = cards(page);
  await expect(card).toContainText('on this device in full');
  return card;
}

async function remove(page: Page, card: Locator): Promise<void> {
  await button(card, /^Delete/).click();
  await button(page.getByRole('dialog'), 'Delete it').click();
}

/** Puts folders of the page's own in place of the one that the visitor would choose. */
const chooseOwnFolder = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    Object.assign(window, { showDirectoryPicker: () => navigator.storage.getDirectory() });
  });

const cannotChooseFolders = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    Object.assign(window, { showDirectoryPicker: undefined });
  });

/** A site of its own whose model's weights stop after their first bytes until they are let go. */
async function haltingSite(): Promise<Site & { go: () => void }> {
  ensureBuilt();
  const site = await serveSite();
  site.source.mount('local/smollm2-135m', join(FIXTURES, 'tiny-llama-builder'));
  const { source } = site;
  const handle = source.handle.bind(source);
  let isHeld = true;
  source.handle = (request, response, path) => {
    if (!isHeld || !path.endsWith('model.onnx.data')) return handle(request, response, path);
    response.writeHead(200, { 'content-length': 821_504, 'content-type': 'application/octet-stream' });
    response.write(Buffer.alloc(300_000));
    return true;
  };
  return { ...site, go: () => (isHeld = false) };
}

test('a model is downloaded, verified and deleted; the shelf is spoken of, and has the focus', async ({
  page,
  tinySite,
}) => {
  await visitLibrary(page, tinySite.url);
  await expect(shelf(page)).toContainText('No model is here yet');
  const card = await downloaded(page, tinySite.url);
  await expect(card).toContainText('SmolLM2 135M Instruct');
  await button(card, /^Verify again/).click();
  await expect(card.getByRole('status')).toContainText('Every byte is what its publisher states.');
  await button(card, /^Look for a newer version/).click();
  await expect(card.getByRole('status')).toContainText('This is the newest version');

  await page.reload();
  await openLibrary(page);
  await expect(card).toContainText('on this device in full');
  await button(card, /^Delete/).click();
  await button(page.getByRole('dialog'), 'Keep').click();
  await expect(card).toHaveCount(1);
  await remove(page, card);
  await expect(card).toHaveCount(0);
  await expect(page.getByRole('heading', { name: 'On this device' })).toBeFocused();
  // The visitor has deleted it: nobody says that the browser has.
  await page.reload();
  await openLibrary(page);
  await expect(shelf(page)).toContainText('No model is here yet');
  await expect(page.getByText('The browser has cleared')).toHaveCount(0);
});

test('a model is exported as .zip, brought in from it, from a folder, and used', async ({
  page,
  tinySite,
}, info) => {
  await cannotChooseFolders(page);
  const card = await downloaded(page, tinySite.url);
  const downloading = page.waitForEvent('download');
  await button(card, /^Export as \.zip/).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe('smollm2-135m-model.zip');
  const path = info.outputPath(download.suggestedFilename());
  await download.saveAs(path);
  await remove(page, card);
  await expect(card).toHaveCount(0);

  await fileInput(page).setInputFiles(path);
  await expect(page.getByRole('status').filter({ hasText: 'is on this device now' })).toBeVisible();
  await expect(card).toHaveCount(1);
  await expect(card).toContainText(/verified \d+ \w+ \d{4}/);

  await folderInput(page).setInputFiles(join(FIXTURES, 'tiny-llama-optimum'));
  await expect(card).toHaveCount(2);
  const own = card.filter({ hasText: 'tiny-llama-optimum' });
  await expect(own).toContainText('Brought from a folder');

  await fileInput(page).setInputFiles({
    name: 'broken.zip',
    mimeType: 'application/zip',
    buffer: Buffer.from('no archive'),
  });
  await expect(page.getByRole('alert')).toContainText('broken.zip is no archive that can be read');
  await expect(card).toHaveCount(2);

  // What is here needs no network.
  await page.route('**/hub/**', (route) => route.abort());
  const footer = page.locator('footer');
  await footer.locator('summary').click();
  await page.getByLabel('Run on').selectOption('wasm');
  await button(own, /^Use it/).click();
  await new Visit(page).reached(MEASURING, 5);
  await expect(footer).toContainText('tiny-llama-optimum (fp32)');
});

test('two precisions are exported into one folder, which lists both; the mirror outlasts the visit', async ({
  page,
}) => {
  ensureBuilt();
  const site = await serveSite();
  const folder = mkdtempSync(join(tmpdir(), 'leeway-shelf-'));
  for (const type of ['q8_0', 'q4_0'])
    cpSync(join(FIXTURES, `gguf/llama-${type}.gguf`), join(folder, `tiny-${type}.gguf`));
  site.source.mount(CURATED, folder);
  try {
    await chooseOwnFolder(page);
    await visitLibrary(page, site.url);
    await page.getByLabel('Another address').fill(`${site.url}hub/`);
    await button(page, /^Use it$/).click();
    await expect(page.getByText(/^It answers and has SmolLM2 135M Instruct/)).toBeVisible();
    for (const label of ['Q8_0', 'Q4_0']) {
      await page.getByLabel('Any other repository').fill(`${CURATED}:${label}`);
      await button(page, 'Look what it holds').click();
      await expect(page.getByText(`${label} would be taken`)).toBeVisible();
      await button(page, `Download: ${CURATED}:${label}`).click();
      const card = cards(page).filter({ hasText: label });
      await expect(card).toContainText('on this device in full');
      await button(card, /^Export to a folder/).click();
      await expect(card.getByRole('status')).toContainText('Written into the folder');
    }
    const files = await page.evaluate(async () => {
      const walk = async (
        folder: FileSystemDirectoryHandle,
        above: string,
      ): Promise<Record<string, string>> => {
        const found: Record<string, string> = {};
        const { entries } = folder as unknown as { entries(): AsyncIterable<[string, FileSystemHandle]> };
        for await (const [name, handle] of entries.call(folder))
          if (handle.kind === 'directory')
            Object.assign(found, await walk(handle as FileSystemDirectoryHandle, `${above}${name}/`));
          else {
            const file = await (handle as FileSystemFileHandle).getFile();
            found[above + name] = above.includes('/tree/') ? await file.text() : String(file.size);
          }
        return found;
      };
      return walk(await navigator.storage.getDirectory(), '');
    });
    const [tree] = Object.keys(files).filter((path) => path.includes('/tree/'));
    const listed = JSON.parse(files[tree ?? ''] ?? '[]') as { path: string; lfs: { oid: string } }[];
    expect(listed.map(({ path }) => path).sort()).toEqual(['tiny-q4_0.gguf', 'tiny-q8_0.gguf']);
    expect(Object.keys(files).filter((path) => path.includes('/resolve/'))).toHaveLength(2);

    // The setting outlasts the visit, and the hub can be had back.
    await page.reload();
    await openLibrary(page);
    await expect(page.getByText(`${site.url}hub, in place of the hub`)).toBeVisible();
    await button(page, 'Take from the hub again').click();
    await expect(page.getByText(/^The hub \(huggingface.co\)/)).toBeVisible();
    await page.getByLabel('Another address').fill('http://127.0.0.1:9/models');
    await button(page, /^Use it$/).click();
    await expect(page.getByRole('alert')).toContainText('gives no answer that this page may read');
  } finally {
    await site.close();
    rmSync(folder, { recursive: true });
  }
});

test('a .gguf file that is dropped on the Library is kept there', async ({ page, tinySite }) => {
  await visitLibrary(page, tinySite.url);
  const bytes = readFileSync(join(FIXTURES, 'gguf/llama-q4_0.gguf')).toString('base64');
  await page.evaluate((text) => {
    const dataTransfer = new DataTransfer();
    const content = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    dataTransfer.items.add(new File([content], 'llama-q4_0.gguf'));
    window.dispatchEvent(new DragEvent('drop', { dataTransfer, cancelable: true }));
  }, bytes);
  await expect(cards(page)).toContainText('Brought from a file');
  await remove(page, cards(page));
  await expect(shelf(page)).toContainText('No model is here yet');
});

test('a download is stopped, seen in part after a reload, and gone on with', async ({ page }) => {
  const site = await haltingSite();
  try {
    await visitLibrary(page, site.url);
    await button(page, 'Download: SmolLM2 135M Instruct').click();
    const card = cards(page);
    await expect(page.getByRole('progressbar', { name: 'Downloading SmolLM2 135M Instruct' })).toBeVisible();
    await page.waitForFunction(() => (document.querySelector('progress')?.value ?? 0) > 300_000);
    await expect(card).toContainText('0 MB of 1 MB');
    expect(await axeFaults(page)).toEqual([]);
    await button(card, 'Stop').click();
    await expect(button(card, /^Go on/)).toBeVisible();
    await page.reload();
    await openLibrary(page);
    await expect(card).toContainText('0 MB of 1 MB here');
    site.go();
    await button(card, /^Go on/).click();
    // What came before was not the file: its digest tells, and it is fetched anew.
    await expect(card).toContainText('on this device in full');
  } finally {
    await site.close();
  }
});

test('what the browser has cleared is named at the next visit, and downloaded again', async ({
  page,
  tinySite,
}) => {
  const card = await downloaded(page, tinySite.url);
  await page.goto(new URL('icon.svg', tinySite.url).href);
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const deleting = indexedDB.deleteDatabase('leeway-models');
        deleting.onsuccess = () => resolve();
        deleting.onerror = () => reject(new Error('not deleted'));
      }),
  );
  await page.goto(tinySite.url);
  const note = page.getByText(/^The browser has cleared SmolLM2 135M Instruct \(1 MB\) to make room/);
  await expect(note).toBeVisible();
  // It waits for an answer, over a reload.
  await page.reload();
  await expect(note).toBeVisible();
  await button(page, /^Download again/).click();
  await expect(card).toContainText('on this device in full');
  await expect(note).toHaveCount(0);
});

test('without a place for settings the page works, and asking the browser to keep models is answered', async ({
  page,
  tinySite,
}) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, 'localStorage', {
      get: () => {
        throw new DOMException('closed', 'SecurityError');
      },
    });
  });
  await downloaded(page, tinySite.url);
  await expect(page.getByText('Browsers may clear what a page has stored')).toBeVisible();
  await button(page, 'Ask it to keep them').click();
  await expect(page.getByText(/^The browser (has promised|does not promise) to keep/)).toBeVisible();
});

test('axe finds nothing, empty and with two models, light and dark, in three widths', async ({
  page,
  tinySite,
}) => {
  await visitLibrary(page, tinySite.url);
  expect(await axeFaults(page)).toEqual([]);
  await downloaded(page, tinySite.url);
  await folderInput(page).setInputFiles(join(FIXTURES, 'tiny-llama-optimum'));
  await expect(cards(page)).toHaveCount(2);
  await fileInput(page).setInputFiles({
    name: 'a.zip',
    mimeType: 'application/zip',
    buffer: Buffer.from('x'),
  });
  await expect(page.getByRole('alert')).toBeVisible();
  for (const width of [1440, 1024, 390])
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize({ width, height: 768 });
      await page.emulateMedia({ colorScheme });
      expect(await axeFaults(page), `${width} ${colorScheme}`).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
  await button(cards(page).first(), /^Delete/).click();
  expect(await axeFaults(page)).toEqual([]);
});
