import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { REQUIREMENTS } from '../model/make.ts';
import { elapsedLog, runCommand } from '../python/command.ts';
import { withLock } from '../python/lock.ts';
import { runMain, ToolError } from '../python/tool-error.ts';
import { cacheFolder, ensureVenv, lastLine } from '../python/venv.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const PROJECT = dirname(dirname(HERE));
const OUT = join(PROJECT, 'public', 'phantoms');
const IDS = ['phantom-independent', 'phantom-mild', 'phantom-coupled'];
/** What the phantoms read: a word changed here makes other phantoms. */
const TEXTS = ['train.json', 'test.json', 'controls.json', 'passages.json'];

/** Changes whenever a script, a pin or a text changes that has a say in the phantoms. */
async function recipeHash(): Promise<string> {
  const hash = createHash('sha256').update(await readFile(REQUIREMENTS));
  const scripts = (await readdir(HERE)).filter((name) => name.endsWith('.py')).sort();
  const files = [
    ...scripts.map((name) => join(HERE, name)),
    ...TEXTS.map((name) => join(PROJECT, 'public', 'scenarios', name)),
  ];
  for (const file of files) hash.update(await readFile(file));
  return hash.digest('hex').slice(0, 12);
}

/** Whether a phantom of this very recipe is there with every file at its size. */
async function isMade(id: string, recipe: string): Promise<boolean> {
  try {
    const manifest = JSON.parse(await readFile(join(OUT, id, 'leeway.json'), 'utf8')) as {
      recipe: string;
      files: { path: string; size: number }[];
    };
    for (const { path, size } of manifest.files)
      if ((await stat(join(OUT, id, path))).size !== size) return false;
    return manifest.recipe === recipe && manifest.files.length > 0;
  } catch {
    return false;
  }
}

async function main(): Promise<void> {
  const usage = 'npm run phantoms [-- --force] [--keep FOLDER]';
  let force, keep;
  try {
    ({ force, keep } = parseArgs({
      options: { force: { type: 'boolean', default: false }, keep: { type: 'string' } },
    }).values);
  } catch (error) {
    throw new ToolError(`${(error as Error).message}; usage: ${usage}`);
  }
  const log = elapsedLog();
  const recipe = await recipeHash();
  const missing: string[] = [];
  for (const id of IDS) if (force || !(await isMade(id, recipe))) missing.push(id);
  if (missing.length > 0)
    await withLock(
      join(cacheFolder(), 'phantoms.lock'),
      async () => {
        const python = await ensureVenv(REQUIREMENTS, log);
        log(
          `Making ${missing.join(', ')}: on two idle cores about a quarter of an hour each, after as long for what they share`,
        );
        const args = [join(HERE, 'make_phantoms.py'), '--recipe', recipe, '--only', ...missing];
        // Trained weights stay there, so that measuring and exporting can be done again without training.
        if (keep !== undefined) args.push('--keep', resolve(keep));
        try {
          await runCommand(python, args, { log, waiting: 'Still at it' });
        } catch (error) {
          throw new ToolError(
            `The phantoms could not be made (${lastLine(error)}); ` +
              'where one does not hold its opinions, look at it with make_phantoms.py --unfit.',
          );
        }
      },
      log,
    );
  log(`Ready: ${IDS.map((id) => `public/phantoms/${id}`).join(', ')}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await runMain(main);
