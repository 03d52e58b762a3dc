import { LeewayError } from '../errors/leeway-error.ts';
import { megabytes } from './byte-size.ts';
import { foreignWeights, whereCopiesAre } from './foreign-weights.ts';
import type { HubFile } from './hub.ts';
import { largestTensor, roomFor, type Machine } from './machine.ts';
import { readModelConfig, type ModelConfig, type Purpose } from './model-config.ts';
import { FAMILY_WORDS, familyRuns } from './model-family.ts';
import { chooseFile } from './model-file.ts';
import type { PrecisionChoice } from './precision.ts';
import { readVariants, type Variants } from './variant.ts';

/** What a verdict rests on. */
export type VerdictCause =
  | 'fits'
  | 'size'
  | 'half-floats'
  | 'family'
  | 'purpose'
  | 'missing-file'
  | 'machine'
  | 'format'
  | 'parts'
  | 'split'
  | 'empty';

/** Whether a repository's model runs on a machine, and why not. */
export interface RepositoryVerdict {
  readonly runs: 'yes' | 'no' | 'unknown';
  readonly cause: VerdictCause;
  /** A sentence for a person. */
  readonly message: string;
  /** What to do instead, or to find out. */
  readonly advice?: string;
  /** The file that would be taken; absent where none can be. */
  readonly choice?: PrecisionChoice;
  /** Bytes of it to download. */
  readonly bytes?: number;
}

/** What is known of a repository before anything large is downloaded. */
export interface RepositoryFacts {
  /** owner/name. */
  readonly repository: string;
  readonly files: readonly HubFile[];
  /** Text of its config.json, where it has one. */
  readonly config?: string | undefined;
}

const GIGABYTE = 2 ** 30;
/** Browsers report no more, whatever there is. */
const MOST_REPORTED_GB = 8;
const POOLED = /(?:^|\/)(?:modules\.json|config_sentence_transformers\.json|1_Pooling\/config\.json)$/;

const PURPOSE_WORDS: Readonly<Partial<Record<Purpose, string>>> = {
  encoder: 'It reads a text and continues none, so it has no next word to be measured',
  'encoder-decoder':
    'It rewrites a text with an encoder and a decoder, and only decoders alone are steered here',
  vision: 'It looks at images, and its export is not one text decoder',
  audio: 'It works on sound, not on text alone',
  other: 'It is no language model that continues a text',
};
const TAKE_CHAT = 'Take an instruct model that continues text; the page offers some that are known to run.';

const no = (cause: VerdictCause, message: string, advice: string): RepositoryVerdict => ({
  runs: 'no',
  cause,
  message,
  advice,
});

const isGguf = (path: string): boolean => /\.gguf$/i.test(path);

/** Why what the model is for rules it out, whatever its files. */
function purposeFault(
  facts: RepositoryFacts,
  config: ModelConfig,
  { whole }: Variants,
): RepositoryVerdict | undefined {
  if (facts.files.some(({ path }) => POOLED.test(path)))
    return no(
      'purpose',
      `${facts.repository} turns texts into vectors (embeddings) and continues none.`,
      TAKE_CHAT,
    );
  const words = PURPOSE_WORDS[config.purpose];
  // A GGUF file of a model that sees holds its text decoder alone, and what is not converted yet may become one.
  const isText =
    config.purpose === 'vision' &&
    (whole.some(({ path }) => isGguf(path)) || !facts.files.some(({ path }) => path.endsWith('.onnx')));
  if (words === undefined || isText) return undefined;
  const named = config.architecture === undefined ? '' : ` (${config.architecture})`;
  return no('purpose', `${words}${named}.`, TAKE_CHAT);
}

/** Why there is no file to take, whatever the machine. */
function absence(
  { repository, files }: RepositoryFacts,
  { whole, shards }: Variants,
): RepositoryVerdict | undefined {
  if (whole.length > 0) return undefined;
  if (shards.length > 0)
    return no(
      'split',
      `The GGUF file of ${repository} is split into ${shards.length} pieces, which are not read.`,
      'Take a file that is not split, or merge them with llama-gguf-split --merge and drop the file on the page.',
    );
  if (files.some(({ path }) => path.endsWith('.onnx')))
    return no(
      'parts',
      `${repository} holds parts of models alone: none of its .onnx files is named as a whole decoder.`,
      whereCopiesAre(repository),
    );
  const held = foreignWeights(files);
  if (held !== undefined)
    return no('format', `${repository} holds ${held}, which no browser runs.`, whereCopiesAre(repository));
  return no('empty', `${repository} holds no model at all.`, 'Check the name of the repository.');
}

/** Whether a file that a graph needs lies beside it or above it. */
function isNear(files: readonly HubFile[], graph: string, name: string): boolean {
  return files.some(({ path }) => {
    const folder = path.slice(0, path.length - name.length);
    return path.endsWith(name) && (folder === '' || (folder.endsWith('/') && graph.startsWith(folder)));
  });
}

function missingFile({ repository, files }: RepositoryFacts, graph: string): RepositoryVerdict | undefined {
  if (isGguf(graph)) return undefined;
  const missing = ['config.json', 'tokenizer.json', 'tokenizer_config.json'].find(
    (name) => !isNear(files, graph, name),
  );
  if (missing === undefined) return undefined;
  return no(
    'missing-file',
    `${repository} has no ${missing}, without which its graph cannot be asked.`,
    whereCopiesAre(repository),
  );
}

/** What its size means on a machine. */
function sizeFault(
  { variant }: PrecisionChoice,
  machine: Machine,
): Pick<RepositoryVerdict, 'runs' | 'message'> | undefined {
  const weights = `The weights of ${variant.label} take ${megabytes(variant.memory)} of memory`;
  const { memoryGb } = machine;
  if (memoryGb !== undefined && memoryGb < MOST_REPORTED_GB && variant.memory > memoryGb * GIGABYTE)
    return { runs: 'no', message: `${weights}, and this device has ${memoryGb} GB.` };
  if (variant.memory > roomFor(machine))
    return {
      runs: 'unknown',
      message: `${weights}, more than a quarter of what this device ${memoryGb === undefined ? 'is taken to have' : 'reports'}: it may not fit.`,
    };
  if (variant.largest > largestTensor(machine))
    return {
      runs: 'unknown',
      message: `The largest matrix of ${variant.label} may exceed a buffer of this graphics adapter.`,
    };
  return undefined;
}

/** What speaks against the file that would be taken, or that it runs. */
function onMachine(choice: PrecisionChoice, { family }: ModelConfig, machine: Machine): RepositoryVerdict {
  const { variant, backend } = choice;
  const taken = { choice, bytes: variant.bytes };
  const format = isGguf(variant.path) ? 'gguf' : 'onnx';
  const known = familyRuns(family, format);
  if (known === 'no')
    return no(
      'family',
      `GGUF files of the family ${family ?? ''} are not read here.`,
      `${FAMILY_WORDS} models are; an ONNX export may run as well.`,
    );
  const size = sizeFault(choice, machine);
  if (size)
    return {
      ...size,
      ...taken,
      cause: 'size',
      advice: 'Choose a smaller model, or a smaller file of this one.',
    };
  if (variant.needsF16 && backend === 'wasm')
    return {
      ...taken,
      runs: 'unknown',
      cause: 'half-floats',
      message: `${variant.label} computes in 16-bit floats, and this machine’s ${machine.backend === 'webgpu' ? 'graphics adapter does not' : 'processor lacks many of their operators'}.`,
      advice: 'Choose a repository that has a file in fp32 or q4 as well.',
    };
  const what = `${variant.label}, ${megabytes(variant.bytes)} to download, on ${backend === 'webgpu' ? 'WebGPU' : 'the processor'}`;
  if (known === 'yes') return { ...taken, runs: 'yes', cause: 'fits', message: `It runs here: ${what}.` };
  const doubt =
    family === undefined
      ? 'which family the model is of stands inside the file'
      : `models of the family ${family} have not been tried`;
  return {
    ...taken,
    runs: 'unknown',
    cause: 'family',
    message: `It may run here (${what}), but ${doubt}.`,
    advice: `${FAMILY_WORDS} models run; opening it will tell.`,
  };
}

/** Whether the model of a repository can be run, probed and steered on a machine, from its file list and config alone. */
export function judgeRepository(facts: RepositoryFacts, machine: Machine): RepositoryVerdict {
  const config = readModelConfig(facts.config);
  const variants = readVariants(facts.files);
  const fault = purposeFault(facts, config, variants) ?? absence(facts, variants);
  if (fault) return fault;
  let choice: PrecisionChoice;
  try {
    choice = chooseFile(facts.repository, facts.files, { machine });
  } catch (thrown) {
    const { code, message, advice } = LeewayError.wrap(thrown, 'internal', TAKE_CHAT);
    return no(code === 'gguf-unsupported' ? 'format' : 'machine', message, advice);
  }
  return missingFile(facts, choice.variant.path) ?? onMachine(choice, config, machine);
}
