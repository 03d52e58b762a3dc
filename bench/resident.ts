import type { Browser } from '@playwright/test';
import { readFileSync } from 'node:fs';

/** Resident memory of a process in bytes: now, and at its highest. */
export interface Resident {
  readonly now: number;
  readonly peak: number;
}

function residentOf(process: number): Resident | undefined {
  try {
    const status = readFileSync(`/proc/${process}/status`, 'utf8');
    const bytes = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024;
    return { now: bytes('VmRSS'), peak: bytes('VmHWM') };
  } catch {
    // The process has ended.
    return undefined;
  }
}

/** Resident memory of every renderer of a browser, by process id. */
async function renderers(browser: Browser): Promise<Map<number, Resident>> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return new Map(
    processInfo.flatMap(({ type, id }) => {
      const resident = type === 'renderer' ? residentOf(id) : undefined;
      return resident ? [[id, resident] as const] : [];
    }),
  );
}

/** Resident bytes of the page's process before some work, at its highest, and after it. */
export interface Growth<Result> {
  readonly result: Result;
  readonly start: number;
  readonly peak: number;
  readonly now: number;
}

/** What a page's process grows by while it works. */
export async function growthOf<Result>(
  browser: Browser,
  work: () => Promise<Result>,
): Promise<Growth<Result>> {
  const before = await renderers(browser);
  const result = await work();
  // The page's own process is the one that grew: a spare one stands idle beside it.
  const [grown] = [...(await renderers(browser))]
    .flatMap(([id, { now, peak }]) => {
      const start = before.get(id)?.now;
      return start === undefined ? [] : [{ start, now, peak }];
    })
    .sort((a, b) => b.peak - b.start - (a.peak - a.start));
  if (!grown) throw new Error('The page’s process was not found.');
  return { result, ...grown };
}
