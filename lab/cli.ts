import { LeewayError } from '../src/errors/leeway-error.ts';
import type { SelfCheck } from '../src/engine/shared/protocol.ts';
import { Arguments } from './arguments.ts';
import { runInBrowser } from './browser-run.ts';
import { COMMANDS, FLAGS, jobOf, type Command } from './job.ts';
import { modelOf } from './model-option.ts';
import { REPORT_OPTIONS, writeReport } from './report.ts';
import { ResultFile } from './result-file.ts';
import { sayOutcome } from './self-check-outcome.ts';
import { VectorResult } from './vector-result.ts';

const BENCH = ['model', 'backend', 'weights', 'out'] as const;

/** Every option may be left out; model, backend and weights are those of the throughput. */
async function measureSpeed(options: Arguments): Promise<void> {
  const { choice, path } = modelOf(options, options.text('model') ?? 'smollm2-135m');
  // Only this command needs what makes the real model.
  const { bench } = await import('../bench/bench.ts');
  await bench({
    out: options.text('out') ?? 'bench-results/bench.json',
    choice: { backend: 'wasm', ...choice },
    ...(path === undefined ? {} : { path }),
  });
}

async function main([command, ...words]: readonly string[]): Promise<void> {
  if (command === 'bench') return measureSpeed(new Arguments(words, BENCH));
  if (command === 'report') return writeReport(new Arguments(words, REPORT_OPTIONS));
  if (command === undefined || !Object.hasOwn(COMMANDS, command))
    throw new LeewayError(
      'request-invalid',
      command ? `There is no command ${command}.` : 'A command is missing.',
      `Use one of ${[...Object.keys(COMMANDS), 'report', 'bench'].join(', ')}; see the README.`,
    );
  const name = command as Command;
  const options = new Arguments(words, COMMANDS[name], FLAGS[name]);
  const { choice, path } = modelOf(options);
  const job = await jobOf(name, options, choice);
  // What verify finds is said on the screen; a file of it is extra.
  const out = name === 'verify' ? options.text('out') : options.required('out');
  const result =
    out === undefined ? undefined : name === 'vectors' ? new VectorResult(out) : new ResultFile(out);
  let selfCheck: SelfCheck | undefined;
  try {
    await runInBrowser({
      path,
      job,
      onPiece: (piece, value) => {
        if (piece === 'progress') {
          process.stdout.write(`${String(value)}\n`);
          return;
        }
        if (piece === 'model') selfCheck = (value as { self_check: SelfCheck }).self_check;
        result?.add(piece, value);
      },
    });
    await result?.finish();
  } catch (thrown) {
    result?.discard();
    throw thrown;
  }
  if (name === 'verify' && selfCheck) sayOutcome(selfCheck);
}

main(process.argv.slice(2)).catch((thrown: unknown) => {
  const error = LeewayError.wrap(thrown, 'internal', 'Report this fault with the command that led to it.');
  const sentence = `${error.message} ${error.advice}`.replace(/\s+/g, ' ');
  process.stderr.write(`${error.code}: ${sentence}\n`);
  process.exitCode = 1;
});
