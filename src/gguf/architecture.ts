import { LeewayError } from '../errors/leeway-error.ts';
import type { GgufFile } from './gguf-file.ts';

/** What a layer does that another might not. */
export interface LayerTraits {
  readonly kvHeads: number;
  /** Tokens that attention looks back at most, itself included; absent where it sees everything. */
  readonly window?: number;
  readonly ropeBase: number;
  /** Positions are divided by this (linear scaling). */
  readonly ropeScale: number;
}

/** A decoder as its GGUF metadata describe it. */
export interface Architecture {
  readonly name: string;
  readonly hidden: number;
  readonly heads: number;
  /** Width of a head, all of which rotates. */
  readonly headSize: number;
  readonly epsilon: number;
  readonly context: number;
  readonly layers: readonly LayerTraits[];
  readonly activation: 'silu' | 'gelu-tanh';
  /** What token embeddings are multiplied by. */
  readonly embeddingScale: number;
  /** What scores are multiplied by before the softmax. */
  readonly attentionScale: number;
  /** Rows of q and k stand in pairs (x0, x1) that rotate together, not in halves. */
  readonly interleaved: boolean;
  /** Logits are squashed to this range: c · tanh(x / c). */
  readonly logitCap?: number;
}

interface Family {
  readonly activation: Architecture['activation'];
  readonly interleaved: boolean;
  readonly scaledEmbedding: boolean;
}

/** Families whose graph is built; llama.cpp's src/models/<name>.cpp and its rope types are the reference. */
const FAMILIES: ReadonlyMap<string, Family> = new Map([
  ['llama', { activation: 'silu', interleaved: true, scaledEmbedding: false }],
  ['qwen2', { activation: 'silu', interleaved: false, scaledEmbedding: false }],
  ['qwen3', { activation: 'silu', interleaved: false, scaledEmbedding: false }],
  ['gemma3', { activation: 'gelu-tanh', interleaved: false, scaledEmbedding: true }],
]);

/** Gemma 3 looks at everything in every sixth layer; the others have the base 10,000 (llama.cpp, models/gemma3.cpp). */
const GEMMA_PATTERN = 6;
const GEMMA_LOCAL_BASE = 10_000;
/** Of the largest Gemma 3 alone, whose scores are scaled by another width. */
const GEMMA_27B_LAYERS = 62;

export const unsupported = (message: string): LeewayError =>
  new LeewayError(
    'gguf-unsupported',
    message,
    `Take a model of the families ${[...FAMILIES.keys()].join(', ')}, or an ONNX export of this one.`,
  );

const malformed = (message: string): LeewayError =>
  new LeewayError('gguf-malformed', message, 'Take another conversion of the model.');

/** More than any model has; a bound for what damaged files say. */
const MOST: Readonly<Record<string, number>> = { layers: 1024, width: 2 ** 17, heads: 4096 };

/** Reads the architecture. Errors: gguf-unsupported (with the trait that is not known), gguf-malformed. */
export function readArchitecture({ metadata }: GgufFile): Architecture {
  const name = metadata.text('general.architecture');
  if (name === undefined) throw malformed('The GGUF file does not say which architecture it holds.');
  const family = FAMILIES.get(name);
  if (!family)
    throw unsupported(`The GGUF file holds a model of the family ${name}, which cannot be built here yet.`);
  const number = (key: string): number | undefined => metadata.number(`${name}.${key}`);
  const count = (key: string, most: number): number => {
    const value = number(key);
    if (value === undefined || !Number.isInteger(value) || value < 1 || value > most)
      throw malformed(
        `The GGUF file’s ${name}.${key} is ${value === undefined ? 'missing' : String(value)}.`,
      );
    return value;
  };
  const depth = count('block_count', MOST['layers'] ?? 0);
  const hidden = count('embedding_length', MOST['width'] ?? 0);
  const heads = count('attention.head_count', MOST['heads'] ?? 0);
  const headSize = number('attention.key_length') ?? hidden / heads;
  if (!Number.isInteger(headSize) || headSize < 2 || headSize % 2 !== 0 || headSize > (MOST['width'] ?? 0))
    throw malformed(`The GGUF file’s heads would be ${headSize} wide.`);
  if ((number('attention.value_length') ?? headSize) !== headSize)
    throw unsupported('Keys and values of this model differ in width.');
  if ((number('rope.dimension_count') ?? headSize) !== headSize)
    throw unsupported('Only a part of each head rotates in this model.');
  if ((number('expert_count') ?? 0) > 0) throw unsupported('The model is a mixture of experts.');
  const epsilon = number('attention.layer_norm_rms_epsilon') ?? 0;
  if (!(epsilon > 0 && epsilon < 1)) throw malformed('The GGUF file states no usable epsilon for its norms.');
  const logitCap = number('final_logit_softcapping') ?? 0;
  const gemma27 = name === 'gemma3' && depth === GEMMA_27B_LAYERS;
  return {
    name,
    hidden,
    heads,
    headSize,
    epsilon,
    context: number('context_length') ?? 2048,
    layers: readLayers({ metadata } as GgufFile, name, depth, heads),
    activation: family.activation,
    embeddingScale: family.scaledEmbedding ? Math.fround(Math.sqrt(hidden)) : 1,
    attentionScale: 1 / Math.sqrt(gemma27 ? hidden / heads : headSize),
    interleaved: family.interleaved,
    ...(logitCap > 0 ? { logitCap } : {}),
  };
}

function readLayers({ metadata }: GgufFile, name: string, depth: number, heads: number): LayerTraits[] {
  const kvHeads =
    metadata.perLayer(`${name}.attention.head_count_kv`, depth) ?? new Array<number>(depth).fill(heads);
  const base = metadata.number(`${name}.rope.freq_base`) ?? 10_000;
  const type = metadata.text(`${name}.rope.scaling.type`) ?? 'none';
  const factor = metadata.number(`${name}.rope.scaling.factor`) ?? 1;
  // Llama 3's own scaling comes as a tensor of factors, and files state it as none or linear 1.
  if (type !== 'none' && type !== 'linear')
    throw unsupported(`The model scales its positions by ${type}, which cannot be built here yet.`);
  const window = metadata.number(`${name}.attention.sliding_window`) ?? 0;
  if (window > 0 && name !== 'gemma3')
    throw unsupported(`The file asks for a sliding window, which ${name} has not.`);
  const localBase = metadata.number(`${name}.rope.freq_base_swa`) ?? GEMMA_LOCAL_BASE;
  return kvHeads.map((kv, layer) => {
    if (!Number.isInteger(kv) || kv < 1 || heads % kv !== 0)
      throw malformed(`The GGUF file has ${kv} key heads for ${heads} heads in layer ${layer}.`);
    const local = window > 0 && (layer + 1) % GEMMA_PATTERN !== 0;
    if (local) return { kvHeads: kv, window, ropeBase: localBase, ropeScale: 1 };
    return { kvHeads: kv, ropeBase: base, ropeScale: type === 'linear' ? factor : 1 };
  });
}
