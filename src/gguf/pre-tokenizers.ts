import { LETTERS } from './cased-letters.ts';
import { quoted, unsupported } from './tokenizer-faults.ts';

/** How a text is cut before pairs of its bytes are merged (llama.cpp, src/llama-vocab.cpp, llm_tokenizer_bpe). */
export interface PreTokenizer {
  /** Applied one after the other; what a pattern matches is a piece, and so is what lies between two matches. */
  readonly splits: readonly string[];
  /** Texts are composed first (Unicode NFC), which transformers does and llama.cpp leaves to its caller. */
  readonly composed: boolean;
  /** A piece that is a token stays whole, whatever its merges say. */
  readonly wholeTokens: boolean;
  /** The BOS token stands before a text unless the file says otherwise. */
  readonly begins: boolean;
}

// Neither (?i:…) nor possessive quantifiers: JavaScript knows neither. ſ is an s to those who ignore case.
const CONTRACTION = String.raw`'(?:[sS\u017F]|[tT]|[rR][eE]|[vV][eE]|[mM]|[lL][lL]|[dD])`;
const BREAKS = String.raw`\s*[\r\n]+|\s+(?!\S)|\s+`;
const WORD = String.raw`[^\r\n\p{L}\p{N}]?\p{L}+`;
const SYMBOLS = String.raw` ?[^\s\p{L}\p{N}]+[\r\n]*`;
const UPPER = String.raw`[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`;
const LOWER = String.raw`[\p{Ll}\p{Lm}\p{Lo}\p{M}]`;
const ASCII_WORD = String.raw`[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_\x60{|}~][A-Za-z]+`;
const MARKED_WORD = String.raw`[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+`;
const HAN_AND_KANA = String.raw`[\u4E00-\u9FA5\u3040-\u309F\u30A0-\u30FF]+`;
const HAN_AND_HANGUL = String.raw`[\u4E00-\u9FA5\u0800-\u4E00\uAC00-\uD7FF]+`;
const DIGIT = String.raw`\p{N}`;
const THREE_DIGITS = String.raw`\p{N}{1,3}`;

const GPT2 = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;

/** GPT-4's pattern, which most later ones vary. */
const gpt4 = (digits: string): string => `${CONTRACTION}|${WORD}|${digits}|${SYMBOLS}|${BREAKS}`;

/** GPT-4o's pattern: words are also cut where small letters meet capitals. */
const cased = (ending: string, digits: string): string => {
  const before = String.raw`[^\r\n\p{L}\p{N}]?`;
  const words = `${before}${UPPER}*${LOWER}+${ending}|${before}${UPPER}+${LOWER}*${ending}`;
  return String.raw`${words}|${digits}| ?[^\s\p{L}\p{N}]+[\r\n/]*|${BREAKS}`;
};
const CASED = cased(`(?:${CONTRACTION})?`, THREE_DIGITS);

const BLOOM = String.raw` ?[^(\s|.,!?\u2026\u3002\uFF0C\u3001\u0964\u06D4\u060C)]+`;

/** One way to cut, and the names that files call it by. */
interface Row extends Partial<Omit<PreTokenizer, 'splits'>> {
  readonly names: readonly string[];
  readonly splits: readonly string[];
}

const ROWS: readonly Row[] = [
  {
    names: [
      'gpt-2',
      'phi-2',
      'gigachat',
      'a.x-4.0',
      'mellum',
      'exaone4',
      'jais',
      'trillion',
      'granite-docling',
    ],
    splits: [GPT2],
  },
  { names: ['mpt', 'olmo'], splits: [GPT2], composed: true },
  {
    names: ['smollm', 'starcoder', 'refact', 'codeshell', 'exaone', 'minerva-7b', 'mellum2'],
    splits: [DIGIT, GPT2],
  },
  { names: ['command-r'], splits: [DIGIT, GPT2], composed: true },
  {
    names: ['llama-bpe', 'llama3', 'llama-v3', 'falcon3', 'falcon-h1', 'pixtral', 'midm-2.0', 'lfm2'],
    splits: [gpt4(THREE_DIGITS)],
    wholeTokens: true,
    begins: true,
  },
  { names: ['dbrx', 'smaug-bpe', 'chatglm-bpe'], splits: [gpt4(THREE_DIGITS)] },
  { names: ['glm4', 'glm5'], splits: [gpt4(THREE_DIGITS)], wholeTokens: true },
  { names: ['minicpm5'], splits: [THREE_DIGITS, gpt4(String.raw`\p{N}+`)], wholeTokens: true },
  { names: ['qwen2'], splits: [gpt4(DIGIT)], composed: true },
  {
    names: [
      'deepseek-r1-qwen',
      'stablelm2',
      'hunyuan',
      'megrez',
      'solar-open',
      'grok-2',
      'kormo',
      'f2llmv2',
      'bailingmoe',
      'bailingmoe2',
      'llada-moe',
    ],
    splits: [gpt4(DIGIT)],
  },
  {
    names: ['qwen35'],
    splits: [
      String.raw`${CONTRACTION}|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|${BREAKS}`,
    ],
    composed: true,
  },
  { names: ['ufakzeka'], splits: [`${WORD}|${DIGIT}|${SYMBOLS}|${BREAKS}`] },
  {
    names: ['seed-coder'],
    splits: [String.raw`${CONTRACTION}|${WORD}|\p{N}| ?[^\s\p{L}\p{N}\r\n]+|${BREAKS}`],
  },
  {
    names: ['jais-2'],
    splits: [
      String.raw`${CONTRACTION}|${WORD}|${THREE_DIGITS}|${SYMBOLS}|\s*[\r\n]+|\s{512}(?!\S)|\s{256}(?!\S)|\s{128}(?!\S)|\s{64}(?!\S)|\s{32}(?!\S)|\s{16}(?!\S)|\s{8}(?!\S)|\s{4}(?!\S)|\s{1,2}(?!\S)|\s{1}`,
    ],
  },
  { names: ['gpt-4o', 'llama4', 'kanana2', 'talkie', 'minimax-m2'], splits: [CASED] },
  { names: ['tekken'], splits: [cased('', DIGIT)], wholeTokens: true, begins: true },
  {
    names: ['youtu'],
    splits: [
      String.raw`[\uAC00-\uD7A3\u3131-\u318E]+|[\uFF01\u2026\u201C\u201D\u2018\u2019\u2014\uFF1A\uFF1B\uFF0C\u3001-\u303F\uFE30-\uFE4F]+|[\u3105-\u312F]+|${HAN_AND_KANA}`,
      cased(`(?:${CONTRACTION})?`, DIGIT),
    ],
    wholeTokens: true,
  },
  {
    names: ['tiny_aya', 'cohere2moe'],
    // Digits in threes, counted from the right, where a word ends with them.
    splits: [String.raw`\d{1,3}(?=(?:\d{3})*\b)`, CASED],
  },
  {
    names: ['deepseek-llm'],
    splits: [
      String.raw`[\r\n]`,
      String.raw`\s?${LETTERS}+`,
      String.raw`\s?[!-/:-~\uFF01-\uFF0F\uFF1A-\uFF5E\u2018-\u201F\u3000-\u3002]+`,
      String.raw`\s+$`,
      HAN_AND_HANGUL,
      String.raw`\p{N}+`,
    ],
  },
  {
    names: ['deepseek-coder'],
    splits: [String.raw`[\r\n]`, String.raw`\s?\p{L}+`, String.raw`\s?\p{P}+`, HAN_AND_HANGUL, DIGIT],
  },
  {
    names: ['deepseek-v3', 'hunyuan-dense', 'joyai-llm', 'hy_v4'],
    splits: [
      THREE_DIGITS,
      HAN_AND_KANA,
      String.raw`${ASCII_WORD}|${MARKED_WORD}| ?[\p{P}\p{S}]+[\r\n]*|${BREAKS}`,
    ],
  },
  {
    names: ['spark2_5'],
    splits: [
      THREE_DIGITS,
      HAN_AND_KANA,
      String.raw`${ASCII_WORD}|${MARKED_WORD}| ?[\p{P}\p{S}]+|[\r\n]|\s+(?!\S)|\s+`,
      DIGIT,
    ],
  },
  {
    names: ['falcon'],
    splits: [String.raw`[\p{P}\$\+<=>\^~\|\x60]+`, GPT2, '[0-9][0-9][0-9]'],
  },
  { names: ['bloom', 'poro-chat', 'gpt3-finnish'], splits: [BLOOM] },
  { names: ['viking'], splits: [BLOOM, DIGIT] },
];

const BY_NAME: ReadonlyMap<string, Row> = new Map(
  ROWS.flatMap((row) => row.names.map((name) => [name, row])),
);

/** The names in files' tokenizer.ggml.pre that are read. */
export const PRE_TOKENIZERS: readonly string[] = [...BY_NAME.keys()];

/** Architectures whose models were all trained with GPT-2's pattern. */
const GPT2_ALWAYS = new Set(['gpt2', 'gptj', 'gptneox', 'mpt', 'phi2']);

/**
 * Looks up what tokenizer.ggml.pre names. Files older than that key, and converters that did not recognise a
 * tokenizer (“default”), leave open how texts are cut; llama.cpp then guesses and warns that answers get worse. Only
 * where the architecture leaves no choice is it known. Errors: gguf-unsupported.
 */
export function preTokenizer(name: string | undefined, architecture: string | undefined): PreTokenizer {
  const open = name === undefined || name === 'default' || name === '';
  if (open && !GPT2_ALWAYS.has(architecture ?? ''))
    throw unsupported('The GGUF file does not say how its tokenizer cuts a text into words.');
  const row = BY_NAME.get(open ? 'gpt-2' : name);
  if (!row)
    throw unsupported(
      `The GGUF file’s tokenizer cuts words in a way that is not known here: ${quoted(name ?? '')}.`,
    );
  const { splits, composed = false, wholeTokens = false, begins = false } = row;
  return { splits, composed, wholeTokens, begins };
}
