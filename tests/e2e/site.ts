import { test as base } from '@playwright/test';
import { join } from 'node:path';
import { ensureBuilt, ROOT, serveSite, type Site } from '../../server/site.ts';
import { keepToShare, type WithAllCores } from '../cores.ts';

export { expect } from '@playwright/test';

/** The built site, served once a worker; tiny models are mounted where the page looks for its real one. */
export const test = base.extend<object, { withAllCores: WithAllCores; site: Site; tinySite: Site }>({
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
