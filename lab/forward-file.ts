import { LeewayError, messageOf } from '../src/errors/leeway-error.ts';
import type { ForwardRequest } from './page/forward.ts';
import { isFields, isNumbers, readSteerEntry } from './steer-entry.ts';

/** Reads a forward request file; every fault names the row. */
export function readForwardRows(text: string): ForwardRequest['rows'] {
  const fault = (message: string): LeewayError =>
    new LeewayError(
      'request-invalid',
      message,
      'The shape is {"rows":[{"tokens":[…],"steer":[{"layer":…,"vector":[…]}],"capture":[…]}]}.',
    );
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    throw fault(`The request file is not JSON: ${messageOf(thrown)}.`);
  }
  const rows = isFields(value) ? value['rows'] : undefined;
  if (!Array.isArray(rows)) throw fault('The request file has no list "rows".');
  return rows.map((row: unknown, index) => {
    const where = `Row ${index + 1}`;
    if (!isFields(row)) throw fault(`${where} is not an object.`);
    const { tokens, steer = [], capture = [] } = row;
    if (!isNumbers(tokens)) throw fault(`${where}: "tokens" is not a list of numbers.`);
    if (!isNumbers(capture)) throw fault(`${where}: "capture" is not a list of layers.`);
    if (!Array.isArray(steer)) throw fault(`${where}: "steer" is not a list.`);
    return {
      tokens,
      capture,
      steer: steer.map((entry: unknown, k) =>
        readSteerEntry(entry, (what) => fault(`${where}: entry ${k + 1} of "steer" ${what}.`)),
      ),
    };
  });
}
