import type { Browser, Page } from '@playwright/test';
import { axeFaults } from './axe.ts';
import { expect, test } from './site.ts';
import { MEASURING, PUSHING, Visit } from './visit.ts';

const LONG = 300_000;

/** A page of a visitor who has never been here. */
async function stranger(browser: Browser): Promise<Page> {
  return (await browser.newContext({ reducedMotion: 'reduce' })).newPage();
}

const note = (page: Page) => page.getByRole('region', { name: 'What the address asks for' });
const follow = (page: Page) => page.getByRole('button', { name: /^Load .* and measure it like this$/ });

test('an address holds a pushed measurement, which another visitor makes again; what differs is said', async ({
  page,
  context,
  browser,
  site,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const visit = new Visit(page);
  await visit.open(site.url, 'wasm');
  await visit.measure('Phantom, axes strongly coupled');
  await visit.reached(MEASURING, 60);
  await visit.sliderReady();
  await page.getByRole('radio', { name: 'Both at once' }).check();
  const pad = page.getByRole('slider');
  await pad.first().focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await visit.reached(PUSHING, 60);
  const point = await visit.settledPoint();
  const words = await visit.mapWords();

  await page.getByRole('button', { name: 'Copy a link to this' }).click();
  await expect(page.getByText('Copied. Whoever opens it')).toBeVisible();
  const address = await page.evaluate(() => navigator.clipboard.readText());
  expect(address).toBe(page.url());
  expect(address).toContain('push=survival_self_expression:0.05@');
  expect(address).toContain('push=traditional_secular:0.1@');
  // What was copied is no longer what is seen once another push is made.
  await page.keyboard.press('Tab');
  await pad.first().focus();
  await page.keyboard.press('ArrowUp');
  await expect(page.getByText('Copied. Whoever opens it')).toHaveCount(0);

  const other = await stranger(browser);
  const theirs = new Visit(other);
  await other.goto(address);
  await expect(note(other)).toContainText('60 dilemmas asked in');
  await expect(note(other)).toContainText(
    'pushed 0.1× toward secular-rational after layer 2 and 0.05× toward self-expression after layer 2',
  );
  for (const width of [390, 1280]) {
    await other.setViewportSize({ width, height: 720 });
    expect(await axeFaults(other), String(width)).toEqual([]);
    expect(await other.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  }
  await follow(other).click();
  await theirs.reached(PUSHING, 60);
  await expect(other.getByText('the same push to the last bit')).toBeVisible({ timeout: LONG });
  expect(await axeFaults(other)).toEqual([]);
  expect(await theirs.settledPoint()).toEqual(point);
  expect(await theirs.mapWords()).toBe(words);

  // Another address in the same page: of a revision that is no more, and vectors that nobody has.
  const changed = address
    .replace(/revision=[^&]*/, 'revision=0000')
    .replace(/vectors=.*/, `vectors=${'0'.repeat(16)}`);
  await other.goto(changed);
  await follow(other).click();
  await expect(other.getByText('Measured, but not all is as the address says:')).toBeVisible({
    timeout: LONG,
  });
  await expect(other.getByText(/The model’s revision is \w+, in the address 0000/)).toBeVisible();
  await expect(other.getByText('The vectors are not those of the address to the last bit.')).toBeVisible();
  await other.getByRole('button', { name: 'All right' }).click();
  await expect(other.getByText('Measured, but not all')).toHaveCount(0);
  await other.context().close();
});

test('an address that is cut off, or of a model that nobody has, is explained, and can be put away', async ({
  page,
  site,
}) => {
  await page.goto(`${site.url}#v=1&model=smollm2-135m&revision=1&dtype=q4`);
  await expect(page.getByRole('alert')).toContainText('cut off or was changed');
  await page.getByRole('button', { name: 'Put it away' }).click();
  await expect(page.getByRole('alert')).toHaveCount(0);
  expect(new URL(page.url()).hash).toBe('');
  await page.goto(
    `${site.url}#v=1&model=mine.gguf&dtype=q4&backend=wasm&protocol=cloze&dilemmas=60&scenarios=0123456789abcdef&seed=1&map=centred`,
  );
  await expect(page.getByRole('alert')).toContainText('a model that is not known here: mine.gguf');
  await expect(new Visit(page).start).toBeVisible();
});
