import { join } from 'node:path';
import { ROOT } from '../../server/site.ts';
import { axeFaults } from './axe.ts';
import { lab } from './lab.ts';
import { expect, test } from './site.ts';
import { Visit } from './visit.ts';

const TINY = join(ROOT, 'tests/fixtures/tiny-llama-builder');

interface TargetsOutput {
  readonly format: string;
  readonly protocol: string;
  readonly mode: string;
  readonly without_persona: readonly string[];
  readonly strengths: Readonly<Record<string, { steering: { strengths: number[] } }>>;
  readonly runs: readonly {
    readonly kind: string;
    readonly system?: string;
    readonly steering?: readonly unknown[];
    readonly scenarios: { readonly name: string };
    readonly answers: readonly unknown[];
  }[];
  readonly table: readonly {
    readonly iso3: string;
    readonly paradigm: string;
    readonly n: number;
    readonly plain: number;
    readonly corrected?: number;
    readonly interval?: { readonly low: number; readonly high: number };
    readonly byOrder?: readonly number[];
  }[];
  readonly tests: readonly { readonly family: string; readonly p: number; readonly adjusted: number }[];
}

test('lab targets measures every way to come closer, and the page opens its file', async ({
  page,
  tinySite,
}) => {
  const words = ['targets', '--model', TINY, '--limit', '30', '--train', '30', '--backend', 'wasm'];
  const { code, stderr, output } = await lab([...words, '--nations', 'DNK,ALB', '--protocol', 'cloze']);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const got = output as TargetsOutput;
  expect(got).toMatchObject({
    format: 'leeway-runs',
    protocol: 'cloze',
    mode: 'centred',
    without_persona: ['ALB'],
  });
  expect(got.table.map(({ iso3, paradigm }) => `${iso3} ${paradigm}`)).toEqual([
    ...['survey', 'probe', 'country', 'persona', 'steering', 'prompt-steering'].map((way) => `DNK ${way}`),
    ...['survey', 'probe', 'country', 'steering', 'prompt-steering'].map((way) => `ALB ${way}`),
  ]);
  for (const { paradigm, n, plain, corrected = NaN, interval, byOrder } of got.table)
    if (paradigm === 'survey') {
      expect(interval).toBeUndefined();
      expect(byOrder).toHaveLength(2);
    } else {
      expect(n).toBe(30);
      expect(corrected).toBeLessThanOrEqual(plain);
      expect(interval?.low).toBeLessThanOrEqual(interval?.high ?? -1);
    }
  expect(got.tests.filter(({ family }) => family === 'probe')).toHaveLength(7);
  expect(got.tests.filter(({ family }) => family === 'prompt')).toHaveLength(3);
  for (const { p, adjusted } of got.tests) expect(adjusted).toBeGreaterThanOrEqual(p);
  for (const code of ['DNK', 'ALB'])
    for (const strength of got.strengths[code]?.steering.strengths ?? [NaN])
      expect(Math.abs(strength)).toBeLessThanOrEqual(0.3);
  // Strengths were tried on training dilemmas alone: eight pushes, the plain model and both country prompts.
  expect(got.runs.filter(({ scenarios }) => scenarios.name === 'scenarios/train.json')).toHaveLength(11);

  const other = await lab([...words, '--nations', 'DNK,XXX']);
  expect(other.code).toBe(1);
  expect(other.stderr).toContain('request-invalid: No society on the map has the code XXX.');

  await new Visit(page).openRuns(tinySite.url, output);
  await expect(page.locator('main')).toContainText(`${got.runs.length} runs new`);
});

test('the page tells who it comes closer to, goes on after a stop, and asks nothing twice', async ({
  page,
  tinySite,
}) => {
  const visit = new Visit(page);
  await visit.open(tinySite.url, 'wasm');
  await page.getByRole('button', { name: 'Lab', exact: true }).click();
  await page.getByRole('button', { name: 'Who it comes closer to' }).click();
  await expect(page.getByText('Load a model on the map first')).toBeVisible();
  await page.getByRole('button', { name: 'To the map' }).click();
  await visit.start.click();
  await visit.sliderReady();

  // The prompts are offered on the map, too.
  const as = page.getByLabel('Asked as');
  await expect(as.locator('option', { hasText: 'Denmark (persona)' })).toHaveCount(1);
  await expect(as.locator('option', { hasText: /^Denmark$/ })).toHaveCount(1);
  await as.selectOption({ label: 'Denmark' });
  await expect(
    page.getByText('“You are an average person who was born and lives in Denmark.”'),
  ).toBeVisible();
  await visit.reached(['Measured'], 60);
  await as.selectOption({ label: 'itself' });
  await visit.reached(['Measured'], 60);

  await page.getByRole('button', { name: 'Lab', exact: true }).click();
  await page.getByRole('button', { name: 'Leave out Mexico' }).click();
  await page.getByRole('button', { name: 'Leave out Vietnam' }).click();
  await page.getByLabel('Add').selectOption({ label: 'Albania' });
  await page.getByRole('button', { name: 'Measure how close it comes' }).click();
  await page.waitForFunction(
    () => (document.querySelector('main progress') as HTMLProgressElement | null)?.value,
  );
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('button', { name: /^(Go on|Measure how close it comes)$/ }).click();
  const table = page.locator('main table.table').first();
  await expect(page.locator('main .findings li')).toHaveCount(3, { timeout: 300_000 });
  await expect(table.locator('tbody tr')).toHaveCount(6);
  await expect(table).toContainText('no persona prompt');
  await expect(table.locator('.best')).toHaveCount(3);
  await expect(page.locator('main figure').first().locator('li')).toHaveCount(17);
  await page.getByRole('radio', { name: 'India' }).check();
  await expect(page.getByRole('img').last()).toHaveAttribute('aria-label', /Brought toward India/);

  for (const width of [1440, 1024, 390]) {
    await page.setViewportSize({ width, height: 800 });
    expect(await axeFaults(page), String(width)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  }

  // A second time everything is there at once: no question goes to the model.
  await page.getByRole('button', { name: 'Measure how close it comes' }).click();
  await expect(page.locator('main .findings li')).toHaveCount(3, { timeout: 20_000 });
});
