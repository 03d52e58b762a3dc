import type { Metadata } from './metadata.ts';
import { mergesFromScores } from './piece-merges.ts';
import { malformed, unsupported } from './tokenizer-faults.ts';
import type { TokenizerParts } from './tokenizer-parts.ts';
import { numberForEach, readVocabulary, roleText, TokenType, type Vocabulary } from './vocabulary.ts';

/** What SentencePiece writes for a space. */
const BLANK = '▁';

/** llama.cpp's roles for files that name none. */
const DEFAULTS = { bos: 1, eos: 2, unk: 0 };

const APART = new Set<number>(Object.values(TokenType));

/** SentencePiece BPE (tokenizer.ggml.model llama): pieces with scores, and bytes for what no piece covers. */
export function sentencePieceParts(metadata: Metadata): TokenizerParts {
  // llama.cpp reads neither of these in such files; SentencePiece would.
  if (metadata.flag('tokenizer.ggml.remove_extra_whitespaces') === true)
    throw unsupported('The GGUF file’s tokenizer drops blanks from a text, which is not done here.');
  if ((metadata.numbers('tokenizer.ggml.precompiled_charsmap')?.length ?? 0) > 0)
    throw unsupported('The GGUF file’s tokenizer replaces characters of a text, which is not done here.');
  const vocabulary = readVocabulary(metadata, DEFAULTS);
  const prefixed = metadata.flag('tokenizer.ggml.add_space_prefix') ?? true;
  const blanks = { type: 'Replace', pattern: { String: ' ' }, content: BLANK };
  return {
    vocabulary,
    begins: true,
    // SentencePiece looks for what users defined where spaces are written as ▁ already; here it is before that.
    matchedText: (token, special) => (special ? token : token.replaceAll(BLANK, ' ')),
    takesBlanks: isPhi3(metadata) ? (token) => !PHI3_BARE.has(token) : () => false,
    normalizer: prefixed
      ? { type: 'Sequence', normalizers: [{ type: 'Prepend', prepend: BLANK }, blanks] }
      : blanks,
    pre_tokenizer: null,
    decoder: {
      type: 'Sequence',
      decoders: [
        { type: 'Replace', pattern: { String: BLANK }, content: ' ' },
        { type: 'ByteFallback' },
        { type: 'Fuse' },
        ...(prefixed ? [{ type: 'Strip', content: ' ', start: 1, stop: 0 }] : []),
      ],
    },
    model: {
      unk_token: roleText(vocabulary, 'unk') ?? null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: true,
      byte_fallback: vocabulary.types?.includes(TokenType.byte) ?? false,
      ignore_merges: false,
      merges: mergesFromScores(piecesOf(metadata, vocabulary)),
    },
  };
}

/** The pieces that others are made of and merged into, with their scores. */
function piecesOf(metadata: Metadata, { tokens, types, ids }: Vocabulary): ReadonlyMap<string, number> {
  const scores = numberForEach(metadata, 'tokenizer.ggml.scores', tokens.length);
  if (scores === undefined) throw malformed('The GGUF file’s tokenizer has no scores.');
  if (types === undefined) throw malformed('The GGUF file’s tokenizer has no token types.');
  const pieces = new Map<string, number>();
  for (const [token, id] of ids) if (!APART.has(types[id] ?? 0)) pieces.set(token, scores[id] ?? NaN);
  return pieces;
}

// Phi-3's special tokens take the blanks after them; GGUF does not say so, and llama.cpp knows it by the name too.
const isPhi3 = (metadata: Metadata): boolean => /phi-?3/i.test(metadata.text('general.name') ?? '');
const PHI3_BARE = new Set(['<unk>', '<s>', '<|endoftext|>']);
