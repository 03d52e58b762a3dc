import { byteLevelParts } from './byte-level.ts';
import type { Metadata } from './metadata.ts';
import { sentencePieceParts } from './sentence-piece.ts';
import { malformed, quoted, unsupported } from './tokenizer-faults.ts';
import { configFrom, type Surroundings } from './tokenizer-config.ts';
import type { Json, TokenizerParts } from './tokenizer-parts.ts';
import { roleText, TokenType, type Vocabulary } from './vocabulary.ts';

/** The vocabulary in the two files of the transformers library. */
export interface TokenizerFiles {
  /** tokenizer.json */
  readonly tokenizer: Json;
  /** tokenizer_config.json */
  readonly config: Json;
}

/** Far more than any model has: a bound for damaged files, since every character becomes a node of a tree. */
const MOST_MATCHED = 2 ** 21;

/**
 * Builds tokenizer.json and tokenizer_config.json from a GGUF file's metadata: byte-level BPE (tokenizer.ggml.model
 * gpt2) and SentencePiece BPE (llama). Errors: gguf-unsupported for what would be cut wrongly, gguf-malformed.
 */
export function tokenizerFromMetadata(metadata: Metadata): TokenizerFiles {
  const parts = partsOf(metadata);
  const { vocabulary, normalizer, pre_tokenizer, decoder, model } = parts;
  const around = surroundings(metadata, parts);
  const tokenizer = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: addedTokens(parts),
    normalizer,
    pre_tokenizer,
    post_processor: postProcessor(vocabulary, around),
    decoder,
    model: { type: 'BPE', dropout: null, ...model, vocab: Object.fromEntries(vocabulary.ids) },
  };
  return { tokenizer, config: configFrom(metadata, vocabulary, around) };
}

function partsOf(metadata: Metadata): TokenizerParts {
  const kind = metadata.text('tokenizer.ggml.model');
  if (kind === undefined) throw malformed('The GGUF file holds no tokenizer.');
  if (kind === 'gpt2') return byteLevelParts(metadata);
  if (kind === 'llama') return sentencePieceParts(metadata);
  throw unsupported(`The GGUF file’s tokenizer is of a kind that is not read here: ${quoted(kind)}.`);
}

/** Tokens that are looked for in a text before it is cut: special ones, and those that users defined. */
function addedTokens({ vocabulary, matchedText, takesBlanks }: TokenizerParts): Json[] {
  const { tokens, types, ids, roles } = vocabulary;
  const added: Json[] = [];
  let length = 0;
  tokens.forEach((token, id) => {
    const type = types?.[id];
    const special =
      type === TokenType.control ||
      type === TokenType.unknown ||
      // Files without types, and converters' slips: what ends or begins a text is no part of it.
      [roles.bos, roles.eos, roles.eot].includes(id);
    if ((!special && type !== TokenType.userDefined) || ids.get(token) !== id) return;
    const content = matchedText(token, special);
    length += content.length;
    added.push({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: takesBlanks(token),
      normalized: false,
      special,
    });
  });
  if (length > MOST_MATCHED) throw malformed('The GGUF file lists more special tokens than any model has.');
  return added;
}

function surroundings(metadata: Metadata, { vocabulary, begins }: TokenizerParts): Surroundings {
  const stated = {
    bos: metadata.flag('tokenizer.ggml.add_bos_token'),
    eos: metadata.flag('tokenizer.ggml.add_eos_token'),
  };
  for (const role of ['bos', 'eos'] as const)
    if (stated[role] && vocabulary.roles[role] === undefined)
      throw malformed(`The GGUF file puts the ${role.toUpperCase()} token at every text, and names none.`);
  return {
    begins: stated.bos ?? (begins && vocabulary.roles.bos !== undefined),
    ends: stated.eos ?? false,
  };
}

function postProcessor(vocabulary: Vocabulary, { begins, ends }: Surroundings): Json | null {
  if (!begins && !ends) return null;
  const bos = begins ? (roleText(vocabulary, 'bos') ?? '') : '';
  const eos = ends ? (roleText(vocabulary, 'eos') ?? '') : '';
  const around = (sequence: string, type_id: number): Json[] => [
    ...(begins ? [{ SpecialToken: { id: bos, type_id } }] : []),
    { Sequence: { id: sequence, type_id } },
    ...(ends ? [{ SpecialToken: { id: eos, type_id } }] : []),
  ];
  const named = [bos, eos].filter((token) => token !== '');
  return {
    type: 'TemplateProcessing',
    single: around('A', 0),
    pair: [...around('A', 0), ...around('B', 1)],
    special_tokens: Object.fromEntries(
      named.map((token) => [token, { id: token, ids: [vocabulary.ids.get(token)], tokens: [token] }]),
    ),
  };
}
