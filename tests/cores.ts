import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Runs some work with all the cores that were there at first. */
export type WithAllCores = <Result>(work: () => Promise<Result>) => Promise<Result>;

const taskset = (...words: readonly string[]): string =>
  execFileSync('taskset', ['-p', '-c', ...words, String(process.pid)], { encoding: 'utf8' });

/** `0-2,5` as 0, 1, 2, 5. */
function listed(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const [from = 0, to = from] = part.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
}

/** How many cores' time a container is given, which may be less than it sees. */
function granted(): number {
  try {
    const [quota, period] = readFileSync('/sys/fs/cgroup/cpu.max', 'utf8').split(' ').map(Number);
    return Math.max(1, Math.floor((quota ?? NaN) / (period ?? NaN))) || Infinity;
  } catch {
    return Infinity;
  }
}

/** The cores of this process; none where processes cannot be kept to cores. */
function ownCores(): number[] {
  if (process.platform !== 'linux') return [];
  try {
    const line = taskset();
    return listed(line.slice(line.lastIndexOf(':') + 1)).slice(0, granted());
  } catch {
    return [];
  }
}

/** How many browsers can work at once without waiting for each other, of so many that are wished for. */
export const shares = (wished: number): number => Math.max(1, Math.min(wished, ownCores().length));

/**
 * The part of the cores that is this share's. Engines of several browsers that wait for each other's threads spin: together
 * they are slower than one after the other, so each gets cores of its own.
 */
function shareOf(all: readonly number[], index: number, count: number): readonly number[] {
  const each = Math.floor(all.length / count);
  return count === 1 || each === 0 ? all : all.slice(index * each, (index + 1) * each);
}

/** Starts processes that keep to a share of the cores. */
export function onShare<Started>(index: number, count: number, start: () => Started): Started {
  const all = ownCores();
  const own = shareOf(all, index, count);
  if (own.length === all.length) return start();
  taskset(own.join(','));
  try {
    return start();
  } finally {
    taskset(all.join(','));
  }
}

/** Keeps this process, and what it starts from now on, to a share of the cores. */
export function keepToShare(index: number, count: number): WithAllCores {
  const all = ownCores();
  const own = shareOf(all, index, count);
  if (own.length === all.length) return (work) => work();
  taskset(own.join(','));
  return async (work) => {
    taskset(all.join(','));
    try {
      return await work();
    } finally {
      taskset(own.join(','));
    }
  };
}
