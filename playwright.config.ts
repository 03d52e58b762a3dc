import { defineConfig } from '@playwright/test';
import { BROWSER_FLAGS, findBrowser } from './server/browser.ts';
import { shares } from './tests/cores.ts';

export default defineConfig({
  testDir: 'tests/e2e',
  globalSetup: './tests/e2e/global-setup.ts',
  // Only what hangs should fail: a busy machine takes many times what a quiet one does.
  timeout: 1_200_000,
  expect: { timeout: 30_000 },
  // Each with cores of its own; without, a second browser would only slow the first one's engine.
  workers: shares(2),
  reporter: [['list']],
  use: {
    // Without motion the point stands at its place as soon as it is known.
    contextOptions: { reducedMotion: 'reduce' },
    launchOptions: { executablePath: findBrowser(), args: [...BROWSER_FLAGS] },
  },
});
