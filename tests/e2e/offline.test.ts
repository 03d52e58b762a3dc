import { chromium, type Page } from '@playwright/test';
import { BROWSER_FLAGS, findBrowser } from '../../server/browser.ts';
import { ensureBuilt } from '../../server/site.ts';
import { BareServer } from './bare-server.ts';
import { expect, test as base } from './site.ts';
import { MEASURING, Visit } from './visit.ts';

const test = base.extend<{ bare: BareServer }>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixture's needs from this pattern
  bare: async ({}, use) => {
    ensureBuilt();
    const bare = await BareServer.open();
    await use(bare);
    await bare.close();
  },
});

const SIGN_IN = '<!doctype html><title>Sign in</title><p>Welcome to the school’s network.';

const worksOffline = (page: Page) => page.locator('footer summary').getByText('The page works offline');
const newer = (page: Page) => page.getByText('A newer version of this page is here.');
const isIsolated = (page: Page): Promise<boolean> => page.evaluate(() => crossOriginIsolated);

/** Addresses of everything in the caches of this origin. */
const kept = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const addresses: string[] = [];
    for (const name of await caches.keys())
      for (const { url } of await (await caches.open(name)).keys()) addresses.push(url);
    return addresses;
  });

/** What the content security policy stopped, in the page and in its workers. */
function watchPolicy(page: Page): string[] {
  const stopped: string[] = [];
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) stopped.push(message.text());
  });
  return stopped;
}

async function measureFile(page: Page): Promise<void> {
  await page.locator('footer summary').click();
  await page.getByLabel('Run on').selectOption('wasm');
  await page.locator('footer summary').click();
  await page.getByText('Use another model').click();
  await page.locator('input[type=file]').setInputFiles('tests/fixtures/gguf/qwen3-q8_0.gguf');
  await new Visit(page).reached(MEASURING, 1);
}

test('on a host without headers the page is isolated after one reload and computes with threads', async ({
  pageOfAllCores: page,
  bare,
}) => {
  const stopped = watchPolicy(page);
  let loads = 0;
  page.on('load', () => (loads += 1));
  await page.goto(bare.url);
  await expect(worksOffline(page)).toBeVisible();
  expect(await isIsolated(page)).toBe(true);
  expect(loads).toBe(2);

  // A drawing that sets positions, and the engine with its threads, under the policy.
  await page.locator('svg circle').first().hover({ force: true });
  await measureFile(page);
  const cores = await page.evaluate(() => navigator.hardwareConcurrency);
  await expect(page.locator('footer summary')).toContainText(
    `WASM, ${Math.min(8, cores)} thread${cores === 1 ? '' : 's'}`,
  );
  expect(stopped).toEqual([]);

  // Models are not kept here, and neither is what only the lab needs.
  const addresses = await kept(page);
  expect(addresses.filter((address) => /\/hub\/|lab|\.map$/.test(address))).toEqual([]);

  // A reload by force comes from the network and is isolated all the same.
  const session = await page.context().newCDPSession(page);
  const anew = page.waitForEvent('load');
  await session.send('Page.reload', { ignoreCache: true });
  await anew;
  await new Visit(page).isolated();
});

test('it says that it works offline when it does, and does', async ({ page, context, bare }) => {
  const wasm = bare.find(/jspi.*\.wasm$/);
  const release = bare.hold(wasm);
  await page.goto(bare.url);
  await new Visit(page).isolated();
  await page.locator('footer summary').click();
  await expect(page.locator('footer')).toContainText(/Not yet: \d+ of 2\d MB are on this device/);
  // Everything but the file that is held back.
  await expect.poll(async () => (await kept(page)).length).toBeGreaterThan(15);
  await expect.poll(() => bare.asked).toContain(wasm);
  await expect(page.getByText('The page works offline')).toHaveCount(0);
  release();
  await expect(worksOffline(page)).toBeVisible();
  expect(bare.asked.filter((path) => /asyncify|lab/.test(path))).toEqual([]);
  // Each file came once, though page and worker both ask for some, and once more for the page before the worker was there.
  const rest = bare.asked.slice(bare.asked.lastIndexOf('manifest.webmanifest'));
  expect(rest.filter((path, i) => rest.indexOf(path) !== i)).toEqual([]);
  expect(rest).toContain(wasm);

  await bare.stop();
  await context.setOffline(true);
  await page.reload();
  await expect(worksOffline(page)).toBeVisible();
  expect(await isIsolated(page)).toBe(true);
  await expect(page.locator('svg circle').nth(50)).toBeVisible();
  await expect(page.locator('.dilemma')).toContainText('A');
  // The engine starts as well: a model that lies on the visitor's disk is measured.
  await measureFile(page);
});

test('a newer version is offered, waits while something runs, and comes when it is asked for', async ({
  page,
  context,
  bare,
}) => {
  await page.goto(bare.url);
  await expect(worksOffline(page)).toBeVisible();
  bare.publish('index.html', (html) => html.replace(/<title>.*<\/title>/, '<title>Leeway, renewed</title>'));
  bare.asked.length = 0;
  await page.reload();
  await expect(newer(page)).toBeVisible();
  expect(await page.title()).not.toContain('renewed');
  // What has not changed is not fetched again.
  expect(bare.asked.filter((path) => path !== 'sw.js' && !path.startsWith('hub/'))).toEqual(['index.html']);

  const other = await context.newPage();
  await other.goto(bare.url);
  await expect(newer(other)).toBeVisible();

  await measureFile(page);
  await expect(page.getByRole('button', { name: 'Use it' })).toHaveCount(0);
  await expect(page.getByText('when what runs now is done')).toBeVisible();
  expect(await page.title()).not.toContain('renewed');
  let loads = 0;
  page.on('load', () => (loads += 1));
  // It comes when the measurement is done and the vectors are learned.
  await page.getByRole('button', { name: 'Use it' }).click({ timeout: 300_000 });
  await expect(page).toHaveTitle('Leeway, renewed');
  await expect(worksOffline(page)).toBeVisible();
  await expect(newer(page)).toHaveCount(0);
  expect(loads).toBe(1);
  expect(await page.evaluate(async () => (await caches.keys()).length)).toBe(1);

  // Another tab is not loaded anew under the visitor's hands.
  await expect(newer(other)).toBeVisible();
  expect(await other.title()).not.toContain('renewed');
  await other.getByRole('button', { name: 'Use it' }).click();
  await expect(other).toHaveTitle('Leeway, renewed');
});

test('a network’s sign-in page is never kept in place of a file', async ({ page, bare }) => {
  bare.answerInstead('scenarios/passages.json', SIGN_IN);
  await page.goto(bare.url);
  await new Visit(page).isolated();
  await page.locator('footer summary').click();
  await expect(page.locator('footer')).toContainText('the network wants a sign-in');
  await expect(page.getByText('The page works offline')).toHaveCount(0);
  expect((await kept(page)).filter((address) => address.includes('passages'))).toEqual([]);
  bare.answerInstead('scenarios/passages.json', undefined);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(worksOffline(page)).toBeVisible();
});

test('a half-deployed host does not get its version installed', async ({ page, bare }) => {
  bare.answerInstead(bare.find(/assets\/worker-.*\.js$/), SIGN_IN);
  await page.goto(bare.url);
  await page.locator('footer summary').click();
  await expect(page.locator('footer')).toContainText('the network wants a sign-in');
  await expect(page.locator('footer')).toContainText('1 thread: this host does not isolate its pages');
  expect(await page.evaluate(() => navigator.serviceWorker.controller)).toBeNull();
});

test('copies in other folders of the host keep their caches', async ({ page, bare }) => {
  await page.goto(bare.url);
  await expect(worksOffline(page)).toBeVisible();
  await page.evaluate(() => caches.open(`leeway-shell:${encodeURIComponent('/other/')}:0`));
  bare.publish('index.html', (html) => html.replace(/<title>.*<\/title>/, '<title>Leeway, renewed</title>'));
  await page.reload();
  await page.getByRole('button', { name: 'Use it' }).click();
  await expect(page).toHaveTitle('Leeway, renewed');
  expect(await page.evaluate(() => caches.keys())).toContain('leeway-shell:%2Fother%2F:0');
});

test('over plain http it runs on one thread, and says why and what is not possible', async ({ bare }) => {
  const browser = await chromium.launch({
    executablePath: findBrowser(),
    args: [...BROWSER_FLAGS, '--host-resolver-rules=MAP classroom.test 127.0.0.1'],
  });
  try {
    const page = await browser.newPage();
    await page.goto(bare.url.replace('127.0.0.1', 'classroom.test'));
    await page.locator('footer summary').click();
    await expect(page.locator('footer')).toContainText('1 thread: over plain http');
    await expect(page.locator('footer')).toContainText('Not possible here: the page came over plain http.');
    await page.locator('footer summary').click();
    await measureFile(page);
    await expect(page.locator('footer summary')).toContainText('WASM, 1 thread');
  } finally {
    await browser.close();
  }
});

test('the page can be installed', async ({ page, tinySite }) => {
  await page.goto(tinySite.url);
  await expect(worksOffline(page)).toBeVisible();
  const session = await page.context().newCDPSession(page);
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  const errors = installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito');
  expect(errors).toEqual([]);
});

test('the lab’s page has no service worker', async ({ page, tinySite }) => {
  await page.goto(`${tinySite.url}lab.html`);
  await page.waitForFunction(() => 'leewayRun' in window);
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
});
