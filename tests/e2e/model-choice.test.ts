import { join } from 'node:path';
import { ROOT } from '../../server/site.ts';
import { expect, test } from './site.ts';
import { MEASURING, Visit } from './visit.ts';

test('the list says what a model asks of its user before anything is fetched; one is loaded, then another', async ({
  page,
  tinySite,
}) => {
  const { url, source } = tinySite;
  source.mount('local/qwen3-0.6b', join(ROOT, 'tests/fixtures/gguf/qwen3-q8_0.gguf'));
  const asked: string[] = [];
  page.on('request', (request) => {
    if (/\/hub\//.test(request.url()) || !request.url().startsWith(url)) asked.push(request.url());
  });
  const visit = new Visit(page);
  await visit.open(url, 'wasm');
  const list = page.getByRole('combobox', { name: 'Model' });
  await expect(list.locator('option').first()).toHaveText(
    'SmolLM2 135M Instruct · 135M parameters · Apache-2.0',
  );
  await list.selectOption({ label: 'Gemma 3 270M Instruct · 270M parameters · Gemma Terms of Use' });
  const licence = page.getByRole('link', { name: 'Gemma Terms of Use' });
  await expect(licence).toHaveAttribute('href', 'https://ai.google.dev/gemma/terms');
  await expect(licence).toHaveAttribute('target', '_blank');
  await expect(licence).toHaveAttribute('rel', 'noopener');
  await expect(page.getByText('this copy is open.')).toBeVisible();
  expect(asked).toEqual([]);

  await list.selectOption({ label: 'Qwen3 0.6B · 600M parameters · Apache-2.0' });
  await page.getByRole('button', { name: 'Load Qwen3 0.6B and measure it' }).click();
  await visit.reached(MEASURING, 60);
  await expect(page.locator('footer')).toContainText('Qwen3 0.6B');

  await page.getByText('Use another model').click();
  const others = page.getByRole('combobox', { name: 'Model' });
  await expect(others.locator('option', { hasText: 'Qwen3 0.6B' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Load SmolLM2 135M instead' }).click();
  await visit.reached(MEASURING, 60);
  await expect(page.locator('footer')).toContainText('SmolLM2 135M');
  expect(asked.filter((address) => !address.startsWith(url))).toEqual([]);
});
