import { chromium } from '@playwright/test';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BROWSER_FLAGS, findBrowser } from '../../server/browser.ts';
import { ROOT } from '../../server/site.ts';

/** Draws public/icon.svg in the sizes that systems ask of an installed page: `tsx tools/icons/make.ts`. */

interface Icon {
  readonly name: string;
  readonly size: number;
  /** How much of the square the drawing takes; what systems may cut off is filled with its ground. */
  readonly share: number;
}

const GROUND = '#1b2126';
const ICONS: readonly Icon[] = [
  { name: 'icon-192', size: 192, share: 1 },
  { name: 'icon-512', size: 512, share: 1 },
  // Systems keep at least a circle of four fifths of the width.
  { name: 'maskable-512', size: 512, share: 0.8 },
  { name: 'apple-touch-180', size: 180, share: 0.9 },
];

const svg = readFileSync(join(ROOT, 'public/icon.svg'), 'utf8');
const folder = join(ROOT, 'public/icons');
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: findBrowser(), args: [...BROWSER_FLAGS] });
try {
  for (const { name, size, share } of ICONS) {
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    const ground = share < 1 ? GROUND : 'transparent';
    const drawn = size * share;
    await page.setContent(
      `<style>html{background:${ground}}body{margin:0;height:100vh;display:grid;place-items:center}svg{width:${drawn}px;height:${drawn}px}</style>${svg}`,
    );
    const png = await page.screenshot({ omitBackground: true });
    writeFileSync(join(folder, `${name}.png`), png);
    process.stdout.write(`${name}.png: ${png.length} bytes\n`);
    await page.close();
  }
} finally {
  await browser.close();
}
