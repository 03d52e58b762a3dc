import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { preview, type PreviewServer } from 'vite';
import { ModelSource } from './model-source.ts';
import { modelSourcePlugin } from './vite-plugin.ts';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
export const DIST = join(ROOT, 'dist');

const SOURCES = [
  'src',
  'public',
  'build',
  'lab/page',
  'index.html',
  'lab.html',
  'models.json',
  'vite.config.ts',
  'package-lock.json',
];

function newest(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

/** Builds the site when there is no build or a source is newer than it. */
export function ensureBuilt(): void {
  const built = statSync(join(DIST, 'index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (built > Math.max(...SOURCES.map((source) => newest(join(ROOT, source))))) return;
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  if (!existsSync(vite)) throw new Error('The dependencies are not installed. Run npm ci first.');
  try {
    execFileSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  } catch (thrown) {
    const output = (thrown as { stderr?: Buffer }).stderr?.toString().trim();
    throw new Error(`The site could not be built. ${output ?? ''}`.trim(), { cause: thrown });
  }
}

export interface Site {
  readonly url: string;
  readonly source: ModelSource;
  close(): Promise<void>;
}

/** The model folders, and a mirror: the folder that LEEWAY_HUB names, else `hub/` where it is there. */
export function openModelSource(): ModelSource {
  return new ModelSource(
    process.env['LEEWAY_MODELS'] ?? join(ROOT, 'models'),
    process.env['LEEWAY_HUB'] ?? join(ROOT, 'hub'),
  );
}

/** Serves the built site and the model folders; port 0 takes a free one. */
export async function serveSite({ port = 0, host = '127.0.0.1' } = {}): Promise<Site> {
  const source = openModelSource();
  const server: PreviewServer = await preview({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    plugins: [modelSourcePlugin(source)],
    preview: { port, host, strictPort: port !== 0 },
  });
  const address = server.httpServer.address();
  const actual = typeof address === 'object' && address ? address.port : port;
  return { url: `http://${host}:${actual}/`, source, close: () => server.close() };
}
