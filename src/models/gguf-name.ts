/** What a GGUF file's name says of its weights. */
export interface GgufName {
  /** The type as llama.cpp writes it (`Q4_K_M`); the file's stem where it names none. */
  readonly label: string;
  /** Bytes in memory for each byte of the file, once the weights are packed in 4 or 8 bits. */
  readonly growth: number;
  /** Rank by closeness to the published weights, on the scale of the ONNX variants. */
  readonly exactness: number;
  /** Why it cannot be read, in a sentence. */
  readonly unreadable?: string;
}

const TYPE =
  /(?<![a-z0-9])(IQ[1-4]_(?:XXS|XS|NL|[SM])|TQ[12]_0|Q[1-8]_K(?:_(?:XXL|XL|[SML]))?|Q[1-8]_[01](?:_\d_\d)?|MXFP4|NVFP4|BF16|FP?16|FP?32)(?![a-z0-9])/gi;

/** Types that the reader of weights knows by name alone, and layouts that llama.cpp has given up. */
const UNREADABLE = /^(?:IQ[1-3]|TQ|NVFP4|Q[12]_0|Q\d_\d_\d_\d)/;

/** Kept in 4 bits; every other packed type goes to an 8-bit grid. */
const FOUR_BIT = /^(?:Q4_0|IQ4|MXFP4)/;
/** Bits of memory for a weight: levels, and their share of a block's scale and zero point. */
const KEPT_BITS = { four: 5.5, eight: 9.5 } as const;

interface Quality {
  readonly type: RegExp;
  /** Bits of the file for a weight, with scales. */
  readonly bits: number;
  readonly exactness: number;
}

// Q8_0 stands before wider floats: packed in 8 bits they hold no more than it, for twice the download.
const QUALITIES: readonly Quality[] = [
  { type: /^Q8/, bits: 8.5, exactness: 88 },
  { type: /^F16/, bits: 16, exactness: 87 },
  { type: /^BF16/, bits: 16, exactness: 86 },
  { type: /^F32/, bits: 32, exactness: 85 },
  { type: /^Q6/, bits: 6.6, exactness: 80 },
  { type: /^Q5_K/, bits: 5.6, exactness: 72 },
  { type: /^Q5/, bits: 5.7, exactness: 70 },
  { type: /^Q4_K/, bits: 4.8, exactness: 62 },
  { type: /^(?:IQ4|MXFP4|Q4_1)/, bits: 4.6, exactness: 58 },
  { type: /^Q4/, bits: 4.5, exactness: 56 },
  { type: /^(?:Q3|IQ3)/, bits: 3.7, exactness: 40 },
];
const LEAST: Quality = { type: /./, bits: 2.8, exactness: 30 };
const UNNAMED: Quality = { type: /./, bits: 4.8, exactness: 60 };

const EXTRA: Readonly<Record<string, number>> = { XXL: 0.8, XL: 0.7, L: 0.6, M: 0.4, S: 0.2 };

/** Reads the type of a GGUF file from its name (`smollm2-135m-instruct.Q4_K_M.gguf`), in either case. */
export function readGgufName(fileName: string): GgufName {
  const stem = fileName.replace(/\.gguf$/i, '');
  // The last one: the name of the model may hold a type of its own.
  const found = [...stem.matchAll(TYPE)].at(-1)?.[1]?.toUpperCase();
  const type = found?.replace(/^FP/, 'F');
  const quality =
    type === undefined ? UNNAMED : (QUALITIES.find((candidate) => candidate.type.test(type)) ?? LEAST);
  const kept = type !== undefined && FOUR_BIT.test(type) ? KEPT_BITS.four : KEPT_BITS.eight;
  return {
    label: type ?? stem,
    growth: kept / quality.bits,
    exactness: quality.exactness + (EXTRA[type?.split('_').at(-1) ?? ''] ?? 0),
    ...(type !== undefined && UNREADABLE.test(type)
      ? { unreadable: `Weights of type ${type} cannot be read here.` }
      : {}),
  };
}
