import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** The mirror command as a process of its own, one that a signal reaches. */
export function startMirror(words: readonly string[]): { process: ChildProcess; ended: Promise<Ended> } {
  const process = spawn(
    globalThis.process.execPath,
    ['--import', 'tsx', join(ROOT, 'tools/mirror/make.ts'), ...words],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let out = '';
  let error = '';
  process.stdout.on('data', (text: Buffer) => (out += text.toString()));
  process.stderr.on('data', (text: Buffer) => (error += text.toString()));
  const ended = new Promise<Ended>((resolve) => process.on('close', (code) => resolve({ code, out, error })));
  return { process, ended };
}

export const runMirror = (...words: string[]): Promise<Ended> => startMirror(words).ended;
