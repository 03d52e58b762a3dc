import { LeewayError } from '../src/errors/leeway-error.ts';
import type { SelfCheck } from '../src/engine/shared/protocol.ts';
import { Arguments } from './arguments.ts';
import { runInBrowser } from './browser-run.ts';
import { COMMANDS, FLAGS, jobOf, type Command } from './job.ts';
import { modelOf } from './model-option.ts';
import { ResultFile } from './result-file.ts';
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
  if (command === undefined || !Object.hasOwn(COMMANDS, command))
    throw new LeewayError(
      'request-invalid',
      command ? `There is no command ${command}.` : 'A command is missing.',
      `Use one of ${[...Object.keys(COMMANDS), 'bench'].join(', ')}; see the README.`,
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

/** Prints what the self-check found. Throws backend-drift where the backend's numbers are wrong. */
function sayOutcome(check: SelfCheck): void {
  if (check.state === 'not-made') {
    process.stdout.write(`self-check not made: ${check.why}\n`);
    return;
  }
  const figures = `logits ${check.logits.toExponential(1)}, residual ${check.residual.toExponential(1)}, tolerance ${check.tolerance.toExponential(0)}`;
  if (check.state === 'drift')
    throw new LeewayError(
      'backend-drift',
      `WebGPU gives other numbers than WASM (relative differences: ${figures}).`,
      'Use --backend wasm, or a more exact file of the model.',
    );
  process.stdout.write(`self-check passed: ${figures}\n`);
}

main(process.argv.slice(2)).catch((thrown: unknown) => {
  const error = LeewayError.wrap(thrown, 'internal', 'Report this fault with the command that led to it.');
  const sentence = `${error.message} ${error.advice}`.replace(/\s+/g, ' ');
  process.stderr.write(`${error.code}: ${sentence}\n`);
  process.exitCode = 1;
});
