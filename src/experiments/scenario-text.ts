import { megabytes } from '../models/byte-size.ts';
import { ScenarioError } from './scenarios.ts';

/** A file of dilemmas larger than this is something else. */
export const MAX_BYTES = 20_000_000;

/** The refusal of a file that is too large. */
export const tooLarge = (name: string): ScenarioError =>
  new ScenarioError(
    `${name} is larger than ${megabytes(MAX_BYTES)}.`,
    'Choose a file of dilemmas alone, or split it.',
  );

/** What tells a file that is no text: control characters that no editor writes. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const BINARY = /[\u0000-\u0008\u000E-\u001A\u001C-\u001F]/;
const BEGINNING = 4096;

/**
 * A file's bytes as text; a byte order mark stays, so that the text's hash is the file's.
 * @throws ScenarioError where it is too large, no text, or not UTF-8.
 */
export function scenarioText(name: string, bytes: Uint8Array): string {
  if (bytes.length > MAX_BYTES) throw tooLarge(name);
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, BEGINNING));
  if (!utf16 && BINARY.test(start))
    throw new ScenarioError(`${name} is no text file.`, 'Choose the .json file that holds the dilemmas.');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ScenarioError(`${name} is not written in UTF-8.`, 'Save it as UTF-8 in a text editor.');
  }
}

/** The text of a file that the visitor chose. Throws as `scenarioText` does; a file that is too large is not read. */
export async function scenarioFileText(file: File): Promise<string> {
  if (file.size > MAX_BYTES) throw tooLarge(file.name);
  return scenarioText(file.name, new Uint8Array(await file.arrayBuffer()));
}
