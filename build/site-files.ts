import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import type { RuntimeKind, SiteFile } from '../src/sw/shared/site-list.ts';

/** Not kept on a device: the lab's page, the worker itself, models beside the page, what only developers and hosts read. */
const LEFT_OUT = /^(lab\.html|sw\.js)$|^hub\/|\.map$|(^|\/)\./;
const OPENS_THE_PAGE = /\.(html|m?js|css|svg|png|webmanifest)$/;
const HOLDS_NAMES = /\.(html|m?js|css)$/;

/** The runtime's two builds by the names of their files. */
const RUNTIMES: readonly (readonly [RuntimeKind, RegExp])[] = [
  ['jspi', /\/ort[\w.-]*\.jspi\b/],
  ['asyncify', /\/ort[\w.-]*\.(asyncify|webgpu)\b/],
];

/** Files that the page can come to need: each is named by one that it needs already. */
function reachable(paths: readonly string[], textOf: (path: string) => string): Set<string> {
  const found = new Set(['index.html']);
  for (const path of found) {
    if (!HOLDS_NAMES.test(path)) continue;
    const text = textOf(path);
    for (const other of paths) if (text.includes(basename(other))) found.add(other);
  }
  return found;
}

/**
 * What of a built folder is kept on a visitor's device.
 * @throws Error where a build of the runtime cannot be told from the other any more
 */
export function siteFiles(folder: string): SiteFile[] {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !LEFT_OUT.test(path))
    .sort();
  const used = reachable(paths, (path) => readFileSync(join(folder, path), 'utf8'));
  const files = paths
    // What is not bundled is fetched by names that the code puts together.
    .filter((path) => used.has(path) || !path.startsWith('assets/'))
    .map((path): SiteFile => {
      const bytes = readFileSync(join(folder, path));
      const runtime = RUNTIMES.find(([, name]) => name.test(path))?.[0];
      return {
        path,
        bytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        stage: OPENS_THE_PAGE.test(path) ? 'shell' : 'rest',
        ...(runtime && { runtime }),
      };
    });
  for (const [kind] of RUNTIMES)
    if (!files.some(({ path, runtime }) => runtime === kind && path.endsWith('.wasm')))
      throw new Error(`The build has no WebAssembly file of the ${kind} runtime: its name has changed.`);
  return files;
}
