import { chromium, type BrowserContext, type Page } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { BROWSER_FLAGS, findBrowser } from '../server/browser.ts';

/**
 * Keeps this process and the browsers it starts on so many processors, so that figures of larger machines compare: a
 * worker takes as many threads as it sees. Where it cannot be done, the threads that the result states tell.
 */
export function keepToProcessors(count: number): void {
  if (process.platform !== 'linux' || availableParallelism() <= count) return;
  try {
    const allowed = /^Cpus_allowed_list:\s+(.+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
    const processors = allowed.split(',').flatMap((range) => {
      const [first = 0, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });
    const kept = processors.slice(0, count).join(',');
    execFileSync('taskset', ['-cp', kept, String(process.pid)], { stdio: 'ignore' });
  } catch {
    // Without taskset the machine is measured as it is.
  }
}

/** Runs `use` with the path of a browser profile that is gone afterwards. */
export async function withProfile<Result>(use: (profile: string) => Promise<Result>): Promise<Result> {
  const profile = mkdtempSync(join(tmpdir(), 'leeway-bench-'));
  try {
    return await use(profile);
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Runs `use` with a browser of its own, which keeps what it stores in the profile. */
export async function withBrowser<Result>(
  profile: string,
  use: (context: BrowserContext) => Promise<Result>,
): Promise<Result> {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findBrowser(),
    args: [...BROWSER_FLAGS],
  });
  try {
    return await use(context);
  } finally {
    await context.close();
  }
}

/** The page that holds the bench's own functions. */
export async function openLab(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${url}lab.html`);
  await page.waitForFunction(() => 'leewayBench' in window);
  return page;
}
