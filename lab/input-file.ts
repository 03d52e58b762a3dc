import { readFileSync } from 'node:fs';
import { LeewayError } from '../src/errors/leeway-error.ts';

/** The bytes of a file that the command line names. Throws request-invalid where it cannot be read. */
export function readBytes(path: string, what: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (thrown) {
    throw new LeewayError('request-invalid', `The ${what} ${path} cannot be read.`, 'Check the path.', {
      cause: thrown,
    });
  }
}

/** Its text. */
export const readText = (path: string, what: string): string =>
  Buffer.from(readBytes(path, what)).toString('utf8');
