import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { ROOT } from '../../server/site.ts';
import { axeFaults } from './axe.ts';
import { expect, test } from './site.ts';
import { storedRuns } from './stored-runs.ts';
import { Visit } from './visit.ts';

const openModels = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Lab', exact: true }).click();
  await page.getByRole('button', { name: 'Several models' }).click();
};

test('a queue skips what fails, goes on after a reload, and runs from elsewhere join its table', async ({
  page,
  tinySite,
}, info) => {
  const { url, source } = tinySite;
  source.mount('local/qwen3-0.6b', join(ROOT, 'tests/fixtures/gguf/qwen3-q8_0.gguf'));
  const broken = info.outputPath('broken.gguf');
  writeFileSync(broken, 'GGUF and nothing that follows');
  source.mount('local/gemma-3-270m', broken);
  const visit = new Visit(page);
  await visit.open(url, 'wasm');
  await openModels(page);
  await expect(page.getByText('No model was measured on this device yet.')).toBeVisible();
  for (const name of [/^SmolLM2 135M/, /^Gemma 3 270M/, /^Qwen3 0\.6B/])
    await page.getByRole('checkbox', { name }).check();
  await page.getByRole('button', { name: 'Measure 3 models' }).click();
  await expect(page.getByText('SmolLM2 135M is measured.')).toBeVisible({ timeout: 300_000 });
  await expect(page.getByRole('alert')).toContainText('Gemma 3 270M was skipped', { timeout: 60_000 });
  await visit.reached(['Qwen3 0.6B, model 3 of 3'], 20);

  await page.reload();
  await visit.runOn('wasm');
  await openModels(page);
  await expect(page.getByText('A queue was stopped after 2 of 3 models; next is Qwen3 0.6B.')).toBeVisible();
  const before = (await storedRuns(page)).filter(({ model }) => model.id === 'qwen3-0.6b');
  expect(before.length).toBeGreaterThan(0);
  await page.getByRole('button', { name: 'Go on with it' }).click();
  await expect(page.getByText('Qwen3 0.6B is measured.')).toBeVisible({ timeout: 300_000 });
  const after = await storedRuns(page);
  for (const run of before) {
    const whole = after.find(({ key }) => key === run.key);
    expect(whole?.answers.slice(0, run.answers.length)).toEqual(run.answers);
  }

  const rows = page.locator('main table.table tbody tr');
  await expect(rows).toHaveCount(2);
  for (const name of ['SmolLM2 135M', 'Qwen3 0.6B']) {
    const row = rows.filter({ hasText: name });
    await expect(row).toContainText(/controls: \d+ % of \d+ right/);
    await expect(row).toContainText(/[+−]\d\.\d\d across/);
    // Both vectors' shifts and drifts, each with its interval.
    await expect(row.locator('td', { hasText: /moves .*\[.*\].*drifts .*\[.*\]/s })).toHaveCount(2);
  }
  // The last one is loaded and the page knows it, as after any load.
  await expect(page.locator('footer')).toContainText('Qwen3 0.6B');
  await page.getByRole('button', { name: 'Map', exact: true }).click();
  await visit.reached(['Measured'], 60);
  await visit.sliderReady();
  await openModels(page);

  const elsewhere = after
    .filter(({ model }) => model.id === 'smollm2-135m')
    .map((run) => ({ ...run, model: { ...run.model, id: 'elsewhere/other-model' } }));
  await page.locator('main input[type=file]').setInputFiles({
    name: 'elsewhere.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify({ format: 'leeway-runs', version: 2, runs: elsewhere })),
  });
  await expect(rows).toHaveCount(3);
  await expect(rows.filter({ hasText: 'other-model' })).toHaveCount(1);
  await expect(page.locator('main circle.model')).toHaveCount(1);
  await expect(page.locator('main circle.mark')).toHaveCount(2);

  for (const width of [1440, 1024, 390]) {
    await page.setViewportSize({ width, height: 800 });
    expect(await axeFaults(page), String(width)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  }
});
