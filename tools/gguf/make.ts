import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { REQUIREMENTS as TORCH_REQUIREMENTS } from '../model/make.ts';
import { elapsedLog, runCommand } from '../python/command.ts';
import { runMain, ToolError } from '../python/tool-error.ts';
import { ensureVenv, lastLine } from '../python/venv.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const USAGE = 'npx tsx tools/gguf/make.ts [blocks] [models] (default: all)';

interface Programs {
  /** Python with llama.cpp. */
  readonly llama: string;
  /** Python with PyTorch and transformers. */
  torch(): Promise<string>;
}

type Run = (python: string, script: string, ...args: string[]) => Promise<void>;

const TASKS = {
  blocks: async ({ llama }: Programs, run: Run) => run(llama, 'blocks.py'),
  models: async ({ llama, torch }: Programs, run: Run) =>
    run(await torch(), 'tiny_gguf.py', '--llama-python', llama),
};

type Task = keyof typeof TASKS;

function isTask(name: string): name is Task {
  return Object.hasOwn(TASKS, name);
}

async function main(): Promise<void> {
  const names = process.argv.slice(2);
  const unknown = names.find((name) => !isTask(name));
  if (unknown) throw new ToolError(`Unknown fixture ${unknown}; usage: ${USAGE}`);
  const tasks = (names.length > 0 ? names : Object.keys(TASKS)).filter(isTask);
  const log = elapsedLog();
  // The fixtures should not depend on what this machine's processor can fuse.
  process.env['CMAKE_ARGS'] ??= '-DGGML_NATIVE=OFF';
  const programs: Programs = {
    llama: await ensureVenv(join(HERE, 'requirements.txt'), log),
    torch: () => ensureVenv(TORCH_REQUIREMENTS, log),
  };

  const run: Run = async (python, script, ...args) => {
    log(`${script} …`);
    try {
      await runCommand(python, [join(HERE, script), ...args], { log, waiting: 'Still at it' });
    } catch (error) {
      throw new ToolError(`${script} failed: ${lastLine(error)}`);
    }
  };

  for (const task of tasks) await TASKS[task](programs, run);
}

await runMain(main);
