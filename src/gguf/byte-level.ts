import type { Metadata } from './metadata.ts';
import { MOST_MERGES, tooMany, type Merge } from './piece-merges.ts';
import { preTokenizer } from './pre-tokenizers.ts';
import { malformed, quoted } from './tokenizer-faults.ts';
import type { TokenizerParts } from './tokenizer-parts.ts';
import { readVocabulary, type Vocabulary } from './vocabulary.ts';

/** Byte-level BPE (tokenizer.ggml.model gpt2). */
export function byteLevelParts(metadata: Metadata): TokenizerParts {
  const { splits, composed, wholeTokens, begins } = preTokenizer(
    metadata.text('tokenizer.ggml.pre'),
    metadata.text('general.architecture'),
  );
  const vocabulary = readVocabulary(metadata);
  // The patterns are all written out: ByteLevel's own would take JavaScript's \s, which knows U+FEFF, not U+0085.
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false };
  return {
    vocabulary,
    begins,
    matchedText: (token) => token,
    takesBlanks: () => false,
    normalizer: composed ? { type: 'NFC' } : null,
    pre_tokenizer: { type: 'Sequence', pretokenizers: [...splits.map(isolated), byteLevel] },
    decoder: { ...byteLevel, use_regex: true },
    model: {
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: wholeTokens,
      merges: mergesOf(metadata, vocabulary),
    },
  };
}

const isolated = (Regex: string) => ({
  type: 'Split',
  pattern: { Regex },
  behavior: 'Isolated',
  invert: false,
});

/** The file's merges as pairs; each must join two tokens into a third. */
function mergesOf(metadata: Metadata, { tokens, ids }: Vocabulary): Merge[] {
  const written = metadata.texts('tokenizer.ggml.merges');
  if (written === undefined) throw malformed('The GGUF file’s tokenizer has no merges.');
  if (written.length > MOST_MERGES) throw tooMany();
  const merges: Merge[] = [];
  let known: ReadonlySet<string> | undefined;
  for (const line of written) {
    // The first part may itself begin with a space.
    const space = line.indexOf(' ', 1);
    const merge: Merge = [line.slice(0, space), line.slice(space + 1)];
    if (space > 0 && ids.has(merge[0]) && ids.has(merge[1]) && ids.has(merge[0] + merge[1])) {
      merges.push(merge);
      continue;
    }
    // Merges of unused tokens are passed over, others are a fault.
    known ??= new Set(tokens);
    if (space <= 0 || [...merge, merge.join('')].some((part) => !known?.has(part)))
      throw malformed(`The GGUF file lists the merge ${quoted(line)}, whose tokens it does not list.`);
  }
  return merges;
}
