import { LeewayError } from '../errors/leeway-error.ts';

const ADVICE = 'Download the file again, or take another conversion of the model.';

/** The weights' bytes say something that no honest file says. */
export function malformed(message: string): LeewayError {
  return new LeewayError('gguf-malformed', message, ADVICE);
}

/** The weights' bytes end too early. */
export function truncated(message: string): LeewayError {
  return new LeewayError('gguf-truncated', message, 'Download the file again: it ends too early.');
}

/** The weights are sound, but of a type that is not read here. */
export function unsupported(message: string): LeewayError {
  return new LeewayError(
    'gguf-unsupported',
    message,
    'Take the same model as Q8_0, Q4_K_M, Q4_0 or F16: most publishers offer several.',
  );
}

/** 255 steps of a smaller scale still fit a float32. */
const LARGEST_SCALE = 2 ** 120;

/** Refuses a block scale that is NaN, infinite or so large that weights would overflow: gguf-malformed. */
export function checkScale(scale: number, type: string): void {
  // Written so that NaN fails too.
  if (!(Math.abs(scale) < LARGEST_SCALE))
    throw malformed(`A block of ${type} weights has a scale of ${String(scale)}.`);
}
