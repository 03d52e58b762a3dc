import { LeewayError } from '../errors/leeway-error.ts';
import type { HubFile } from './hub.ts';
import type { Machine } from './machine.ts';
import { choosePrecision, findVariant, namedPrecision, type PrecisionChoice } from './precision.ts';
import { isShard, readVariant, readVariants } from './variant.ts';

/** What was asked of a repository, and for which machine. */
export interface FileWish {
  readonly machine: Machine;
  /** The file, or the label of a precision, that the model's source names. */
  readonly named?: string | undefined;
  /** The label or path that a person chose instead; it goes before `named`. */
  readonly wish?: string | undefined;
}

const sharded = (repository: string): LeewayError =>
  new LeewayError(
    'gguf-unsupported',
    `The GGUF file of ${repository} is split into pieces, which are not read.`,
    'Merge them with llama-gguf-split --merge and drop the file on the page, or take a file that is not split.',
  );

/**
 * The file of a repository that is taken. Errors: those of choosePrecision; gguf-unsupported for split files;
 * model-not-found where the named file or any model is missing.
 */
export function chooseFile(
  repository: string,
  files: readonly HubFile[],
  { machine, named, wish }: FileWish,
): PrecisionChoice {
  const { whole, shards } = readVariants(files);
  const wanted = wish ?? named;
  if (wanted !== undefined && isShard(wanted)) throw sharded(repository);
  if (wish !== undefined) return choosePrecision(whole, machine, wish);
  if (named !== undefined) {
    const variant = whole.find(({ path }) => path === named) ?? readVariant(files, named);
    if (variant) return namedPrecision(whole, machine, variant);
    if (findVariant(whole, named)) return choosePrecision(whole, machine, named);
    throw new LeewayError(
      'model-not-found',
      `${repository} has no model file ${named}.`,
      whole.length > 0
        ? `It holds ${whole.map(({ path }) => path).join(', ')}.`
        : 'Check the name of the repository and of the file.',
    );
  }
  if (whole.length > 0) return choosePrecision(whole, machine);
  if (shards.length > 0) throw sharded(repository);
  throw new LeewayError(
    'model-not-found',
    files.some(({ path }) => path.endsWith('.onnx'))
      ? `${repository} holds parts of models alone: none of its .onnx files is named as a whole decoder.`
      : `${repository} holds neither an .onnx nor a .gguf file.`,
    'Take a repository with an ONNX export of a decoder or a GGUF file, or name the file.',
  );
}
