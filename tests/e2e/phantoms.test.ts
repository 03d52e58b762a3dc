import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../server/site.ts';
import { axeFaults } from './axe.ts';
import { lab, type ProbeOutput } from './lab.ts';
import { expect, test } from './site.ts';
import { MEASURING, Visit } from './visit.ts';

interface Truth {
  readonly tolerance: { readonly item_log_odds: number; readonly axis_log_odds: number };
  readonly axes: Readonly<Record<string, number>>;
}

const truthOf = (id: string): Truth =>
  JSON.parse(readFileSync(join(ROOT, 'public', 'phantoms', id, 'truth.json'), 'utf8')) as Truth;

test('a phantom is chosen from its own group, says what it is, and is measured with nothing asked of a hub', async ({
  page,
  site,
}) => {
  const asked: string[] = [];
  page.on('request', (request) => {
    if (/\/hub\//.test(request.url()) || !request.url().startsWith(site.url)) asked.push(request.url());
  });
  const visit = new Visit(page);
  await visit.open(site.url, 'wasm');
  const list = page.getByRole('combobox', { name: 'Model' });
  await expect(list.locator('optgroup')).toHaveAttribute('label', /^Calibration models/);
  await expect(list.locator('optgroup option')).toHaveCount(3);
  await list.selectOption({ label: 'Phantom, axes strongly coupled' });
  await expect(page.getByText('A calibration model, not a language model')).toBeVisible();
  expect(await axeFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Load Phantom, axes strongly coupled and measure it' }).click();
  await visit.reached(MEASURING, 60);
  await visit.sliderReady();
  await expect(page.locator('circle.model')).toBeVisible();
  expect(asked.filter((address) => !/^(blob|data):/.test(address))).toEqual([]);
});

test('the lab knows the phantoms by their names', async () => {
  const id = 'phantom-independent';
  const { code, stderr, output } = await lab(['probe', '--model', id, '--backend', 'wasm']);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const found = output as ProbeOutput;
  expect(found.protocol).toBe('letters');
  const { axes, tolerance } = truthOf(id);
  for (const [axis, truth] of Object.entries(axes))
    expect(Math.abs((found.axes[axis]?.mean ?? NaN) - truth)).toBeLessThan(tolerance.axis_log_odds);
});
