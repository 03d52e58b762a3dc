import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import type { ProbeRun, Run } from '../../src/runs/run.ts';
import { expect, test } from './site.ts';
import { storedRuns } from './stored-runs.ts';
import { MEASURING, Visit } from './visit.ts';

async function storedProbe(page: Page): Promise<ProbeRun> {
  const probe = (await storedRuns(page)).find((run) => run.kind === 'probe' && !run.steering);
  if (probe?.kind !== 'probe') throw new Error('No probe is stored.');
  return probe;
}

/** Drops a file on the page, as from a folder. */
const drop = (page: Page, name: string, text: string): Promise<boolean> =>
  page.evaluate(
    ([called, content]) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([content], called));
      return window.dispatchEvent(new DragEvent('drop', { dataTransfer, cancelable: true }));
    },
    [name, text] as const,
  );

const openRuns = (page: Page): Promise<void> =>
  page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Runs' }).click();

async function measured(page: Page, url: string): Promise<void> {
  const visit = new Visit(page);
  await visit.open(url, 'wasm');
  await visit.start.click();
  await visit.reached(['Measured'], 60);
  // The vectors are learned after it: a page that works on would be slow to answer.
  await visit.sliderReady();
}

test('a probe is listed, exported, deleted, and back with the same figures after import', async ({
  page,
  tinySite,
}, info) => {
  await page.goto(tinySite.url);
  await openRuns(page);
  await expect(page.getByText('A run is one measurement of a model')).toBeVisible();
  await measured(page, tinySite.url);
  await openRuns(page);
  const row = page.getByRole('row').filter({ hasText: 'Probe, cloze' });
  await expect(row).toHaveCount(1);
  await expect(row).toContainText('60 of 300 dilemmas');
  const figures = row.locator('.key');
  await expect(figures).toContainText(/\[.*\].*\[.*\]/s);
  const words = await figures.innerText();
  const before = await storedProbe(page);

  const paths: Record<string, string> = {};
  for (const kind of ['JSON', 'CSV']) {
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: kind, exact: true }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toMatch(/^leeway-runs-\d{4}-\d\d-\d\d\.(json|csv)$/);
    paths[kind] = info.outputPath(download.suggestedFilename());
    await download.saveAs(paths[kind]);
  }
  const file = JSON.parse(readFileSync(paths['JSON'] ?? '', 'utf8')) as { citations: string[]; runs: Run[] };
  expect(file).toMatchObject({ format: 'leeway-runs', version: 2 });
  // The control questions in three ways of asking, and the probe.
  expect(file.runs.map(({ kind }) => kind).sort()).toEqual(['controls', 'controls', 'controls', 'probe']);
  expect(file.runs).toContainEqual(before);
  expect(file.citations.join(' ')).toContain('doi:10.14281/18241.27');

  const files = page.locator('input[type=file]');
  const status = page.getByRole('status');
  await files.setInputFiles(paths['JSON'] ?? '');
  await expect(status).toContainText('4 runs already here');

  for (const kind of ['JSON', 'CSV']) {
    await row.getByRole('button', { name: /^Delete/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Keep' }).click();
    await expect(row).toHaveCount(1);
    await row.getByRole('button', { name: /^Delete/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete it' }).click();
    await expect(row).toHaveCount(0);
    await expect(storedProbe(page)).rejects.toThrow('No probe is stored');
    // The one is chosen, the other dropped.
    if (kind === 'JSON') await files.setInputFiles(paths[kind] ?? '');
    else await drop(page, 'mine.csv', readFileSync(paths[kind] ?? '', 'utf8'));
    await expect(status).toContainText('1 run new');
    await expect(figures).toHaveText(/\[.*\].*\[.*\]/s);
    expect(await figures.innerText()).toBe(words);
    expect((await storedProbe(page)).answers).toEqual(before.answers);
  }

  // A file that is none leaves everything as it is.
  await files.setInputFiles({ name: 'notes.json', mimeType: 'application/json', buffer: Buffer.from('[1') });
  await expect(page.getByRole('alert')).toContainText('notes.json: This is not JSON');
  await expect(row).toHaveCount(1);
});

test('two probes are compared: a shift with its interval, and what sets them apart', async ({
  page,
  tinySite,
}) => {
  await measured(page, tinySite.url);
  const visit = new Visit(page);
  await visit.slider.fill('0.4');
  await visit.reached(['Measured with this push'], 60);
  await openRuns(page);
  const probes = page.getByRole('row').filter({ hasText: 'Probe, cloze' });
  await probes
    .last()
    .getByRole('checkbox', { name: /^Choose/ })
    .check();
  await expect(page.getByRole('heading', { name: /not pushed/ })).toBeVisible();
  await probes
    .first()
    .getByRole('checkbox', { name: /^Choose/ })
    .check();
  await expect(page.getByRole('heading', { name: 'Two runs compared' })).toBeVisible();
  await expect(page.getByText('These runs differ in nothing but the push.')).toBeVisible();
  await expect(page.getByRole('cell', { name: '30', exact: true })).toHaveCount(2);
  await expect(page.locator('figure li')).toHaveCount(10);
  await expect(page.locator('path.trail, circle.model')).not.toHaveCount(0);
});

test('a reload in the middle of a probe asks no dilemma twice', async ({ page, browser, tinySite }) => {
  await measured(page, tinySite.url);
  const whole = await storedProbe(page);
  expect(whole.answers).toHaveLength(60);

  const context = await browser.newContext({ reducedMotion: 'reduce' });
  try {
    const other = await context.newPage();
    // Held back, so that there is a middle in which to reload.
    await (await context.newCDPSession(other)).send('Emulation.setCPUThrottlingRate', { rate: 4 });
    const visit = new Visit(other);
    await visit.open(tinySite.url, 'wasm');
    await visit.start.click();
    await visit.reached(MEASURING, 10);
    await other.reload();
    const half = await storedProbe(other);
    expect(half.answers.length).toBeGreaterThanOrEqual(10);
    expect(half.answers.length).toBeLessThan(60);
    await visit.open(tinySite.url, 'wasm');
    await visit.start.click();
    await visit.reached(['Measured'], 60);
    const resumed = await storedProbe(other);
    expect(resumed.answers.slice(0, half.answers.length)).toEqual(half.answers);
    // Each dilemma costs what it costs in one go: none was asked twice.
    expect(resumed.tokenLayers).toEqual(whole.tokenLayers);
    expect(resumed.answers).toEqual(whole.answers);
    process.stdout.write(`    reloaded after ${half.answers.length} of 60\n`);
  } finally {
    await context.close();
  }
});
