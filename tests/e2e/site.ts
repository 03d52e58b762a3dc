import { chromium, test as base, type Page } from '@playwright/test';
import { join } from 'node:path';
import { BROWSER_FLAGS, findBrowser } from '../../server/browser.ts';
import { ensureBuilt, ROOT, serveSite, type Site } from '../../server/site.ts';
import { keepToShare, type WithAllCores } from '../cores.ts';

export { expect } from '@playwright/test';

/** The built site, served once a worker; tiny models are mounted where the page looks for its real one. */
export const test = base.extend<
  { pageOfAllCores: Page },
  { withAllCores: WithAllCores; site: Site; tinySite: Site }
>({
  /** Of a browser that has all cores: for what is to have threads, and for WebGPU in software, which shares them well. */
  pageOfAllCores: async ({ withAllCores }, use) => {
    const browser = await withAllCores(() =>
      chromium.launch({ executablePath: findBrowser(), args: [...BROWSER_FLAGS] }),
    );
    await use(await browser.newPage({ reducedMotion: 'reduce' }));
    await browser.close();
  },
  withAllCores: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixture's needs from this pattern
    async ({}, use, { parallelIndex, config }) => {
      await use(keepToShare(parallelIndex, config.workers));
    },
    { scope: 'worker', auto: true },
  ],
  site: [
    // eslint-disable-next-line no-empty-pattern -- as above
    async ({}, use) => {
      ensureBuilt();
      const site = await serveSite();
      await use(site);
      await site.close();
    },
    { scope: 'worker' },
  ],
  tinySite: [
    // eslint-disable-next-line no-empty-pattern -- as above
    async ({}, use) => {
      ensureBuilt();
      const site = await serveSite();
      site.source.mount('local/smollm2-135m', join(ROOT, 'tests/fixtures/tiny-llama-builder'));
      await use(site);
      await site.close();
    },
    { scope: 'worker' },
  ],
});
