import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { ROOT } from '../../server/site.ts';
import { axeFaults } from './axe.ts';
import { expect, test } from './site.ts';
import { Visit } from './visit.ts';

const FIXTURE = join(ROOT, 'tests/fixtures/response/phantom-coupled.json');
const LONG = 300_000;

const toLeeway = (page: Page): Promise<void> =>
  page.getByRole('button', { name: 'Leeway', exact: true }).click();

test('a study says what was found, how sure it is, what is behind each cell and what would refute it', async ({
  page,
  site,
}) => {
  await new Visit(page).openRuns(site.url, JSON.parse(readFileSync(FIXTURE, 'utf8')));
  await expect(page.locator('main')).toContainText('runs new');
  await toLeeway(page);
  const main = page.locator('main');
  await expect(main).toContainText(
    /Pushed toward secular-rational, the model also drifted toward self-expression by 0\.9\d \[0\.9\d, 0\.9\d\] of the way\./,
  );
  await expect(main).toContainText('Pushed toward self-expression, the model also drifted');
  await expect(main).toContainText('pushed after layer 2, letters (A or B), 30 dilemmas, axes');

  const cells = page.getByRole('gridcell');
  await expect(cells).toHaveCount(4);
  for (const cell of await cells.all()) {
    await expect(cell).toContainText(/●\+1\.\d\d/);
    await expect(cell).toContainText('beside 20 random vectors p = 0.048');
  }

  // By keyboard alone: to the drift of the first push, and into it.
  await cells.first().focus();
  await page.keyboard.press('ArrowRight');
  await expect(cells.nth(1)).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(cells.nth(1)).toBeFocused();
  await page.keyboard.press('Enter');
  const opened = page.getByRole('heading', {
    name: 'Pushed toward secular-rational: Survival – self-expression',
  });
  await expect(opened).toBeVisible();
  await expect(main.locator('svg circle.low, svg circle.high')).toHaveCount(4);
  await expect(main).toContainText('larger than all 20 random vectors');
  const dilemmas = page.getByRole('region', { name: 'The dilemmas behind it' }).locator('tbody tr');
  await expect(dilemmas).toHaveCount(10);
  await page.getByRole('button', { name: 'Show all 15' }).click();
  await expect(dilemmas).toHaveCount(15);
  // Told by their texts, with both options.
  await expect(dilemmas.first().locator('.option')).toHaveCount(2);

  await cells.nth(2).click();
  await expect(opened).toBeHidden();
  await expect(
    page.getByRole('heading', { name: 'Pushed toward self-expression: Traditional – secular-rational' }),
  ).toBeVisible();

  // Controls: chance, the vector turned round, other labels, what both share, people.
  await expect(main).toContainText('middle 95 % of 20 random vectors');
  await expect(main).toContainText('the reversed push turns its effect round');
  await expect(main).toContainText('X and Y');
  await expect(page.getByRole('region', { name: 'Leeway before and after' }).locator('tbody tr')).toHaveCount(
    2,
  );
  await expect(main).toContainText('+0.41');
  await expect(page.getByRole('heading', { name: 'What would refute this?' })).toBeVisible();
  await expect(main).toContainText('The vector toward secular-rational does not refute the claim');

  for (const colorScheme of ['light', 'dark'] as const)
    for (const [width, height] of [
      [1440, 900],
      [1024, 768],
      [390, 844],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height });
      expect(await axeFaults(page), `${colorScheme} ${width}`).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }

  await page.getByRole('button', { name: 'Close' }).click();
  await expect(page.getByRole('region', { name: 'The dilemmas behind it' })).toBeHidden();
});

test('without a model or a run the place says what to do, and takes a run file in', async ({
  page,
  site,
}) => {
  await page.goto(site.url);
  await toLeeway(page);
  await expect(page.getByText('Load a model on the map first')).toBeVisible();
  expect(await axeFaults(page)).toEqual([]);
  await page.locator('main input[type=file]').setInputFiles(FIXTURE);
  await expect(page.getByRole('gridcell')).toHaveCount(4);
});

test('the page measures a phantom, shows what is there as it comes, and stops', async ({ page, site }) => {
  const visit = new Visit(page);
  await visit.open(site.url, 'wasm');
  await visit.measure('Phantom, axes strongly coupled');
  await visit.sliderReady();
  await toLeeway(page);
  const cost = page.getByText(/^Asks at most/);
  await expect(cost).not.toContainText('1,020 questions');
  await page.getByLabel(/vectors without a meaning/).uncheck();
  await page.getByLabel(/options called other/).uncheck();
  // Of each axis, and of each freed of the other: twice two strengths, and the baseline; seventeen times sixty.
  await expect(cost).toContainText('1,020 questions');
  await page.getByRole('button', { name: 'Measure the leeway' }).click();
  await expect(page.getByText(/of 1,020 questions/)).toBeVisible({ timeout: LONG });
  // The first push is shown while the others are still asked.
  await expect(page.getByRole('gridcell').first()).toBeVisible({ timeout: LONG });
  await expect(page.locator('main')).toContainText('the model also drifted');
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByRole('progressbar')).toHaveCount(0);
  // This device made the vectors: how alike they point is known.
  await expect(page.locator('main')).toContainText('Cosine of both vectors after layer');
});
