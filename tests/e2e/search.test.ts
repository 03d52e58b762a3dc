import { join } from 'node:path';
import { ROOT } from '../../server/site.ts';
import { axeFaults } from './axe.ts';
import { lab } from './lab.ts';
import { expect, test } from './site.ts';
import { Visit } from './visit.ts';

const TINY = join(ROOT, 'tests/fixtures/tiny-llama-builder');
const LONG = 300_000;

interface Figure {
  readonly mean: number;
  readonly n: number;
  readonly interval?: { readonly low: number; readonly high: number };
}
interface SearchOutput {
  readonly axis: string;
  readonly searched_on: {
    readonly own: number;
    readonly other: number;
    readonly apart_from_learning: boolean;
  };
  readonly cells: readonly {
    readonly layer: number;
    readonly strength: number;
    readonly shift: Figure;
    readonly drift: Figure | null;
    readonly perplexity_ratio: Figure;
    readonly kl: Figure;
  }[];
  readonly choices: {
    readonly paper: { readonly layers: number[]; readonly strength: number };
    readonly careful: { readonly cell: { readonly layer: number; readonly strength: number } } | null;
  };
  readonly test: readonly {
    readonly chosen_by: string;
    readonly layers: number[];
    readonly shift: Figure;
    readonly controls: { readonly n: number };
    readonly random_shifts: number[];
    readonly chance?: { readonly p: number; readonly n: number };
  }[];
  readonly runs: readonly { readonly kind: string }[];
}

test('lab search makes the table, applies both rules and measures their choices on test dilemmas', async ({
  page,
  tinySite,
}) => {
  const { code, stderr, output } = await lab([
    ...['search', '--model', TINY, '--backend', 'wasm', '--train', '30', '--limit', '10', '--test', '10'],
    ...['--strengths', '0.1,0.3', '--closer', '1', '--passages', '3', '--random', '2', '--also', '1@0.2'],
  ]);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const got = output as SearchOutput;
  expect(got.axis).toBe('traditional_secular');
  expect(got.searched_on).toMatchObject({ own: 10, other: 10, apart_from_learning: true });
  // Four layers at the small strength, one of them at the large one, too.
  expect(got.cells).toHaveLength(5);
  for (const { shift, perplexity_ratio, kl } of got.cells) {
    expect(shift.n).toBe(10);
    expect(perplexity_ratio.n).toBe(3);
    expect(kl.mean).toBeGreaterThan(0);
  }
  expect(got.cells.filter(({ drift }) => drift)).toHaveLength(2);
  expect(got.choices.paper).toMatchObject({ layers: [0, 1, 2, 3], strength: 0.1 });
  const asked = got.test.find(({ chosen_by }) => chosen_by === 'request');
  expect(asked?.layers).toEqual([1]);
  expect(asked?.controls.n).toBe(60);
  expect(asked?.random_shifts).toHaveLength(2);
  expect([1 / 3, 2 / 3, 1]).toContainEqual(asked?.chance?.p);
  expect(got.test.find(({ chosen_by }) => chosen_by === 'paper')?.random_shifts).toEqual([]);

  await new Visit(page).openRuns(tinySite.url, output);
  await expect(page.locator('main')).toContainText(`${got.runs.length} runs new`);
  await expect(page.locator('main')).toContainText('Neutral passages');
});

test('lab search refuses a layer that is not there, in one line', async () => {
  const { code, stderr } = await lab(['search', '--model', TINY, '--backend', 'wasm', '--layers', '9']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^request-invalid: Layer 9 does not exist/);
});

test('the page searches layer and strength, and takes the cell that is chosen to the slider', async ({
  page,
  tinySite,
}) => {
  const visit = new Visit(page);
  await visit.open(tinySite.url, 'wasm');
  await visit.start.click();
  await visit.sliderReady();
  await page.getByRole('button', { name: 'Lab', exact: true }).click();
  await page.getByRole('button', { name: 'Search layers and strengths' }).click();
  await expect(page.getByRole('gridcell').first()).toBeVisible({ timeout: LONG });
  // Stopped and gone on with: nothing is lost.
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('button', { name: 'Go on with the search' }).click();
  await expect(page.getByRole('button', { name: /Use the paper/ })).toBeVisible({ timeout: LONG });
  const grid = page.getByRole('grid').first();
  await expect(grid.getByRole('row')).toHaveCount(5);
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 844 });
    expect(await axeFaults(page), String(width)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  }
  // By keyboard alone: to the second layer, and there at the smallest strength.
  const [first] = await grid.getByRole('gridcell').all();
  await first?.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: /^Layer 1 at 0.05×/ })).toBeVisible();
  await page.getByRole('button', { name: 'Use this layer and strength' }).click();
  await expect(visit.progress('Measured with this push')).toBeVisible({ timeout: LONG });
  await expect(page.getByText('1 (of 0 to 3)')).toBeVisible();

  await page.getByRole('button', { name: 'Measure them' }).click();
  await expect(page.getByText(/McNemar p/)).toBeVisible({ timeout: LONG });
  await expect(page.getByText('Perplexity of plain prose')).toBeVisible();
  expect(await axeFaults(page)).toEqual([]);
  // From then on every push is measured once its dilemmas are in.
  await visit.slider.press('ArrowRight');
  await expect(page.getByText(/McNemar p/)).toBeHidden();
  await expect(page.getByText(/McNemar p/)).toBeVisible({ timeout: LONG });
});
