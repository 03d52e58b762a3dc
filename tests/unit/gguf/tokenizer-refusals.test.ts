import { describe, expect, it } from 'vitest';
import { LeewayError } from '../../../src/errors/leeway-error.ts';
import type { Metadata } from '../../../src/gguf/metadata.ts';
import { tokenizerFromMetadata } from '../../../src/gguf/tokenizer.ts';
import { list, metadata, type Kind, type Values } from './tokenizer-fixture.ts';

describe('refuses with gguf-unsupported', () => {
  const ALIKE = list('gemma', 'scores').map(() => -1000);
  const KINDS: readonly [string, Kind, Values][] = [
    ['a pre-tokenizer that is not known', 'byte-level', { 'tokenizer.ggml.pre': 'kimi-k2' }],
    ['a missing pre-tokenizer of a Llama', 'byte-level', { 'tokenizer.ggml.pre': undefined }],
    ['“default” for a Llama', 'byte-level', { 'tokenizer.ggml.pre': 'default' }],
    ['pieces that all have one score', 'gemma', { 'tokenizer.ggml.scores': ALIKE }],
    ['dropped blanks', 'llama', { 'tokenizer.ggml.remove_extra_whitespaces': true }],
    ['replaced characters', 'llama', { 'tokenizer.ggml.precompiled_charsmap': [0, 180, 2] }],
    ...['bert', 't5', 'rwkv', 'plamo2', 'none', 'gemma4'].map((kind): [string, Kind, Values] => [
      kind,
      'byte-level',
      { 'tokenizer.ggml.model': kind },
    ]),
  ];
  for (const [name, kind, changes] of KINDS)
    it(name, () => expectFault(metadata(kind, changes), 'gguf-unsupported'));

  it('by its name, of which a message shows no more than it can', () => {
    expect(() => tokenizerFromMetadata(metadata('byte-level', { 'tokenizer.ggml.pre': 'kimi-k2' }))).toThrow(
      '“kimi-k2”',
    );
    const long = metadata('byte-level', { 'tokenizer.ggml.pre': 'x'.repeat(10_000) });
    expect(() => tokenizerFromMetadata(long)).toThrow(/^.{1,150}$/u);
  });
});

describe('refuses with gguf-malformed', () => {
  const tokens = list('byte-level', 'tokens');
  const merges = list('byte-level', 'merges');
  // Every string of two letters up to a length: each may be cut anywhere.
  const dense = Array.from({ length: 2 ** 18 }, (_, i) => (i + 2).toString(2).slice(1));
  const KINDS: readonly [string, Kind, Values][] = [
    ['no tokenizer', 'byte-level', { 'tokenizer.ggml.model': undefined }],
    ['no tokens', 'byte-level', { 'tokenizer.ggml.tokens': undefined }],
    ['an empty list of tokens', 'byte-level', { 'tokenizer.ggml.tokens': [] }],
    ['too many tokens', 'byte-level', { 'tokenizer.ggml.tokens': new Array<string>(2 ** 20 + 1).fill('a') }],
    ['tokens that are no texts', 'byte-level', { 'tokenizer.ggml.tokens': [1, 2] }],
    ['types for fewer tokens', 'byte-level', { 'tokenizer.ggml.token_type': [1] }],
    ['a role beyond the tokens', 'byte-level', { 'tokenizer.ggml.eos_token_id': tokens.length }],
    ['a role that is no id', 'byte-level', { 'tokenizer.ggml.eos_token_id': 0.5 }],
    ['no merges', 'byte-level', { 'tokenizer.ggml.merges': undefined }],
    ['a merge of an unknown token', 'byte-level', { 'tokenizer.ggml.merges': [...merges, 'a ☃'] }],
    [
      'a merge into an unknown token',
      'byte-level',
      { 'tokenizer.ggml.merges': [...merges, '<|end|> <|end|>'] },
    ],
    ['half a merge', 'byte-level', { 'tokenizer.ggml.merges': ['a'] }],
    [
      'a BOS token that is added and not named',
      'byte-level',
      { 'tokenizer.ggml.add_bos_token': true, 'tokenizer.ggml.bos_token_id': undefined },
    ],
    [
      'more special tokens than fit',
      'byte-level',
      {
        'tokenizer.ggml.tokens': [
          ...tokens,
          ...Array.from({ length: 600 }, (_, i) => `${i}`.padEnd(4000, '!')),
        ],
        'tokenizer.ggml.token_type': [...list('byte-level', 'token_type'), ...new Array<number>(600).fill(4)],
      },
    ],
    ['no scores', 'gemma', { 'tokenizer.ggml.scores': undefined }],
    ['no types of pieces', 'gemma', { 'tokenizer.ggml.token_type': undefined }],
    [
      'a score that is no number',
      'gemma',
      { 'tokenizer.ggml.scores': list('gemma', 'scores').map(() => NaN) },
    ],
    ['a piece without end', 'gemma', piecesOnly(['a', 'b', 'ab', 'a'.repeat(2 ** 16)])],
    ['pieces with too many splits', 'gemma', piecesOnly(dense)],
  ];
  for (const [name, kind, changes] of KINDS)
    it(name, () => expectFault(metadata(kind, changes), 'gguf-malformed'), 30_000);
});

function piecesOnly(pieces: readonly string[]): Values {
  const tokens = ['<unk>', '<s>', '</s>', ...pieces];
  return {
    'tokenizer.ggml.tokens': tokens,
    'tokenizer.ggml.token_type': tokens.map((_, id) => (id < 3 ? 3 : 1)),
    'tokenizer.ggml.scores': tokens.map((_, id) => -id),
  };
}

function expectFault(from: Metadata, code: LeewayError['code']): void {
  let thrown: unknown;
  try {
    tokenizerFromMetadata(from);
  } catch (fault) {
    thrown = fault;
  }
  expect(thrown).toBeInstanceOf(LeewayError);
  expect((thrown as LeewayError).code, String(thrown)).toBe(code);
}
