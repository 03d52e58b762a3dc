import type { Loading } from '../lab/page/bench.ts';
import type { ModelChoice } from '../lab/page/model.ts';
import { openLab, withBrowser, withProfile } from './browser.ts';
import type { Figures } from './figures.ts';
import { growthOf, type Growth } from './resident.ts';

const MEGABYTE = 1e6;

/** One load in a browser of its own, which keeps what it stores in the profile. */
const loadIn = (profile: string, url: string, choice: ModelChoice): Promise<Growth<Loading>> =>
  withBrowser(profile, async (context) => {
    const page = await openLab(context, url);
    const browser = context.browser();
    if (!browser) throw new Error('The browser does not tell of its processes.');
    return growthOf(browser, () => page.evaluate((given) => window.leewayBench.load(given), choice));
  });

/**
 * A model's first load, its files coming from a server on this machine, and the load of a later visit: seconds, and the
 * most memory that the page's process takes.
 */
export async function loading(
  url: string,
  choice: ModelChoice,
): Promise<{ figures: Figures; model: Loading['model'] }> {
  return withProfile(async (profile) => {
    const first = await loadIn(profile, url, choice);
    const later = await loadIn(profile, url, choice);
    if (first.result.fromDevice || !later.result.fromDevice)
      throw new Error('The later visit did not find the model on the device.');
    const { bytes } = first.result;
    const rise = ({ peak, start }: Growth<Loading>): number => (peak - start) / MEGABYTE;
    return {
      model: first.result.model,
      figures: {
        'files of the model, MB': { value: bytes / MEGABYTE },
        'first visit: downloaded, verified and stored, s': { value: first.result.filesSeconds },
        'first visit: MB per second of that': { value: bytes / MEGABYTE / first.result.filesSeconds },
        'first visit: opened, s': { value: first.result.openSeconds },
        'later visit: found on the device, s': { value: later.result.filesSeconds },
        'later visit: opened, s': { value: later.result.openSeconds },
        'first visit: more memory at the peak, MB': { value: rise(first) },
        'later visit: more memory at the peak, MB': { value: rise(later) },
        'first visit: peak / files': { value: (first.peak - first.start) / bytes },
        'later visit: peak / files': { value: (later.peak - later.start) / bytes },
      },
    };
  });
}
