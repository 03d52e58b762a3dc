import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOT } from '../../server/site.ts';
import { lab } from './lab.ts';
import { expect, test } from './site.ts';
import { Visit } from './visit.ts';

const TINY = join(ROOT, 'tests/fixtures/tiny-llama-builder');

interface ValidationOutput {
  readonly format: string;
  readonly version: number;
  readonly citations: readonly string[];
  readonly verdict: string;
  readonly runs: readonly {
    readonly kind: string;
    readonly protocol: string;
    readonly labels?: string;
    readonly answers: readonly unknown[];
  }[];
  readonly report: { readonly n: number; readonly controls: Record<string, { all: { n: number } }> };
  readonly summaries: Record<string, { axes: Record<string, { interval: { low: number; high: number } }> }>;
  readonly survey: Record<string, { probability: number; answered: number }>;
}

test('lab validate asks everything, and the page opens its file', async ({ page, tinySite }) => {
  const { code, stderr, output } = await lab(
    ['validate', '--model', TINY, '--limit', '30', '--backend', 'wasm'],
    {},
  );
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const got = output as ValidationOutput;
  expect(got).toMatchObject({ format: 'leeway-runs', version: 2 });
  expect(got.citations.join(' ')).toContain('doi:10.14281/18241.27');
  // A random model misses questions with an obvious answer, and is said to.
  expect(got.verdict).toBe('fails');
  const counted = got.runs.map(({ kind, protocol, labels = 'AB', answers }) =>
    [kind, protocol, labels, answers.length].join(' '),
  );
  expect(counted.sort()).toEqual(
    [
      'controls cloze AB 60',
      'controls letters AB 60',
      'controls letters-chat AB 60',
      'probe cloze AB 30',
      'probe letters AB 30',
      'probe letters-chat AB 30',
      'probe letters XY 30',
      'probe letters 12 30',
      'probe cloze AB 60',
      'survey letters-chat AB 26',
    ].sort(),
  );
  expect(got.report.n).toBe(30);
  for (const { all } of Object.values(got.report.controls)) expect(all.n).toBe(60);
  for (const { axes } of Object.values(got.summaries))
    for (const { interval } of Object.values(axes)) expect(interval.low).toBeLessThan(interval.high);
  expect(Object.keys(got.survey)).toHaveLength(10);
  for (const { probability } of Object.values(got.survey)) {
    expect(probability).toBeGreaterThanOrEqual(0);
    expect(probability).toBeLessThanOrEqual(1);
  }

  await new Visit(page).openRuns(tinySite.url, output);
  await expect(page.locator('main')).toContainText('10 runs new');
  await expect(page.locator('main tbody tr')).toHaveCount(10);
});

test('the page examines a model, says that it fails, and lets another way of asking be taken', async ({
  page,
  tinySite,
}) => {
  const visit = new Visit(page);
  await visit.open(tinySite.url, 'wasm');
  await visit.start.click();
  await visit.sliderReady();
  await expect(page.getByText('Do not believe these figures')).toBeVisible();
  await page.getByRole('button', { name: 'Can we believe it?' }).first().click();
  await page.getByRole('button', { name: 'Examine the measurement' }).click();
  await expect(page.getByText('The measurement fails')).toBeVisible({ timeout: 300_000 });
  await expect(page.getByRole('heading', { name: 'Each item left out in turn' })).toBeVisible();
  await expect(page.locator('main tbody tr').first()).toContainText('of 60');

  const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(source);
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 800 });
    const found = await page.evaluate(async () => {
      const { axe } = window as unknown as {
        axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      };
      return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 120)}`);
    });
    expect(found, String(width)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  }

  await page.getByRole('button', { name: /measure in it.*letters \(A or B\)/ }).click({ timeout: 10_000 });
  await visit.sliderReady();
  await expect(visit.progress('Measured')).toHaveJSProperty('value', 60);
  await expect(page.getByText('asked in letters (A or B)')).toBeVisible();
  // The direct answers stay where they were asked; the mark goes with the report.
  await expect(page.locator('main')).not.toContainText('asked directly');
});
