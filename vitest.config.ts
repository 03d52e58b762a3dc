import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import { fileURLToPath } from 'node:url';
import { defineConfig, mergeConfig } from 'vitest/config';
import { BROWSER_FLAGS, findBrowser } from './server/browser.ts';
import { ModelSource } from './server/model-source.ts';
import { modelSourcePlugin } from './server/vite-plugin.ts';
import viteConfig from './vite.config.ts';

const root = fileURLToPath(new URL('.', import.meta.url));

const unit = {
  extends: true as const,
  test: {
    name: 'unit',
    environment: 'node',
    include: ['tests/unit/**/*.test.ts'],
    // Only what hangs should fail: a busy machine takes many times what a quiet one does.
    testTimeout: 120_000,
  },
};

export default defineConfig(({ mode }) => {
  // Unit tests need no browser and should not fail for want of one.
  const wantsBrowser = process.argv.includes('browser') || !process.argv.includes('unit');
  const browser = {
    extends: true as const,
    test: {
      name: 'browser',
      include: ['tests/browser/**/*.test.ts'],
      globalSetup: ['tests/hub/global-setup.ts'],
      testTimeout: 120_000,
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        provider: playwright({
          launchOptions: { executablePath: wantsBrowser ? findBrowser() : '', args: [...BROWSER_FLAGS] },
        }),
        instances: [{ browser: 'chromium' as const }],
      },
    },
  };
  return mergeConfig(
    // The fixtures stand where the page's own models stand.
    { ...viteConfig, mode, plugins: [svelte(), modelSourcePlugin(new ModelSource(`${root}tests/fixtures`))] },
    { test: { projects: wantsBrowser ? [unit, browser] : [unit] } },
  );
});
