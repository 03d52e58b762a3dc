import type { HubFile } from '../../src/models/hub.ts';
import { chooseFile } from '../../src/models/model-file.ts';
import { planFiles } from '../../src/models/model-plan.ts';
import { readVariants, type Variant } from '../../src/models/variant.ts';
import { CHROMEBOOK, LAPTOP } from '../models/machines.ts';

/** What of a repository is mirrored. */
export interface MirrorWish {
  /** The file, or the label of a precision, that models.json names. */
  readonly named?: string | undefined;
  /** Labels or paths; `all` for whatever can be read; empty for what two typical machines would take. */
  readonly dtypes: readonly string[];
}

/** What a visitor's page would take on a laptop with WebGPU and on a small machine without. */
function typical(repository: string, files: readonly HubFile[], named: string | undefined): Variant[] {
  const faults: unknown[] = [];
  const taken = [LAPTOP, CHROMEBOOK].flatMap((machine) => {
    try {
      return [chooseFile(repository, files, { machine, named }).variant];
    } catch (thrown) {
      faults.push(thrown);
      return [];
    }
  });
  if (taken.length === 0) throw faults[0];
  return taken;
}

/**
 * The model files that are mirrored, each once. Errors: those of chooseFile; model-not-found where `all` finds none
 * that can be read.
 */
export function wantedVariants(
  repository: string,
  files: readonly HubFile[],
  { named, dtypes }: MirrorWish,
): Variant[] {
  const wishes = dtypes.filter((wish) => wish !== 'all');
  const variants = wishes.map(
    (wish) => chooseFile(repository, files, { machine: LAPTOP, named, wish }).variant,
  );
  if (wishes.length < dtypes.length) {
    const readable = readVariants(files).whole.filter(({ unreadable }) => unreadable === undefined);
    // Where there is none, this says why.
    variants.push(...(readable.length > 0 ? readable : typical(repository, files, named)));
  } else if (dtypes.length === 0) variants.push(...typical(repository, files, named));
  return [...new Map(variants.map((variant) => [variant.path, variant])).values()];
}

/** Whoever passes a model on has to pass on its licence and notices. */
const NOTICE = /^(?:licen[cs]e|notice|use_policy|readme)[^/]*$/i;
const LARGEST_NOTICE = 1e6;

/** A builder's own file: no page fetches it, and the graph beside it is known for what it is by it. */
const BUILT = 'genai_config.json';

/** The files that the variants need, as far as their names tell, and the repository's licence. */
export function wantedFiles(files: readonly HubFile[], variants: readonly Variant[]): HubFile[] {
  const beside = variants.map(({ path }) => path.slice(0, path.lastIndexOf('/') + 1) + BUILT);
  const planned = new Set(variants.flatMap((variant) => planFiles(files, variant)));
  return files.filter(
    (file) =>
      planned.has(file) ||
      beside.includes(file.path) ||
      (NOTICE.test(file.path) && file.size <= LARGEST_NOTICE),
  );
}
