import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBrowser } from '../server/browser.ts';
import { ensureBuilt, ROOT } from '../server/site.ts';
import { onShare, shares } from './cores.ts';

/** Runs the checks and every suite; the last line is the count over all of them. */

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

interface Step {
  readonly name: string;
  /** What npx runs. */
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The share of the cores that it keeps to: it is heard when it is done. Without one it is heard at once. */
  readonly lane?: number;
}

const folder = mkdtempSync(join(tmpdir(), 'leeway-tests-'));
const total: Counts = { passed: 0, failed: 0, skipped: 0 };
const lanes = shares(2);

async function run({ name, words, env = {}, lane }: Step): Promise<boolean> {
  const heading = `\n── ${name}\n`;
  const isAlone = lane === undefined;
  if (isAlone) process.stdout.write(heading);
  const heard: Buffer[] = [];
  const output = isAlone ? 'inherit' : 'pipe';
  const child = onShare(lane ?? 0, isAlone ? 1 : lanes, () =>
    spawn('npx', ['--no-install', ...words], {
      cwd: ROOT,
      stdio: ['ignore', output, output],
      env: { ...process.env, ...env },
    }),
  );
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data: Buffer) => heard.push(data));
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  if (!isAlone) process.stdout.write(heading + Buffer.concat(heard).toString());
  return status === 0;
}

/** A suite counts by its own report; one that ends badly without a counted failure is a failure itself. */
async function suite(step: Step, file: string, read: (report: unknown) => Counts): Promise<void> {
  const ok = await run(step);
  let counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  try {
    counts = read(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    process.stdout.write(`${step.name} left no report.\n`);
  }
  if (!ok && counts.failed === 0) counts.failed = 1;
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
}

async function check(name: string, words: readonly string[], lane: number): Promise<void> {
  total[(await run({ name, words, lane })) ? 'passed' : 'failed'] += 1;
}

async function vitest(project: string, lane: number): Promise<void> {
  const file = join(folder, `${project}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  await suite(
    { name: `${project} tests`, words: ['vitest', 'run', '--project', project, ...reporters], lane },
    file,
    (report) => {
      const { numPassedTests, numFailedTests, numPendingTests } = report as Record<string, number>;
      return { passed: numPassedTests ?? 0, failed: numFailedTests ?? 0, skipped: numPendingTests ?? 0 };
    },
  );
}

/** What needs no browser; then the files that the end-to-end tests need. */
async function withoutBrowser(lane: number): Promise<void> {
  await check('types: science', ['tsc', '-p', 'tsconfig.science.json'], lane);
  await check('types: worker', ['tsc', '-p', 'tsconfig.worker.json'], lane);
  await check('types: tools and tests', ['tsc', '-p', 'tsconfig.node.json'], lane);
  await check('svelte-check', ['svelte-check', '--tsconfig', 'tsconfig.json', '--fail-on-warnings'], lane);
  await check('eslint', ['eslint', '.'], lane);
  await check('prettier', ['prettier', '--check', '.'], lane);
  await check('dilemmas', ['tsx', 'tools/scenarios/lint.ts'], lane);
  await check('models', ['tsx', 'tools/models/lint.ts'], lane);
  await vitest('unit', lane);
  for (const dtype of ['gguf', 'int8', 'fp32']) {
    const words = ['tsx', 'tools/model/make.ts', 'smollm2-135m', '--dtype', dtype];
    if (!(await run({ name: `the real model, ${dtype}`, words, lane })))
      throw new Error('The real model could not be made, see above.');
  }
}

/** Playwright keeps its workers to their shares itself. */
async function endToEnd(): Promise<void> {
  const file = join(folder, 'e2e.json');
  const words = ['playwright', 'test', '--reporter=list,json'];
  await suite(
    { name: 'end-to-end tests', words, env: { PLAYWRIGHT_JSON_OUTPUT_NAME: file } },
    file,
    (report) => {
      const { stats } = report as {
        stats: { expected: number; unexpected: number; flaky: number; skipped: number };
      };
      return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped };
    },
  );
}

try {
  process.env['LEEWAY_CHROMIUM'] = findBrowser({ install: true });
  if (lanes === 1) {
    await withoutBrowser(0);
    await vitest('browser', 0);
  } else {
    const [first] = await Promise.allSettled([withoutBrowser(0), vitest('browser', 1)]);
    if (first.status === 'rejected') throw first.reason;
  }
  ensureBuilt();
  await endToEnd();
} catch (thrown) {
  process.stdout.write(`\n${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
  total.failed += 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed${skipped}\n`);
process.exitCode = total.failed > 0 ? 1 : 0;
