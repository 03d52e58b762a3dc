import { LeewayError, messageOf } from '../errors/leeway-error.ts';

const ADVICE = 'Export the vectors again where they were made; the README names the formats that are read.';

/** The fault of a vector file that cannot be read. */
export const invalid = (message: string, cause?: unknown): LeewayError =>
  new LeewayError('vector-invalid', message, ADVICE, cause === undefined ? undefined : { cause });

/** The fault of a vector whose length is not that of the others, or of the model. */
export const wrongLength = (message: string): LeewayError =>
  new LeewayError('vector-length', message, 'Use vectors that were made for this model.');

/** What another reader threw, as a fault of the vector file; faults of vector files pass through. */
export function asInvalid(thrown: unknown): LeewayError {
  const known = thrown instanceof LeewayError && /^vector-/.test(thrown.code);
  return known ? thrown : invalid(messageOf(thrown), thrown);
}
