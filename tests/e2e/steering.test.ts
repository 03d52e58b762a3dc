import { expect, test } from './site.ts';
import { MEASURING, PUSHING, Visit } from './visit.ts';

test('both axes are pushed at once on the pad, in other ways and at several layers; each is a run of its own', async ({
  page,
  tinySite,
}) => {
  const visit = new Visit(page);
  await visit.open(tinySite.url, 'wasm');
  await visit.start.click();
  await visit.reached(MEASURING, 60);
  await visit.sliderReady();
  const steer = page.getByRole('region', { name: 'Steer' });
  await steer.getByRole('radio', { name: 'Both at once' }).check();
  const pad = steer.getByRole('slider', { name: 'Push along both axes' });
  await pad.focus();
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown']) await page.keyboard.press(key);
  await expect(pad).toHaveAttribute(
    'aria-valuetext',
    /^0.10 toward self-expression and 0.05 toward traditional,/,
  );
  await visit.reached(PUSHING, 60);
  await expect(steer.getByText('Measured with this push')).toBeVisible();

  // By hand: the middle of the square is no push.
  const square = steer.locator('.pad svg');
  const box = await square.boundingBox();
  if (!box) throw new Error('the pad has a square');
  await page.mouse.click(box.x + box.width * 0.74, box.y + box.height * 0.26);
  await expect(pad).toHaveAttribute(
    'aria-valuetext',
    /toward self-expression and .* toward secular-rational/,
  );
  await steer.getByRole('button', { name: 'Back to 0' }).click();
  await expect(pad).toHaveAttribute('aria-valuetext', /^unsteered/);

  await steer.getByRole('checkbox', { name: 'several layers at once' }).check();
  await steer.getByRole('checkbox', { name: /^Layer 0/ }).click();
  await expect(steer.getByText(/^0, \d \(of 0 to/)).toBeVisible();
  await steer.getByText(/^How it is pushed/).click();
  await steer.getByLabel('The vector is').selectOption('added, length kept');
  await pad.press('ArrowUp');
  await visit.reached(PUSHING, 60);
  await steer.getByRole('radio', { name: /^Traditional/ }).check();
  await steer.getByLabel('The vector is').selectOption('turned toward');
  await visit.slider.fill('0.2');
  await visit.reached(PUSHING, 60);
  await steer.getByLabel('The vector is').selectOption('taken out');
  await visit.slider.fill('1');
  await visit.reached(PUSHING, 60);
  await expect(steer.getByText('Measured with this push')).toBeVisible();

  await page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Runs' }).click();
  await expect(
    page.getByText(
      /Pushed 0.1× toward self-expression after layer \d and 0.05× toward traditional after layer \d/,
    ),
  ).toBeVisible();
  await expect(page.getByText(/toward secular-rational after layers 0 and \d, length kept/)).toBeVisible();
  await expect(page.getByText(/0.2 rad .*, turned/)).toBeVisible();
  await expect(page.getByText(/, taken out/)).toBeVisible();
});

test('the model’s point is dragged to an aim: strengths are found, and the place they lead to is measured', async ({
  page,
  tinySite,
}) => {
  const visit = new Visit(page);
  await visit.open(tinySite.url, 'wasm');
  await visit.start.click();
  await visit.reached(MEASURING, 60);
  await visit.sliderReady();
  const words = await visit.mapWords();
  const drag = async (dx: number, dy: number): Promise<void> => {
    const { x, y } = await visit.settledPoint();
    const canvas = await page.locator('.canvas').boundingBox();
    if (!canvas) throw new Error('the map is there');
    await page.mouse.move(canvas.x + x, canvas.y + y);
    await page.mouse.down();
    await page.mouse.move(canvas.x + x + dx / 2, canvas.y + y + dy / 2, { steps: 3 });
    await page.mouse.move(canvas.x + x + dx, canvas.y + y + dy, { steps: 3 });
  };
  await drag(40, -20);
  await expect(page.locator('.aim circle')).toHaveCount(1);
  await page.mouse.up();
  const aim = page.getByRole('region', { name: 'Aim' });
  await expect(aim.getByText('Learning what each push does to the place')).toBeVisible();
  await expect(aim.getByText(/^Both axes pushed at once, measured: \d/)).toBeVisible({ timeout: 120_000 });
  await expect(aim.getByText(/^Pushed along .* only: \d/)).toBeVisible({ timeout: 120_000 });
  await expect(page.locator('rect.naive')).toHaveCount(1);

  // What pushes do is known now: the dashed point follows the hand at once.
  await drag(-25, 25);
  await expect(page.locator('circle.predicted')).toHaveCount(1);
  await page.mouse.up();
  await expect(aim.getByText('Learning what each push does to the place')).toHaveCount(0);
  await expect(aim.getByText(/^Both axes pushed at once, measured: \d/)).toBeVisible({ timeout: 120_000 });

  await page.getByLabel('Find').selectOption('Denmark');
  await page.getByRole('button', { name: 'Aim at Denmark' }).click();
  await expect(aim.getByText('Aim: Denmark')).toBeVisible();
  await expect(aim.getByText(/from\s+Denmark/).first()).toBeVisible({ timeout: 120_000 });
  await aim.getByRole('button', { name: 'Take it off' }).click();
  await expect(page.locator('.aim circle')).toHaveCount(0);
  await page.getByRole('slider').press('Home');
  await expect.poll(() => visit.mapWords()).toBe(words);
});

test('on the coupled phantom both axes at once land in the interval of the aim; one axis alone misses it', async ({
  page,
  site,
}) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  const visit = new Visit(page);
  await visit.open(site.url, 'wasm');
  await visit.measure('Phantom, axes strongly coupled');
  await visit.reached(MEASURING, 60);
  await visit.sliderReady();
  const { x, y } = await visit.settledPoint();
  const canvas = await page.locator('.canvas').boundingBox();
  if (!canvas) throw new Error('the map is there');
  // Straight toward self-expression: along its own vector the model would drift upward, too.
  await page.mouse.move(canvas.x + x, canvas.y + y);
  await page.mouse.down();
  await page.mouse.move(canvas.x + x + 20, canvas.y + y, { steps: 6 });
  await page.mouse.up();
  const aim = page.getByRole('region', { name: 'Aim' });
  await expect(
    aim.getByText(/^Both axes pushed at once, measured: [\s\S]*, inside the 95 % oval/),
  ).toBeVisible({
    timeout: 240_000,
  });
  await expect(
    aim.getByText(/^Pushed along self-expression only: [\s\S]* outside the 95 % oval/),
  ).toBeVisible({
    timeout: 120_000,
  });
});
