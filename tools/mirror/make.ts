import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LeewayError } from '../../src/errors/leeway-error.ts';
import { megabytes } from '../../src/models/byte-size.ts';
import { withLock } from '../python/lock.ts';
import { diskOrigin } from './disk-origin.ts';
import { hubOrigin } from './hub-origin.ts';
import { Mirror, type Telling } from './mirror.ts';
import { ProgressLine } from './progress-line.ts';
import { readRequest, type MirrorRequest } from './request.ts';
import { wantedVariants } from './wanted-files.ts';

/** Makes, or completes, a folder that is a mirror: `npm run mirror -- smollm2-135m hub`. */

const say = (sentence: string): void => void process.stdout.write(`${sentence}\n`);

/** Beside nothing that is carried away: a lock on a stick would be another machine's riddle. */
const lockOf = (folder: string): string =>
  join(tmpdir(), `leeway-mirror-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}.lock`);

async function make({ source, folder, wish, from }: MirrorRequest, telling: Telling): Promise<void> {
  const { signal, step } = telling;
  const origin = from
    ? await diskOrigin(from, { signal, onProgress: step('Reading the model') })
    : await hubOrigin(source, signal);
  const { commit, files: listed } = origin.listing;
  const variants = wantedVariants(source.repository, listed, wish);
  telling.say(
    `${source.repository} at ${commit.slice(0, 12)}: ${variants.map(({ label }) => label).join(', ')}.`,
  );
  const mirror = new Mirror(folder, source, origin, telling);
  const { files, brought } = await mirror.make(variants);
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const unstated = files.filter(({ sha256, gitOid }) => sha256 === undefined && gitOid === undefined);
  const trust =
    unstated.length === 0
      ? 'each with the digest that its list states'
      : `but its list states no digest for ${unstated.map(({ path }) => path).join(', ')}`;
  telling.say(
    `${brought === 0 ? 'Nothing had to be brought' : `Brought ${megabytes(brought)}`}: ${folder} holds ${files.length === 1 ? 'one file' : `${files.length} files`} of it, ${megabytes(bytes)}, ${trust}.`,
  );
}

async function main(): Promise<void> {
  const request = readRequest(process.argv.slice(2));
  const stop = new AbortController();
  let line: ProgressLine | undefined;
  const endLine = (): void => {
    line?.end();
    line = undefined;
  };
  const telling: Telling = {
    signal: stop.signal,
    step: (doing) => {
      endLine();
      line = new ProgressLine(doing, process.stdout);
      return line.report;
    },
    say: (sentence) => {
      endLine();
      say(sentence);
    },
  };
  const work = async (): Promise<void> => {
    // The first Ctrl+C keeps what has arrived, a second one does not wait for that.
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
    await make(request, telling).finally(endLine);
  };
  await withLock(lockOf(request.folder), work, say);
}

main()
  .catch((thrown: unknown) => {
    const error = LeewayError.wrap(thrown, 'internal', 'Report this fault with the command that led to it.');
    process.stderr.write(`${error.code}: ${`${error.message} ${error.advice}`.replace(/\s+/g, ' ')}\n`);
    process.exitCode = 1;
  })
  // Connections that were given up would keep the process for a while.
  .finally(() => process.exit());
