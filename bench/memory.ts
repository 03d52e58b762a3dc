import type { Page } from '@playwright/test';
import type { MeasuredModel } from '../lab/page/bench.ts';
import type { ModelChoice } from '../lab/page/model.ts';
import { openLab, withBrowser, withProfile } from './browser.ts';
import type { Figures } from './figures.ts';
import { growthOf } from './resident.ts';

const MOST_RATIO = 1.5;
const MEGABYTE = 1e6;

interface Rise {
  readonly model: MeasuredModel;
  /** Resident bytes before the load, at its peak, and after it. */
  readonly start: number;
  readonly peak: number;
  readonly now: number;
}

/** What loading a model does to a fresh browser's renderer; `then` may ask its page for more. */
async function riseOf<T>(
  url: string,
  choice: ModelChoice,
  then: (page: Page) => Promise<T>,
): Promise<Rise & { also: T }> {
  return withProfile((profile) =>
    withBrowser(profile, async (context) => {
      const page = await openLab(context, url);
      const browser = context.browser();
      if (!browser) throw new Error('The browser does not tell of its processes.');
      const { result: model, ...grown } = await growthOf(browser, () =>
        page.evaluate((given) => window.leewayBench.hold(given), choice),
      );
      return { model, ...grown, also: await then(page) };
    }),
  );
}

/**
 * Memory that loading a GGUF file takes in a fresh browser's renderer, against the model as it is kept. `tiny` is a model
 * of next to no size: what its load takes is the runtime's own, whatever the model.
 */
export async function peakMemory(
  url: string,
  { folder, file, tiny }: { folder: string; file: string; tiny: ModelChoice },
  storage: 'packed' | 'float32',
): Promise<{ figures: Figures; model: MeasuredModel }> {
  const alone = await riseOf(url, { ...tiny, backend: 'wasm', storage }, () => Promise.resolve());
  const whole = await riseOf(url, { name: folder, backend: 'wasm', storage }, (page) =>
    page.evaluate(([name, path, kept]) => window.leewayBench.building(name, path, kept, 1), [
      folder,
      file,
      storage,
    ] as const),
  );
  const { bytes } = whole.also;
  const runtime = alone.peak - alone.start;
  const peak = whole.peak - whole.start;
  return {
    model: whole.model,
    figures: {
      'model as it is kept, MB': { value: bytes / MEGABYTE },
      'resident before, MB': { value: whole.start / MEGABYTE },
      'the runtime with a tiny model, MB': { value: runtime / MEGABYTE },
      'more at the peak, MB': { value: peak / MEGABYTE },
      'more once loaded, MB': { value: (whole.now - whole.start) / MEGABYTE },
      'peak / model': { value: peak / bytes, below: MOST_RATIO },
      'peak without the runtime / model': { value: (peak - runtime) / bytes, below: MOST_RATIO },
    },
  };
}
