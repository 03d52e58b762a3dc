import { readFileSync } from 'node:fs';
import type { Download, Locator, Page } from '@playwright/test';
import type { Report } from '../../src/reports/report.ts';
import { axeFaults } from './axe.ts';
import { expect, test } from './site.ts';
import { Visit } from './visit.ts';

const RUNS: unknown = JSON.parse(readFileSync('tests/fixtures/report/runs.json', 'utf8'));
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

async function openReport(page: Page, url: string, runs: unknown = RUNS): Promise<Locator> {
  await new Visit(page).openRuns(url, runs);
  await page.getByRole('button', { name: 'Report', exact: true }).click();
  const frame = page.locator('iframe');
  await frame.waitFor();
  return frame;
}

async function saved(page: Page, button: string): Promise<{ name: string; content: Buffer }> {
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: button, exact: true }).click();
  const download: Download = await downloading;
  return { name: download.suggestedFilename(), content: readFileSync(await download.path()) };
}

test('the report shows a run file’s figures in a frame that runs nothing', async ({ page, site }) => {
  const frame = await openReport(page, site.url);
  await expect(frame).toHaveAttribute('title', 'Report on phantom-coupled');
  await expect(frame).toHaveAttribute('sandbox', 'allow-same-origin allow-modals');
  const inside = page.frameLocator('iframe');
  await expect(inside.getByRole('heading', { name: 'phantom-coupled' })).toBeVisible();
  await expect(inside.getByText('This is a calibration model')).toBeVisible();
  await expect(inside.getByRole('img', { name: /Where the model stands/ })).toBeVisible();
  // The frame has the page’s policy, which has to let the report’s own style through.
  await expect(inside.locator('dl')).toHaveCSS('display', 'grid');
  const leeway = inside.getByRole('table', { name: /^Leeway: how far/ });
  await expect(leeway.getByRole('row').nth(1)).toContainText('+1.43');
  await expect(inside.getByRole('table', { name: 'The ten items' }).getByRole('row')).toHaveCount(11);
  await page.getByRole('button', { name: 'Back to Runs' }).click();
  await expect(page.getByRole('heading', { name: 'Runs on this device' })).toBeVisible();
});

test('it is saved as HTML, JSON and CSV, its drawings as SVG and PNG', async ({ page, site }) => {
  const frame = await openReport(page, site.url);
  const html = await saved(page, 'HTML');
  // What is saved is what is shown.
  expect(html.content.toString()).toBe(await frame.getAttribute('srcdoc'));
  expect(html.name).toMatch(/^leeway-report-phantom-coupled-\d{4}-\d\d-\d\d\.html$/);
  const json = await saved(page, 'JSON');
  const report = JSON.parse(json.content.toString()) as Report;
  expect(report).toMatchObject({ format: 'leeway-report', version: 1, standing: { n: 60 } });
  const text = html.content.toString();
  const data = /<script type="application\/json"[^>]*>(.*?)<\/script>/s.exec(text)?.[1] ?? '';
  expect(JSON.parse(data)).toEqual(report);
  const csv = (await saved(page, 'CSV')).content.toString();
  expect(csv.split('\r\n')[0]).toBe('section,figure,of,value,low,high,n,p,p_holm,unit,runs');
  expect(csv).toContain(`,${report.standing?.axes[0]?.score.value},`);

  const map = await saved(page, 'Save the drawing as SVG');
  expect(map.name).toMatch(/-map\.svg$/);
  expect(text).toContain(map.content.toString().trim());
  await page.getByRole('combobox', { name: 'Drawing' }).selectOption('dose-layer-2');
  const svg = (await saved(page, 'Save the drawing as SVG')).content.toString();
  const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
  const png = await saved(page, 'Save the drawing as PNG');
  expect(png.name).toMatch(/-dose-layer-2\.png$/);
  expect([...png.content.subarray(0, 8)]).toEqual(PNG);
  expect([png.content.readUInt32BE(16), png.content.readUInt32BE(20)]).toEqual([
    2 * Number(width),
    2 * Number(height),
  ]);
  // A picture of one colour would be a few kilobytes.
  expect(png.content.length).toBeGreaterThan(15_000);
});

test('axe finds nothing in the page nor in the saved report, wide or narrow, and nothing is loaded', async ({
  page,
  browser,
  site,
}, info) => {
  await openReport(page, site.url);
  expect(await axeFaults(page)).toEqual([]);
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'HTML', exact: true }).click();
  const path = info.outputPath('report.html');
  await (await downloading).saveAs(path);
  // Axe comes from outside; the file’s own rules would not let it run.
  const context = await browser.newContext({ bypassCSP: true });
  try {
    const other = await context.newPage();
    const asked: string[] = [];
    other.on('request', (request) => asked.push(request.url()));
    for (const width of [1440, 390]) {
      await other.setViewportSize({ width, height: 900 });
      await other.goto(`file://${path}`);
      expect(await axeFaults(other)).toEqual([]);
      expect(await other.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    }
    expect(asked.every((url) => url === `file://${path}`)).toBe(true);
  } finally {
    await context.close();
  }
});

test('printing prints the report, not the page around it', async ({ page, site }) => {
  await openReport(page, site.url);
  await page.evaluate(() => {
    const inside = document.querySelector('iframe')?.contentWindow;
    if (inside) inside.print = () => (document.documentElement.dataset['printed'] = inside.document.title);
  });
  await page.getByRole('button', { name: 'Print', exact: true }).click();
  await expect(page.locator('html')).toHaveAttribute('data-printed', /^Leeway report: phantom-coupled/);
});

test('of several experiments one is chosen', async ({ page, site }) => {
  const file = RUNS as { runs: Record<string, unknown>[] };
  const [first] = file.runs;
  const told = { ...first, steering: undefined, system: 'You live in Denmark.' };
  await openReport(page, site.url, { ...file, runs: [...file.runs, told] });
  const choice = page.getByLabel('Experiment');
  await expect(choice.locator('option')).toHaveCount(2);
  const other = choice.locator('option', { hasText: 'You live in Denmark.' });
  await choice.selectOption({ label: (await other.textContent())?.trim() ?? '' });
  const inside = page.frameLocator('iframe');
  await expect(inside.getByRole('definition').getByText('You live in Denmark.')).toBeVisible();
});
