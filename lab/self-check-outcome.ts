import { LeewayError } from '../src/errors/leeway-error.ts';
import type { SelfCheck } from '../src/engine/shared/protocol.ts';

/** Prints what the self-check found. Throws backend-drift where the backend's numbers are wrong. */
export function sayOutcome(check: SelfCheck): void {
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
