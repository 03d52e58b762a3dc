import { chromium, type Page } from '@playwright/test';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BROWSER_FLAGS, findBrowser } from '../server/browser.ts';
import { ensureBuilt, ROOT, serveSite } from '../server/site.ts';
import { MEASURING, PUSHING, Visit } from '../tests/e2e/visit.ts';
import { ensureModel } from '../tools/model/make.ts';

/** Measures the real model on WASM with two threads; prints a table and writes JSON. */

type Figures = Record<string, number>;

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
};

/** Tokens through the patched model, by length: the slope is the cost of a token, the rest that of a pass. */
async function throughput(page: Page, url: string): Promise<Figures> {
  await page.goto(`${url}lab.html`);
  await page.waitForFunction(() => 'leewayBench' in window);
  const passes = await page.evaluate(() => window.leewayBench([16, 64, 128, 256], 5));
  const figures: Figures = {};
  for (const { tokens, seconds } of passes) {
    figures[`pass of ${tokens} tokens, s`] = median(seconds);
    figures[`tokens per second at ${tokens}`] = tokens / median(seconds);
  }
  return figures;
}

/** From the click to the first figure, to the whole baseline, and to the first moved point. */
async function firstMove(page: Page, url: string, strength: string): Promise<Figures> {
  const visit = new Visit(page);
  await visit.open(url, 'wasm');
  const start = Date.now();
  const since = (): number => (Date.now() - start) / 1000;
  await visit.start.click();
  await visit.reached(MEASURING, 1);
  const first = since();
  await visit.reached(MEASURING, 30);
  const baseline = since();
  await visit.sliderReady();
  const ready = since();
  await visit.slider.fill(strength);
  await visit.reached(PUSHING, 1);
  const moved = since();
  await visit.reached(PUSHING, 30);
  return {
    'click to first figure, s': first,
    'click to whole baseline, s': baseline,
    'click to slider ready, s': ready,
    'click to first moved point, s': moved,
    'slider to first moved point, s': moved - ready,
    'slider to all dilemmas moved, s': since() - ready,
  };
}

async function main(): Promise<void> {
  await ensureModel('smollm2-135m');
  ensureBuilt();
  const site = await serveSite();
  const profile = mkdtempSync(join(tmpdir(), 'leeway-bench-'));
  const results: Record<string, Figures> = {};
  try {
    // Another strength the second time: its answers are not stored yet.
    for (const [name, strength] of [
      ['cold', '0.3'],
      ['warm', '0.35'],
    ] as const) {
      const context = await chromium.launchPersistentContext(profile, {
        executablePath: findBrowser(),
        args: [...BROWSER_FLAGS],
      });
      const page = await context.newPage();
      // Two threads, whatever the machine has, so that figures compare.
      await page.addInitScript(() =>
        Object.defineProperty(navigator, 'hardwareConcurrency', { get: () => 2 }),
      );
      results[name] = await firstMove(page, site.url, strength);
      if (name === 'warm') results['throughput'] = await throughput(page, site.url);
      await context.close();
    }
  } finally {
    await site.close();
    rmSync(profile, { recursive: true, force: true });
  }
  for (const [name, figures] of Object.entries(results)) {
    process.stdout.write(`\n${name}\n`);
    for (const [figure, value] of Object.entries(figures))
      process.stdout.write(`  ${figure.padEnd(36)} ${value.toFixed(2).padStart(9)}\n`);
  }
  const folder = join(ROOT, 'bench-results');
  mkdirSync(folder, { recursive: true });
  const out = join(folder, 'bench.json');
  writeFileSync(
    out,
    `${JSON.stringify({ model: 'smollm2-135m', dtype: 'int8', backend: 'wasm', threads: 2, results }, null, 2)}\n`,
  );
  process.stdout.write(`\nWritten to bench-results/bench.json\n`);
}

main().catch((thrown: unknown) => {
  process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
  process.exitCode = 1;
});
