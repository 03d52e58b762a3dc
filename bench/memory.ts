import type { Browser } from '@playwright/test';
import { readFileSync } from 'node:fs';
import type { MeasuredModel } from '../lab/page/bench.ts';
import { openLab, withBrowser, withProfile } from './browser.ts';
import type { Figures } from './figures.ts';

const MOST_RATIO = 1.5;
const MEGABYTE = 1e6;

/** Resident memory of a process in bytes: now, and at its highest. */
interface Resident {
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

/** Memory that loading a GGUF file takes in a fresh browser's renderer, against the model as it is kept. */
export async function peakMemory(
  url: string,
  { folder, file }: { folder: string; file: string },
  storage: 'packed' | 'float32',
): Promise<{ figures: Figures; model: MeasuredModel }> {
  return withProfile((profile) =>
    withBrowser(profile, async (context) => {
      const page = await openLab(context, url);
      const browser = context.browser();
      if (!browser) throw new Error('The browser does not tell of its processes.');
      const before = await renderers(browser);
      const model = await page.evaluate(
        ([name, kept]) => window.leewayBench.hold({ name, backend: 'wasm', storage: kept }),
        [folder, storage] as const,
      );
      // The page's own process is the one that grew: a spare one stands idle beside it.
      const [grown] = [...(await renderers(browser))]
        .flatMap(([id, { now, peak }]) => {
          const start = before.get(id)?.now;
          return start === undefined ? [] : [{ start, now, peak }];
        })
        .sort((a, b) => b.peak - b.start - (a.peak - a.start));
      if (!grown) throw new Error('The page’s process was not found.');
      const { bytes } = await page.evaluate(
        ([name, path, kept]) => window.leewayBench.building(name, path, kept, 1),
        [folder, file, storage] as const,
      );
      return {
        model,
        figures: {
          'model as it is kept, MB': { value: bytes / MEGABYTE },
          'resident before, MB': { value: grown.start / MEGABYTE },
          'more at the peak, MB': { value: (grown.peak - grown.start) / MEGABYTE },
          'more once loaded, MB': { value: (grown.now - grown.start) / MEGABYTE },
          'peak / model': { value: (grown.peak - grown.start) / bytes, below: MOST_RATIO },
        },
      };
    }),
  );
}
