import type { Page } from '@playwright/test';
import { expect, test } from './site.ts';
import { MEASURING, Visit } from './visit.ts';

/** Texts of the map that lie on each other as the browser really sets them. */
function clashes(page: Page, selector: string): Promise<string[]> {
  return page.locator(selector).evaluateAll((nodes) => {
    const boxes = nodes.map((node) => ({ text: node.textContent, at: node.getBoundingClientRect() }));
    return boxes.flatMap(({ text, at }, i) =>
      boxes
        .slice(i + 1)
        .filter(
          (other) =>
            at.left < other.at.right &&
            other.at.left < at.right &&
            at.top + 3 < other.at.bottom - 3 &&
            other.at.top + 3 < at.bottom - 3,
        )
        .map((other) => `${text} / ${other.text}`),
    );
  });
}

test('targets, domains and the chosen society can be read in three widths', async ({ page, tinySite }) => {
  const visit = new Visit(page);
  await visit.open(tinySite.url, 'wasm');
  await visit.start.click();
  await visit.reached(MEASURING, 60);
  await page.getByLabel('By domain').check();
  await expect(page.locator('section[aria-labelledby=map-title]')).toContainText(
    'the same model by its workplace, family and legal dilemmas alone',
  );
  for (const [width, height] of [
    [1440, 900],
    [1024, 768],
    [390, 844],
  ] as const) {
    await page.setViewportSize({ width, height });
    await expect(page.locator('text.target')).toHaveText(['India', 'Mexico', 'Vietnam', 'Denmark']);
    await expect(page.locator('text.satellite')).toHaveText(['workplace', 'family', 'legal']);
    expect(await clashes(page, 'text.target, text.satellite, text.name'), `${width}`).toEqual([]);
  }

  // By keyboard: the list under Find says what pointing at the dot says.
  const find = page.getByLabel('Find');
  await find.focus();
  await page.keyboard.type('Viet');
  await expect(page.locator('.tip')).toContainText('Vietnam');
  await expect(page.locator('.tip')).toContainText('x 0.25, y −0.56');
  await find.selectOption('a society');
  await expect(page.locator('.tip')).toHaveCount(0);

  // And a tap.
  const ring = page.locator('.canvas circle.ring').first();
  await ring.scrollIntoViewIfNeeded();
  const dot = await ring.boundingBox();
  if (!dot) throw new Error('the targets have rings');
  await page.mouse.click(dot.x + dot.width / 2, dot.y + dot.height / 2);
  await page.mouse.move(0, 0);
  await expect(page.locator('.tip')).toContainText('target nation');

  await page.getByText('What does this change?').click();
  await expect(page.getByText('more secular than any society')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByText('more secular than any society')).toBeHidden();
});
