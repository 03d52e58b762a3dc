import { LeewayError, messageOf } from '../errors/leeway-error.ts';
import { NAMED, PairsError, readPairFile, type PairSet } from '../experiments/own-pairs.ts';
import type { Refusal } from './scenario-library.svelte.ts';

/** A thousand pairs of long texts are smaller. */
const LARGEST = 20_000_000;
/** What pairs are called that were typed or pasted. */
const PASTED = 'pasted pairs';

function refusal(thrown: unknown): Refusal {
  const error = LeewayError.wrap(thrown, 'internal', 'Reload the page and try again.');
  const { lines, more } =
    error instanceof PairsError && error.lines.length > NAMED ? error : { lines: [], more: 0 };
  return { ...error.report(), lines, more };
}

async function textOf(file: File): Promise<string> {
  if (file.size > LARGEST) throw new PairsError(`${file.name} is too large to be a file of pairs.`);
  try {
    return await file.text();
  } catch (thrown) {
    throw new LeewayError(
      'file-unreadable',
      `${file.name} could not be read (${messageOf(thrown)}).`,
      'Choose the file again.',
      { cause: thrown },
    );
  }
}

/** The contrastive pairs that the visitor brought, for this visit. */
export class OwnPairs {
  set = $state.raw<PairSet>();
  refused = $state.raw<Refusal>();

  /** Takes a file or a pasted text; true where it holds pairs, else `refused` says why not and what was there stays. */
  async take(source: File | string): Promise<boolean> {
    this.refused = undefined;
    try {
      this.set =
        typeof source === 'string'
          ? await readPairFile(PASTED, source)
          : await readPairFile(source.name, await textOf(source));
      return true;
    } catch (thrown) {
      this.refused = refusal(thrown);
      return false;
    }
  }
}
