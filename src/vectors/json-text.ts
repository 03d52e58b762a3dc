import { visit } from 'jsonc-parser';
import { invalid } from './faults.ts';

/** A name that stands twice in one object of a JSON text, of which JSON.parse would keep the last alone. */
function doubledName(text: string): string | undefined {
  const open: Set<string>[] = [];
  let doubled: string | undefined;
  visit(text, {
    onObjectBegin: () => void open.push(new Set()),
    onObjectEnd: () => void open.pop(),
    onObjectProperty: (name) => {
      if (open.at(-1)?.has(name)) doubled ??= name;
      open.at(-1)?.add(name);
    },
  });
  return doubled;
}

/** A JSON text's value. Throws vector-invalid where it is none, or says one thing twice; `what` names it in the sentence. */
export function parseJson(what: string, text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    throw invalid(`${what} is not JSON.`, thrown);
  }
  let doubled: string | undefined;
  try {
    doubled = doubledName(text);
  } catch (thrown) {
    // The other parser recurses where JSON.parse does not.
    if (!(thrown instanceof RangeError)) throw thrown;
    throw invalid(`${what} is too deeply nested.`, thrown);
  }
  if (doubled !== undefined) throw invalid(`${what} states “${doubled.slice(0, 40)}” twice.`);
  return value;
}
