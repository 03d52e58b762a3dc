import type { Page } from '@playwright/test';
import type { MeasuredModel } from '../lab/page/bench.ts';
import type { ModelChoice } from '../lab/page/model.ts';
import { median, type Figures } from './figures.ts';

const LENGTHS = [16, 64, 128, 256];
const REPEATS = 5;

/** Tokens through the patched model, by length: the slope is the cost of a token, the rest that of a pass. */
export async function throughput(
  page: Page,
  choice: ModelChoice,
): Promise<{ figures: Figures; model: MeasuredModel }> {
  const { model, passes } = await page.evaluate(
    ([given, lengths, repeats]) => window.leewayBench.passes(given, lengths, repeats),
    [choice, LENGTHS, REPEATS] as const,
  );
  const figures: Figures = {};
  for (const { tokens, seconds } of passes) {
    figures[`pass of ${tokens} tokens, s`] = { value: median(seconds) };
    figures[`tokens per second at ${tokens}`] = { value: tokens / median(seconds) };
  }
  return { figures, model };
}
