import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Download, Page } from '@playwright/test';
import { ROOT } from '../../server/site.ts';
import type { Run } from '../../src/runs/run.ts';
import { readVectors, writeVectors } from '../../src/vectors/exchange.ts';
import { CONVENTION } from '../../src/vectors/vector-file.ts';
import { axeFaults } from './axe.ts';
import { expect, test } from './site.ts';
import { storedRuns } from './stored-runs.ts';
import { PUSHING, Visit } from './visit.ts';

const REPENG = readFileSync(join(ROOT, 'tests/fixtures/vectors/repeng.gguf'));
const PAIRS = [
  { positive: 'I trust people whom I meet.', negative: 'I trust nobody whom I meet.' },
  { positive: 'Most people mean well.', negative: 'Most people mean harm.' },
  { positive: 'Lend it to her, she is honest.', negative: 'Keep it, she is a thief.' },
];

const file = (name: string, content: string | Uint8Array) => ({
  name,
  mimeType: 'application/octet-stream',
  buffer: Buffer.from(content),
});

/** Drops a file on the page, as from a folder. */
const drop = (page: Page, name: string, content: Uint8Array): Promise<boolean> =>
  page.evaluate(
    ([called, bytes]) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([Uint8Array.from(bytes)], called));
      return window.dispatchEvent(new DragEvent('drop', { dataTransfer, cancelable: true }));
    },
    [name, [...content]] as const,
  );

async function bytesOf(download: Download): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(readFileSync(await download.path()));
}

const steeredRuns = async (page: Page): Promise<Run[]> =>
  (await storedRuns(page)).filter((run) => run.kind === 'probe' && run.steering);

const place = (page: Page, name: string): Promise<void> =>
  page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name }).click();

/** Waits until the model has read the pairs and the set is shown. */
const shown = (page: Page, name: string): Promise<void> =>
  page.getByRole('heading', { name }).waitFor({ timeout: 300_000 });

async function openDirections(page: Page): Promise<void> {
  await place(page, 'Lab');
  await page
    .getByRole('navigation', { name: 'Sections of the lab' })
    .getByRole('button', { name: 'Directions' })
    .click();
}

test('a direction is made, looked at, compared, taken out in every format, brought in, pushed along and deleted', async ({
  page,
  tinySite,
}) => {
  const visit = new Visit(page);
  await visit.open(tinySite.url, 'wasm');
  await openDirections(page);
  await expect(page.getByText('Load a model on the map first')).toBeVisible();
  await page.getByRole('button', { name: 'To the map' }).click();
  await visit.start.click();
  await visit.sliderReady();
  await openDirections(page);

  // The instrument's own two stand there already.
  const rows = page.getByRole('row').filter({ has: page.getByRole('radio') });
  await expect(rows).toHaveCount(2);
  await page.getByLabel('What it separates').selectOption({ label: 'Importance of God' });
  await page.getByRole('radio', { name: /^Logistic probe/ }).check();
  await expect(page.getByText('Made of 6 pairs; all 60 are read')).toBeVisible();
  await page.getByRole('button', { name: 'Make it' }).click();
  await shown(page, 'Importance of God Logistic probe');
  await expect(rows).toHaveCount(3);
  await expect(page.getByText(/They agree best at layer \d/)).toContainText(
    /mean cosine −?\d\.\d\d, 95 % interval −?\d\.\d\d to −?\d\.\d\d, n = 6 pairs/,
  );
  await page
    .getByLabel('How alike is it to')
    .selectOption({ label: 'Traditional – secular-rational, Mean difference' });
  await page.getByText('The figures, layer by layer').click();
  await expect(page.getByRole('region', { name: 'Figures by layer' }).getByRole('row')).toHaveCount(5);
  await expect(page.getByText(CONVENTION)).toBeVisible();

  const found: Awaited<ReturnType<typeof readVectors>>[] = [];
  const written: { name: string; bytes: Uint8Array<ArrayBuffer> }[] = [];
  for (const format of ['GGUF control vector', 'safetensors', 'NumPy (.npz)', 'JSON']) {
    const coming = page.waitForEvent('download');
    await page.getByRole('button', { name: format, exact: true }).click();
    const download = await coming;
    const [name, bytes] = [download.suggestedFilename(), await bytesOf(download)];
    written.push({ name, bytes });
    found.push(await readVectors(name, bytes));
  }
  const [first] = found;
  expect([...(first?.vectors.keys() ?? [])]).toEqual([0, 1, 2, 3]);
  expect(first?.notes).toMatchObject({ method: 'logistic', selection: 'item:F063', pairs: 6, data_n: 60 });
  for (const other of found) expect(other.vectors).toEqual(first?.vectors);

  const [gguf] = written;
  if (!gguf) throw new Error('Nothing was written.');
  await page.getByLabel('Bring in a file of vectors').setInputFiles(file(gguf.name, gguf.bytes));
  await expect(page.getByRole('heading', { name: `${gguf.name} Brought in` })).toBeVisible();
  await expect(page.getByText('direction.<l> is taken as the vector added after block l')).toBeVisible();

  for (const width of [1440, 1024, 390]) {
    await page.setViewportSize({ width, height: 768 });
    expect(await axeFaults(page), String(width)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  }
  await page.setViewportSize({ width: 1440, height: 900 });

  await page.getByRole('button', { name: 'Push along it' }).click();
  await visit.sliderReady();
  await visit.slider.fill('0.2');
  await visit.reached(PUSHING, 60);
  const [run] = await steeredRuns(page);
  expect(run?.kind === 'probe' ? run.steering : undefined).toMatchObject([
    { vector: gguf.name, method: 'imported', strength: 0.2, unit: 'norm' },
  ]);

  await openDirections(page);
  await expect(page.getByText('The slider on the map pushes along it now.')).toBeVisible();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete it' }).click();
  await expect(rows).toHaveCount(3);
  await place(page, 'Map');
  await expect(visit.slider).toHaveValue('0');
});

test('pairs of the visitor’s own: faults by line, then a direction; files that are dropped find their place', async ({
  page,
  tinySite,
}) => {
  const visit = new Visit(page);
  await visit.open(tinySite.url, 'wasm');
  await visit.start.click();
  await visit.sliderReady();

  // Wherever it falls, a control vector is no model; this one is of another.
  await drop(page, 'repeng.gguf', REPENG);
  await expect(page.getByRole('alert')).toContainText(
    'The vector of repeng.gguf for layer 1 has 12 numbers; the model’s hidden size is 64.',
  );
  await expect(page.getByRole('heading', { name: 'Directions', exact: true })).toBeVisible();
  await place(page, 'Library');
  const { vectors } = await readVectors('repeng.gguf', new Uint8Array(REPENG));
  const wide = new Map(
    [...vectors.keys()]
      .filter((layer) => layer < 4)
      .map((layer) => [layer, Float32Array.from({ length: 64 }, (_, i) => Math.sin(i + layer))]),
  );
  await drop(
    page,
    'fits.gguf',
    await writeVectors({ vectors: wide, norms: new Map(), notes: { model: 'another' } }, 'gguf'),
  );
  await expect(page.getByRole('heading', { name: 'fits.gguf Brought in' })).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);

  await page.getByLabel('What it separates').selectOption({ label: 'My own pairs of texts …' });
  const make = page.getByRole('button', { name: 'Make it' });
  await expect(make).toBeDisabled();
  const faulty = JSON.stringify([PAIRS[0], { ...PAIRS[1], negative: ' ' }, { positive: 'x' }, {}], null, 2);
  await page.getByLabel('Choose a file of pairs').setInputFiles(file('trust.json', faulty));
  const lines = faulty.split('\n');
  await expect(page.getByRole('region', { name: 'Faults in the file' }).getByRole('listitem')).toHaveText([
    new RegExp(`^line ${lines.findIndex((line) => line.includes('" "')) + 1}, pair 2: negative`),
    /^line \d+, pair 3: negative/,
    /^line \d+, pair 4: positive/,
    /^line \d+, pair 4: negative/,
  ]);
  await page.getByLabel('Or paste them').fill(JSON.stringify(PAIRS));
  await page.getByRole('button', { name: 'Use these pairs' }).click();
  await expect(page.getByText('pasted pairs: 3 pairs.')).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);
  await make.click();
  await shown(page, 'pasted pairs Mean difference');
  await expect(page.getByText('They agree best at layer')).toContainText('n = 3 pairs');

  await drop(page, 'dropped.json', new TextEncoder().encode(JSON.stringify(PAIRS.slice(0, 2))));
  await expect(page.getByText('dropped.json: 2 pairs.')).toBeVisible();
});

test('reading pairs can be stopped', async ({ page, tinySite }) => {
  const visit = new Visit(page);
  await visit.open(tinySite.url, 'wasm');
  await visit.start.click();
  await visit.sliderReady();
  await openDirections(page);
  await page.getByLabel('How many training dilemmas').selectOption('all 300');
  await page.getByRole('button', { name: 'Make it' }).click();
  await visit.reached(['Reading the pairs'], 2);
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByRole('button', { name: 'Make it' })).toBeEnabled();
  await expect(page.getByRole('alert')).toHaveCount(0);
  await expect(page.getByRole('row').filter({ has: page.getByRole('radio') })).toHaveCount(2);
});
