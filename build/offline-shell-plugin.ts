import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build, type Plugin, type Rollup } from 'vite';
import type { SiteFile, SiteList } from '../src/sw/shared/site-list.ts';
import { siteFiles } from './site-files.ts';

/** The worker's code in one file, as every browser with service workers takes it. */
async function workerCode(root: string): Promise<string> {
  const built = (await build({
    root,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    build: {
      write: false,
      target: 'es2022',
      lib: { entry: join(root, 'src/sw/worker/sw.ts'), formats: ['iife'], name: 'leewayShell' },
    },
  })) as Rollup.RollupOutput[];
  const chunk = built[0]?.output[0];
  if (!chunk) throw new Error('The service worker could not be built.');
  return chunk.code;
}

/** The list of the site's files, and after it the code that keeps them: a change of either is a new version. */
export function workerWithList(code: string, files: readonly SiteFile[]): string {
  const version = createHash('sha256').update(code).update(JSON.stringify(files)).digest('hex').slice(0, 12);
  return `const SITE = ${JSON.stringify({ version, files } satisfies SiteList)};\n${code}`;
}

/** Writes `sw.js` beside the built page. */
export function offlineShellPlugin(): Plugin {
  let root = '';
  let outDir = '';
  return {
    name: 'leeway-offline-shell',
    apply: 'build',
    configResolved(config) {
      root = config.root;
      outDir = resolve(config.root, config.build.outDir);
    },
    writeBundle: {
      order: 'post',
      sequential: true,
      async handler() {
        writeFileSync(join(outDir, 'sw.js'), workerWithList(await workerCode(root), siteFiles(outDir)));
      },
    },
  };
}
