import { chromium } from '@playwright/test';
import { BROWSER_FLAGS, findBrowser } from '../server/browser.ts';
import { ensureBuilt, serveSite } from '../server/site.ts';
import { LeewayError, type ErrorCode } from '../src/errors/leeway-error.ts';
import type { Job } from './page/page.ts';

export interface BrowserRun {
  /** A folder, or a .gguf file, that the site serves as the repository `mounted/model`. */
  readonly path: string | undefined;
  readonly job: Job;
  readonly onPiece: (name: string, value: unknown) => void;
}

export const MOUNTED = 'mounted/model';

/** Serves the built site, runs one job in headless Chromium with the page's own engine, and hands over its pieces. */
export async function runInBrowser({ path, job, onPiece }: BrowserRun): Promise<void> {
  ensureBuilt();
  const executablePath = findBrowser();
  const site = await serveSite();
  if (path) site.source.mount(MOUNTED, path);
  const browser = await chromium.launch({ executablePath, args: [...BROWSER_FLAGS] });
  try {
    const page = await browser.newPage();
    const crashed = new Promise<never>((_, reject) => {
      page.once('crash', () =>
        reject(
          new LeewayError(
            'engine-crashed',
            'The browser ran out of memory or crashed.',
            'Try a smaller model or precision.',
          ),
        ),
      );
    });
    await page.exposeFunction('leewayEmit', onPiece);
    await page.goto(`${site.url}lab.html`);
    await page.waitForFunction(() => 'leewayRun' in window);
    const outcome = await Promise.race([page.evaluate((given) => window.leewayRun(given), job), crashed]);
    if (!outcome.ok) throw new LeewayError(outcome.code as ErrorCode, outcome.message, outcome.advice);
  } finally {
    await browser.close();
    await site.close();
  }
}
