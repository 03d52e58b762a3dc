import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { ROOT } from '../../server/site.ts';
import { expect, test } from './site.ts';
import { MEASURING, Visit } from './visit.ts';

const OWN = JSON.parse(readFileSync(join(ROOT, 'public/scenarios/test.json'), 'utf8')) as Record<
  string,
  unknown
>[];

/** A .json file as the browser hands it over. */
const json = (name: string, entries: unknown): { name: string; mimeType: string; buffer: Buffer } => ({
  name,
  mimeType: 'application/json',
  buffer: Buffer.from(typeof entries === 'string' ? entries : JSON.stringify(entries, null, 2)),
});

const picker = (page: Page): Locator => page.getByLabel('Dilemmas', { exact: true }).locator('select');
const disclosure = (page: Page): Locator => page.getByText('Bring your own dilemmas');
const file = (page: Page): Locator => page.locator('input[accept*=json]');
const chosen = (page: Page): Promise<string> =>
  picker(page).evaluate((select: HTMLSelectElement) => select.selectedOptions[0]?.textContent.trim() ?? '');

/** Key and time of every stored run. */
const storedProbes = (page: Page): Promise<string[]> =>
  page.evaluate(
    () =>
      new Promise<string[]>((resolve, reject) => {
        const request = indexedDB.open('leeway-runs');
        request.onerror = () => reject(new Error('no database'));
        request.onsuccess = () => {
          const all = request.result.transaction('runs').objectStore('runs').getAll();
          all.onsuccess = () =>
            resolve(
              (all.result as { kind: string; key: string; updated: string }[])
                .filter(({ kind }) => kind === 'probe')
                .map((run) => `${run.key} ${run.updated}`),
            );
        };
      }),
  );

test('faults of a file are named by their lines; the mended file is taken, looked over and shown', async ({
  page,
  tinySite,
}) => {
  const visit = new Visit(page);
  await visit.open(tinySite.url, 'wasm');
  await disclosure(page).click();

  const faulty = OWN.slice(0, 6).map((entry, place) =>
    place === 0 ? entry : { ...entry, mapping: { low_pole: 'A', high_pole: 'A' } },
  );
  const written = json('mine.json', faulty);
  const lines = written.buffer.toString().split('\n');
  const at = lines.flatMap((line, place) => (line.includes('"mapping"') ? [place + 1] : [])).slice(1);
  await file(page).setInputFiles(written);
  const alert = page.getByRole('alert');
  await expect(alert).toContainText(
    `mine.json cannot be used: line ${at[0]}, dilemma 2: mapping gives the same letter to both poles`,
  );
  const list = page.getByRole('region', { name: 'Faults in the file' });
  await expect(list.getByRole('listitem')).toHaveText(
    at.map((line, i) => `line ${line}, dilemma ${i + 2}: mapping gives the same letter to both poles`),
  );
  expect(await chosen(page)).toBe('The page’s own (300)');

  await file(page).setInputFiles(json('cut.json', written.buffer.toString().slice(0, -3)));
  await expect(alert).toContainText(`cut.json is not JSON: line ${lines.length - 1}, column`);

  await file(page).setInputFiles(json('mine.json', OWN.slice(0, 6)));
  await expect.poll(() => chosen(page)).toBe('mine.json (6)');
  await expect(alert).toHaveCount(0);
  await expect(page.getByText('A place on the map needs all ten items')).toBeVisible();
  await expect(page.getByRole('article')).toContainText('of 6');
  await page.getByText('What this file covers').click();
  await expect(page.getByRole('row', { name: 'Autonomy of children 1' })).toBeVisible();
  await page.getByRole('button', { name: 'Delete mine.json' }).click();
  expect(await chosen(page)).toBe('The page’s own (300)');
  await expect(page.getByRole('article')).toContainText('of 300');
});

test('twenty dilemmas of a visitor are measured; a reload keeps the file and asks nothing again', async ({
  page,
  tinySite,
}) => {
  const visit = new Visit(page);
  await visit.open(tinySite.url, 'wasm');
  await disclosure(page).click();
  await file(page).setInputFiles(
    json(
      'twenty.json',
      OWN.slice(0, 20).map((entry) => ({ ...entry, id: undefined, split: undefined })),
    ),
  );
  await expect.poll(() => chosen(page)).toBe('twenty.json (20)');
  await visit.start.click();
  await visit.sliderReady();
  await expect(visit.progress('Measured')).toHaveJSProperty('max', 20);
  await expect(visit.progress('Measured')).toHaveJSProperty('value', 20);
  await expect(page.locator('circle.model')).toHaveCount(1);
  const runs = await storedProbes(page);
  expect(runs).toHaveLength(1);

  // Other dilemmas: the answers go, the model is asked these, and then the first ones are there again.
  await picker(page).selectOption('');
  await visit.reached(MEASURING, 21);
  await picker(page).selectOption({ label: 'twenty.json (20)' });
  await expect(visit.progress('Measured')).toHaveJSProperty('max', 20);

  await visit.open(tinySite.url, 'wasm');
  await picker(page).selectOption({ label: 'twenty.json (20)' });
  await visit.start.click();
  await visit.sliderReady();
  await expect(visit.progress('Measured')).toHaveJSProperty('value', 20);
  expect(await storedProbes(page)).toEqual(expect.arrayContaining(runs));
  await disclosure(page).click();
  await expect(page.getByRole('button', { name: 'Delete twenty.json' })).toBeVisible();
});

test('a file is fetched from an address, and each way to fail is explained', async ({ page, tinySite }) => {
  const visit = new Visit(page);
  await visit.open(tinySite.url, 'wasm');
  await disclosure(page).click();
  const address = page.getByLabel('Or its address on the web');
  const fetchIt = page.getByRole('button', { name: 'Fetch it' });
  const alert = page.getByRole('alert');

  await page.route('**/none.json', (route) => route.fulfill({ status: 404, body: 'none' }));
  for (const [text, said] of [
    ['dilemmas.json', 'is no web address'],
    [`${tinySite.url}none.json`, 'it answered with status 404'],
    [`${tinySite.url}index.html`, 'is a web page'],
    ['https://elsewhere.invalid/own.json', 'is out of reach, or lets no other page read its files'],
  ] as const) {
    await address.fill(text);
    await fetchIt.click();
    await expect(alert).toContainText(said);
  }

  await address.fill(`${tinySite.url}scenarios/train.json`);
  await address.press('Enter');
  await expect.poll(() => chosen(page)).toBe('train.json (300)');
  await expect(alert).toHaveCount(0);
  await expect(page.getByText('learns its directions from 300 of these dilemmas')).toBeVisible();
});

test('a .json file dropped on the page is taken as dilemmas', async ({ page, tinySite }) => {
  const visit = new Visit(page);
  await visit.open(tinySite.url, 'wasm');
  await expect(visit.start).toBeEnabled();
  const drop = async (name: string, text: string): Promise<void> => {
    const data = await page.evaluateHandle(
      (given) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([given.text], given.name));
        return transfer;
      },
      { name, text },
    );
    await page.dispatchEvent('body', 'drop', { dataTransfer: data });
  };
  await drop('dropped.json', JSON.stringify(OWN.slice(0, 10)));
  await expect.poll(() => chosen(page)).toBe('dropped.json (10)');
  await drop('odd.json', '{"a": 1}');
  await expect(page.getByRole('alert')).toContainText('the file is not a JSON array of dilemmas');
  await drop('model.gguf', 'no model');
  await expect(page.locator('footer')).toContainText('model');
});
