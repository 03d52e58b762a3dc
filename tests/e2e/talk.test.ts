import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { ROOT } from '../../server/site.ts';
import { axeFaults } from './axe.ts';
import { lab } from './lab.ts';
import { expect, test } from './site.ts';
import { Visit } from './visit.ts';

const TINY = join(ROOT, 'tests/fixtures/tiny-llama-builder');
const LONG = 600_000;

interface LabText {
  readonly text: string;
  readonly end: string;
  readonly tokens: readonly {
    readonly id: number;
    readonly text: string;
    readonly log_probability: number;
    readonly projection?: number;
  }[];
}

interface LabTalk {
  readonly steering?: { readonly vector: string; readonly at: string };
  readonly sampling: { readonly seed: number };
  readonly unsteered: LabText;
  readonly steered?: LabText;
}

/** The place where two answers stand side by side. */
class Talk {
  constructor(private readonly page: Page) {}

  async open(): Promise<void> {
    await this.page.getByRole('button', { name: 'Side by side' }).click();
  }

  get prompt(): Locator {
    return this.page.getByLabel('Prompt', { exact: true });
  }

  /** The newest answer of a column. */
  answer(column: 'plain' | 'pushed'): Locator {
    const name = column === 'plain' ? 'As it is' : /^Pushed /;
    return this.page.locator('article').last().getByRole('group', { name });
  }

  words(column: 'plain' | 'pushed'): Promise<string> {
    return this.answer(column).locator('p').first().innerText();
  }

  async option(name: string, value: string): Promise<void> {
    const summary = this.page.getByText('Seed, temperature, length');
    const field = this.page.getByLabel(name);
    if (!(await field.isVisible())) await summary.click();
    await field.fill(value);
  }

  /** Waits until a column has come to an end, whichever. */
  async ended(column: 'plain' | 'pushed'): Promise<void> {
    await expect(this.answer(column)).toContainText(/ended by itself|cut at the length|stop text/, {
      timeout: LONG,
    });
  }
}

test('lab generate writes the unsteered and the steered text, the same from the same seed', async () => {
  const words = [
    'generate',
    '--model',
    TINY,
    '--backend',
    'wasm',
    '--prompt',
    'A child asks why',
    '--max',
    '12',
  ];
  const push = ['--vector', 'axis:survival_self_expression', '--layer', '1', '--train', '20'];
  const generated = async (...more: string[]): Promise<LabTalk> => {
    const { code, stderr, output } = await lab([...words, ...more]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    return output as LabTalk;
  };
  const drawn = ['--temperature', '0.9', '--seed', '4'];
  const both = await generated(...push, '--strength', '0.6', '--at', 'generated', ...drawn);
  expect(both.steering).toMatchObject({ vector: 'axis:survival_self_expression', at: 'generated' });
  expect(both.sampling.seed).toBe(4);
  const { unsteered, steered } = both;
  expect(unsteered.tokens.map(({ text }) => text).join('')).toBe(unsteered.text);
  expect(steered?.text).not.toBe(unsteered.text);
  // Nothing generated had been read when the first token was chosen.
  expect(steered?.tokens[0]).toEqual(unsteered.tokens[0]);
  for (const { log_probability, projection } of steered?.tokens ?? []) {
    expect(log_probability).toBeLessThanOrEqual(0);
    expect(Number.isFinite(projection)).toBe(true);
  }
  const alone = await generated(...drawn);
  expect(alone.steered).toBeUndefined();
  expect(alone.unsteered.text).toBe(unsteered.text);
  const idle = await generated(...push, '--strength', '0', '--chat', ...drawn);
  expect(idle.steered?.tokens).toEqual(idle.unsteered.tokens);
  expect(idle.unsteered.text).not.toBe(unsteered.text);
  const { code, stderr } = await lab([...words, ...push, '--way', 'ablate', '--unit', 'norm']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^request-invalid: .*ablate.*share/);
});

test('the page answers twice, colours the words, goes on as a chat and exports it', async ({
  page,
  tinySite,
}) => {
  const visit = new Visit(page);
  const talk = new Talk(page);
  await visit.open(tinySite.url, 'wasm');
  await talk.open();
  await expect(page.getByText('Load a model on the map first')).toBeVisible();
  await page.getByRole('button', { name: 'To the map' }).click();
  await visit.start.click();
  await visit.sliderReady();
  await talk.open();
  await expect(page.getByText('Nothing is pushed')).toBeVisible();
  await page.getByRole('button', { name: 'Push it toward self-expression' }).click();
  await expect(visit.slider).toHaveValue('0.2');
  await page.getByRole('button', { name: 'What should I teach my child first?' }).click();
  await talk.option('Most tokens', '30');
  await talk.prompt.press('Control+Enter');
  for (const column of ['plain', 'pushed'] as const) await talk.ended(column);
  await expect(talk.answer('pushed').getByRole('heading')).toHaveText(
    /^Pushed 0\.2× toward self-expression after layer 2$/,
  );
  const first = await talk.words('plain');
  expect(await talk.words('pushed')).not.toBe(first);
  expect(await page.locator('article span.tone').count()).toBeGreaterThan(0);
  await page.getByLabel('Colour the words').uncheck();
  await expect(page.locator('article span.tone')).toHaveCount(0);
  await page.getByLabel('Colour the words').check();

  await page.getByRole('button', { name: 'Again with another seed' }).click();
  for (const column of ['plain', 'pushed'] as const) await talk.ended(column);
  await expect(page.locator('article')).toHaveCount(1);
  await expect(page.locator('article')).toContainText('seed 2');
  expect(await talk.words('plain')).not.toBe(first);

  await talk.prompt.fill('And after that?');
  await page.getByRole('button', { name: 'Answer back' }).click();
  await expect(page.locator('article')).toHaveCount(2);
  for (const column of ['plain', 'pushed'] as const) await talk.ended(column);

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export JSON' }).click();
  const file = JSON.parse(readFileSync(await (await download).path(), 'utf8')) as Record<string, unknown>;
  expect(file).toMatchObject({
    format: 'leeway-talk',
    model: { backend: 'wasm', selfCheck: { state: 'not-made' } },
    turns: [
      { as: 'chat', sampling: { seed: 2 }, steering: [{ strength: 0.2 }], sides: [{}, { pushed: true }] },
      { prompt: 'And after that?', watched: { axis: 'survival_self_expression', layer: 2 } },
    ],
  });
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 800 });
    expect(await axeFaults(page), String(width)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  }
});

test('the real model streams both answers, is stopped in the middle and asked again', async ({
  page,
  site,
}) => {
  test.setTimeout(4 * LONG);
  const visit = new Visit(page);
  const talk = new Talk(page);
  await visit.open(site.url, 'wasm');
  await visit.start.click();
  // It can be talked to while it is measured.
  await talk.open();
  await page.getByLabel('A text to continue').check({ timeout: LONG });
  await talk.prompt.fill('The capital of France is');
  await talk.option('Temperature', '0');
  await talk.option('Most tokens', '8');
  await page.getByRole('button', { name: 'Continue it' }).click({ timeout: LONG });
  await talk.ended('plain');
  expect(await talk.words('plain')).toContain('Paris');

  // All of the measuring and learning comes first: minutes, and many where two cores do other things too.
  await page.locator('input[type=range]:enabled').waitFor({ timeout: 3 * LONG });
  await visit.slider.fill('0.2');
  await page.getByLabel('A question to answer').check();
  await talk.prompt.fill('What is the capital of France?');
  await talk.option('Most tokens', '400');
  await talk.option('Temperature', '1.2');
  await page.getByRole('button', { name: 'Ask', exact: true }).click();
  const spans = (column: 'plain' | 'pushed'): Locator =>
    talk.answer(column).locator('p').first().locator('span');
  for (const column of ['plain', 'pushed'] as const)
    await expect.poll(() => spans(column).count(), { timeout: LONG }).toBeGreaterThan(2);
  await page.getByRole('button', { name: 'Stop', exact: true }).last().click();
  await expect(page.getByRole('button', { name: 'The same again' })).toBeVisible();
  const stopped = await talk.words('plain');
  expect(stopped.length).toBeGreaterThan(0);
  await talk.option('Most tokens', '24');
  await talk.option('Temperature', '0');
  await page.getByRole('button', { name: 'The same again' }).click();
  for (const column of ['plain', 'pushed'] as const) {
    await talk.ended(column);
    await expect(talk.answer(column)).toContainText(/\d+ tokens, [\d.]+ a second/);
  }
  expect(await talk.words('plain')).toContain('Paris');
});
