import { spawn } from 'node:child_process';
import { ToolError } from './tool-error.ts';

/** Takes one line of progress. */
export type Log = (line: string) => void;

export interface CommandOptions {
  readonly cwd?: string;
  readonly log?: Log;
  /** Said every ten seconds while the command itself says nothing. */
  readonly waiting?: string;
  readonly env?: NodeJS.ProcessEnv;
}

const TAIL_LINES = 30;
const HEARTBEAT_MS = 10_000;

/** A log that puts the seconds since its making before every line. */
export function elapsedLog(write: Log = console.log): Log {
  const start = Date.now();
  return (line) => {
    write(`${String(Math.round((Date.now() - start) / 1000)).padStart(4)} s  ${line}`);
  };
}

/** Runs a program, hands its lines on as they come, and resolves with its whole output; rejects when it fails. */
export function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const { log, waiting } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, PYTHONUNBUFFERED: '1', PYTHONUTF8: '1', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const lines: string[] = [];
    let heartbeat: NodeJS.Timeout | undefined;
    const rearm = (): void => {
      clearInterval(heartbeat);
      if (log && waiting) heartbeat = setInterval(() => log(waiting), HEARTBEAT_MS);
    };
    const listen = (stream: NodeJS.ReadableStream): void => {
      let rest = '';
      stream.setEncoding('utf8');
      stream.on('data', (chunk: string) => {
        const parts = (rest + chunk).split(/\r?\n/);
        rest = parts.pop() ?? '';
        for (const line of parts) {
          lines.push(line);
          if (stream === child.stdout && line.trim()) {
            log?.(line);
            rearm();
          }
        }
      });
      stream.on('end', () => {
        if (rest) lines.push(rest);
      });
    };
    rearm();
    listen(child.stdout);
    listen(child.stderr);
    child.on('error', (error) => {
      clearInterval(heartbeat);
      reject(new ToolError(`Could not start ${program}: ${error.message}`));
    });
    child.on('close', (code, signal) => {
      clearInterval(heartbeat);
      if (code === 0) resolve(lines.join('\n'));
      else reject(new CommandFailure(program, code ?? signal, lines.slice(-TAIL_LINES).join('\n')));
    });
  });
}

/** A program that ended with an error; the last lines it said are in `tail`. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  constructor(
    program: string,
    ending: number | string | null,
    readonly tail: string,
  ) {
    super(`${program} ended with ${ending}:\n${tail}`);
  }
}
