import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from './command.ts';

const POLL_MS = 300;
let counter = 0;

/** Runs `work` while holding the lock folder `path`; waits for another living process that holds it. */
export async function withLock<T>(path: string, work: () => Promise<T>, log?: Log): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  let said = false;
  while (!(await take(path))) {
    const holder = await holderOf(path);
    if (holder !== undefined && !isAlive(holder)) {
      await removeStale(path, holder);
      continue;
    }
    if (!said) log?.(`Waiting for process ${holder ?? ''} that is making the same thing`);
    said = true;
    await sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    await rm(path, { recursive: true, force: true });
  }
}

/** Moves a folder that already names its holder into place, so that a lock is never seen without one. */
async function take(path: string): Promise<boolean> {
  const candidate = unique(path);
  await mkdir(candidate);
  await writeFile(join(candidate, 'pid'), String(process.pid));
  try {
    await rename(candidate, path);
    return true;
  } catch (error) {
    await rm(candidate, { recursive: true, force: true });
    const code = (error as NodeJS.ErrnoException).code;
    // The ways in which systems say that a folder with something in it is there already.
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'EPERM') return false;
    throw error;
  }
}

async function holderOf(path: string): Promise<number | undefined> {
  try {
    return Number(await readFile(join(path, 'pid'), 'utf8'));
  } catch {
    return undefined;
  }
}

/** Removes a dead process's lock; one that another process took meanwhile is put back. */
async function removeStale(path: string, dead: number): Promise<void> {
  const aside = unique(path);
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await holderOf(aside)) === dead) await rm(aside, { recursive: true, force: true });
  else await rename(aside, path);
}

function unique(path: string): string {
  counter += 1;
  return `${path}.${process.pid}-${counter}`;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, but belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
