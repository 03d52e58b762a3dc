import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBrowser } from '../server/browser.ts';
import { ensureBuilt, ROOT } from '../server/site.ts';
import { ensureModel } from '../tools/model/make.ts';

/** Runs the checks and every suite; the last line is the count over all of them. */

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const folder = mkdtempSync(join(tmpdir(), 'leeway-tests-'));
const total: Counts = { passed: 0, failed: 0, skipped: 0 };

function run(name: string, words: readonly string[], env: Record<string, string> = {}): boolean {
  process.stdout.write(`\n── ${name}\n`);
  const { status } = spawnSync('npx', ['--no-install', ...words], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  return status === 0;
}

/** A suite counts by its own report; one that ends badly without a counted failure is a failure itself. */
function suite(
  name: string,
  words: readonly string[],
  file: string,
  read: (report: unknown) => Counts,
  env = {},
): void {
  const ok = run(name, words, env);
  let counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  try {
    counts = read(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    process.stdout.write(`${name} left no report.\n`);
  }
  if (!ok && counts.failed === 0) counts.failed = 1;
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
}

function check(name: string, words: readonly string[]): void {
  total[run(name, words) ? 'passed' : 'failed'] += 1;
}

function vitest(project: string): void {
  const file = join(folder, `${project}.json`);
  suite(
    `${project} tests`,
    [
      'vitest',
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ],
    file,
    (report) => {
      const { numPassedTests, numFailedTests, numPendingTests } = report as Record<string, number>;
      return { passed: numPassedTests ?? 0, failed: numFailedTests ?? 0, skipped: numPendingTests ?? 0 };
    },
  );
}

try {
  process.env['LEEWAY_CHROMIUM'] = findBrowser({ install: true });
  check('types: science', ['tsc', '-p', 'tsconfig.science.json']);
  check('types: worker', ['tsc', '-p', 'tsconfig.worker.json']);
  check('types: tools and tests', ['tsc', '-p', 'tsconfig.node.json']);
  check('svelte-check', ['svelte-check', '--tsconfig', 'tsconfig.json', '--fail-on-warnings']);
  check('eslint', ['eslint', '.']);
  check('prettier', ['prettier', '--check', '.']);
  check('dilemmas', ['tsx', 'tools/scenarios/lint.ts']);
  check('models', ['tsx', 'tools/models/lint.ts']);
  vitest('unit');
  vitest('browser');
  process.stdout.write('\n── the real model\n');
  await ensureModel('smollm2-135m');
  await ensureModel('smollm2-135m', { dtype: 'int8' });
  await ensureModel('smollm2-135m', { dtype: 'fp32' });
  ensureBuilt();
  const file = join(folder, 'e2e.json');
  suite(
    'end-to-end tests',
    ['playwright', 'test', '--reporter=list,json'],
    file,
    (report) => {
      const { stats } = report as {
        stats: { expected: number; unexpected: number; flaky: number; skipped: number };
      };
      return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped };
    },
    { PLAYWRIGHT_JSON_OUTPUT_NAME: file },
  );
} catch (thrown) {
  process.stdout.write(`\n${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
  total.failed += 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed${skipped}\n`);
process.exitCode = total.failed > 0 ? 1 : 0;
