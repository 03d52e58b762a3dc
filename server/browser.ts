import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from '@playwright/test';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const inPath = (): string | undefined =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find((path) => existsSync(path));

/**
 * A Chromium: the one named by LEEWAY_CHROMIUM, one in the PATH, or Playwright's own.
 * Where none is there and `install` is set, Debian's package is tried as root.
 * @throws Error with a sentence that says what is missing.
 */
export function findBrowser({ install = false } = {}): string {
  const stated = process.env['LEEWAY_CHROMIUM'];
  if (stated && existsSync(stated)) return stated;
  const found = inPath();
  if (found) return found;
  const own = chromium.executablePath();
  if (existsSync(own)) return own;
  if (install && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    process.stdout.write('No Chromium is here: installing Debian’s package…\n');
    try {
      execFileSync('apt-get', ['update', '-qq'], { stdio: 'ignore' });
      execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
        stdio: 'ignore',
      });
    } catch {
      // The sentence below says what to do.
    }
    const installed = inPath();
    if (installed) return installed;
  }
  throw new Error(
    'No Chromium was found. Install one (on Debian: apt-get install chromium; elsewhere: npx playwright install chromium), or name it in LEEWAY_CHROMIUM.',
  );
}

/** Flags of every headless run: no calls home, and a software graphics adapter so that WebGPU can be checked anywhere. */
export const BROWSER_FLAGS: readonly string[] = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
];
