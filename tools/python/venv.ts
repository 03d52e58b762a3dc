import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CommandFailure, type Log, runCommand } from './command.ts';
import { withLock } from './lock.ts';
import { ToolError } from './tool-error.ts';

const UV = 'uv==0.13.9';
const OLDEST = [3, 11] as const;

/** Where environments and downloads are kept, outside the project. */
export function cacheFolder(): string {
  return process.env['LEEWAY_CACHE'] ?? join(homedir(), '.cache', 'leeway');
}

interface Python {
  readonly program: string;
  readonly version: string;
}

/** The first Python on this machine that is new enough. */
async function findPython(): Promise<Python> {
  const candidates = [process.env['PYTHON'], 'python3.11', 'python3', 'python'];
  let tooOld: string | undefined;
  for (const program of candidates) {
    if (!program) continue;
    try {
      const code = 'import platform; print(platform.python_version())';
      const version = (await runCommand(program, ['-c', code])).trim();
      const [major = 0, minor = 0] = version.split('.').map(Number);
      if (major === OLDEST[0] && minor >= OLDEST[1]) return { program, version };
      tooOld = `${program} is ${version}`;
    } catch {
      // Not here; the next name may be.
    }
  }
  throw new ToolError(
    `Making models needs Python ${OLDEST.join('.')} or newer, and none was found${tooOld ? ` (${tooOld})` : ''}; ` +
      'install it, or set PYTHON to its program, then run the command again.',
  );
}

/** The Python program inside an environment. */
function pythonIn(folder: string): string {
  return process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
}

/** A Python that can fetch packages: the machine's own where it has pip, else one in a bare environment. */
export async function ensurePip(log: Log): Promise<string> {
  const python = await findPython();
  try {
    await runCommand(python.program, ['-m', 'pip', '--version']);
    return python.program;
  } catch {
    const folder = join(cacheFolder(), 'venv-bare');
    if (!existsSync(pythonIn(folder))) {
      log('Making a Python environment with pip');
      await makeVenv(python, folder);
    }
    return pythonIn(folder);
  }
}

/** Makes or reuses the environment for a requirements file and returns its Python program. */
export async function ensureVenv(requirements: string, log: Log): Promise<string> {
  const python = await findPython();
  const key = createHash('sha256')
    .update(await readFile(requirements))
    .update(python.version)
    .digest('hex')
    .slice(0, 12);
  const folder = join(cacheFolder(), `venv-${key}`);
  const complete = join(folder, '.complete');
  if (existsSync(complete)) return pythonIn(folder);
  await mkdir(cacheFolder(), { recursive: true });
  return withLock(
    `${folder}.lock`,
    async () => {
      if (!existsSync(complete)) {
        await buildVenv(python, folder, requirements, log);
        await writeFile(complete, `${python.version}\n`);
      }
      return pythonIn(folder);
    },
    log,
  );
}

/** An environment cannot be moved, so it is built in place; what an interrupted run left goes first. */
async function buildVenv(python: Python, folder: string, requirements: string, log: Log): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  log(`Making a Python ${python.version} environment`);
  await makeVenv(python, folder);
  log('Installing Python packages');
  const own = pythonIn(folder);
  const waiting = 'Still installing Python packages';
  const install = ['pip', 'install', '-r', requirements];
  try {
    // uv does in seconds what takes pip minutes; without it, pip does the same.
    await runCommand(own, ['-m', 'pip', 'install', '--quiet', UV]);
    await runCommand(own, ['-m', 'uv', ...install, '--python', own], { log, waiting });
  } catch {
    log('Installing with pip instead of uv');
    try {
      await runCommand(own, ['-m', ...install, '--quiet'], { log, waiting });
    } catch (error) {
      throw new ToolError(
        `The Python packages could not be installed (${lastLine(error)}); ` +
          'check the network and pip settings, then run the command again.',
      );
    }
  }
}

async function makeVenv(python: Python, folder: string): Promise<void> {
  try {
    await runCommand(python.program, ['-m', 'venv', folder]);
  } catch (error) {
    throw new ToolError(
      `Python ${python.version} could not make a virtual environment (${lastLine(error)}); ` +
        'install its venv and pip modules (Debian: apt install python3-venv), then run the command again.',
    );
  }
}

/** What a failed program said last. */
export function lastLine(error: unknown): string {
  const text =
    error instanceof CommandFailure ? error.tail : error instanceof Error ? error.message : String(error);
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}
