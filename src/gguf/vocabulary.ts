import type { Metadata } from './metadata.ts';
import { malformed } from './tokenizer-faults.ts';

/** GGUF's token types (llama.h, enum llama_token_type); every other number counts as normal. */
export const TokenType = { unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const;

/** Tokens that play a part, by id. */
export interface Roles {
  readonly bos: number | undefined;
  readonly eos: number | undefined;
  readonly eot: number | undefined;
  readonly unk: number | undefined;
  readonly pad: number | undefined;
}

export type Role = keyof Roles;

/** The tokens of a GGUF file, checked. */
export interface Vocabulary {
  readonly tokens: readonly string[];
  /** One a token; absent where the file gives none. */
  readonly types: readonly number[] | undefined;
  /** Every token that a text can become, unused and empty ones left out. */
  readonly ids: ReadonlyMap<string, number>;
  readonly roles: Roles;
}

/** Four times what the largest vocabularies hold. */
const MOST_TOKENS = 2 ** 20;
/** llama.cpp saves “no such token” as -1 in 32 unsigned bits. */
const NO_TOKEN = 2 ** 32 - 1;

const KEYS: Readonly<Record<Role, string>> = {
  bos: 'tokenizer.ggml.bos_token_id',
  eos: 'tokenizer.ggml.eos_token_id',
  eot: 'tokenizer.ggml.eot_token_id',
  unk: 'tokenizer.ggml.unknown_token_id',
  pad: 'tokenizer.ggml.padding_token_id',
};

/** Reads and checks tokens, types and roles; `defaults` are the roles that the tokenizer's kind implies. */
export function readVocabulary(metadata: Metadata, defaults: Partial<Roles> = {}): Vocabulary {
  const tokens = metadata.texts('tokenizer.ggml.tokens');
  if (tokens === undefined || tokens.length === 0) throw malformed('The GGUF file lists no tokens.');
  if (tokens.length > MOST_TOKENS)
    throw malformed(`The GGUF file lists ${tokens.length} tokens, more than any model has.`);
  const types = numberForEach(metadata, 'tokenizer.ggml.token_type', tokens.length);
  const role = (name: Role): number | undefined => roleOf(metadata, tokens, KEYS[name], defaults[name]);
  const roles: Roles = {
    bos: role('bos'),
    eos: role('eos'),
    eot: role('eot'),
    unk: role('unk'),
    pad: role('pad'),
  };
  const ids = new Map<string, number>();
  tokens.forEach((token, id) => {
    // A text listed twice means the later token, as in llama.cpp.
    if (token !== '' && types?.[id] !== TokenType.unused) ids.set(token, id);
  });
  // These are found by their texts later, and must not lose them to others of the same text.
  for (const id of [roles.unk, roles.eot, roles.eos, roles.bos])
    if (id !== undefined) ids.set(tokens[id] ?? '', id);
  return { tokens, types, ids, roles };
}

/** The text of the token that plays a part. */
export function roleText({ tokens, roles }: Vocabulary, role: Role): string | undefined {
  const id = roles[role];
  return id === undefined ? undefined : tokens[id];
}

/** A list with one number a token; undefined where the file has none. */
export function numberForEach(metadata: Metadata, key: string, count: number): readonly number[] | undefined {
  const list = metadata.numbers(key);
  if (list !== undefined && list.length !== count)
    throw malformed(`The GGUF file’s ${key} has ${list.length} entries for ${count} tokens.`);
  return list;
}

function roleOf(
  metadata: Metadata,
  tokens: readonly string[],
  key: string,
  fallback: number | undefined,
): number | undefined {
  const stated = metadata.number(key);
  if (stated === NO_TOKEN) return undefined;
  if (stated === undefined) return fallback !== undefined && tokens[fallback] ? fallback : undefined;
  // An empty token could never be told from no token.
  if (!tokens[stated])
    throw malformed(`The GGUF file’s ${key} is ${stated}, which is none of its ${tokens.length} tokens.`);
  return stated;
}
