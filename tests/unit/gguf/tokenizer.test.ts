import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Metadata } from '../../../src/gguf/metadata.ts';
import { PRE_TOKENIZERS } from '../../../src/gguf/pre-tokenizers.ts';
import { tokenizerFromMetadata } from '../../../src/gguf/tokenizer.ts';
import { coderOf, encode, FIXTURE, list, metadata } from './tokenizer-fixture.ts';

const configOf = (from: Metadata): Record<string, unknown> => tokenizerFromMetadata(from).config;

describe('token ids are the reference’s', () => {
  for (const { vocabulary, names, set = {}, begins, ids } of FIXTURE.cases)
    for (const name of names ?? [undefined])
      it(`${vocabulary} ${name ?? JSON.stringify(set)}`, () => {
        const coder = coderOf(metadata(vocabulary, name ? { 'tokenizer.ggml.pre': name } : set));
        FIXTURE.strings.forEach((text, i) =>
          expect(encode(coder, text), JSON.stringify(text)).toEqual(ids[i]),
        );
        expect(encode(coder, ' ', true)).toHaveLength(encode(coder, ' ').length + Number(begins));
      });

  it('for every name that is read', () => {
    const checked = FIXTURE.cases.flatMap(({ names }) => names ?? []);
    expect([...PRE_TOKENIZERS].sort()).toEqual(checked.sort());
  });

  for (const { vocabulary, set, ids } of FIXTURE.around)
    it(`${vocabulary} with what stands around a text: ${JSON.stringify(set)}`, () => {
      const coder = coderOf(metadata(vocabulary, set));
      ids.forEach((found, i) => expect(encode(coder, FIXTURE.strings[i] ?? '', true)).toEqual(found));
    });
});

/** SentencePiece as its paper has it: the neighbours whose union scores highest are joined, the leftmost first. */
function sentencePiece(text: string, scores: ReadonlyMap<string, number>): string[] {
  const parts = [...text];
  for (;;) {
    let best: { at: number; score: number } | undefined;
    parts.slice(1).forEach((right, at) => {
      const score = scores.get((parts[at] ?? '') + right);
      if (score !== undefined && (best === undefined || score > best.score)) best = { at, score };
    });
    if (best === undefined) return parts;
    const { at } = best as { at: number };
    parts.splice(at, 2, (parts[at] ?? '') + (parts[at + 1] ?? ''));
  }
}

describe('pieces with scores', () => {
  const word = (most: number) =>
    fc.string({ unit: fc.constantFrom('a', 'b', '😀'), minLength: 1, maxLength: most });

  it('are merged as SentencePiece merges them', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(word(7), { minLength: 2, maxLength: 40 }),
        fc.array(word(24)),
        (words, texts) => {
          const pieces = [...new Set([...words, 'a', 'b', '😀'])];
          const tokens = ['<unk>', '<s>', '</s>', ...pieces];
          const coder = coderOf(
            metadata('gemma', {
              'tokenizer.ggml.tokens': tokens,
              'tokenizer.ggml.token_type': [2, 3, 3, ...pieces.map(() => 1)],
              'tokenizer.ggml.scores': tokens.map((_, id) => -id),
            }),
          );
          const scores = new Map(pieces.map((piece, i) => [piece, -i]));
          for (const text of texts)
            expect(encode(coder, text).map((id) => tokens[id])).toEqual(sentencePiece(text, scores));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('never become unused tokens', () => {
    const types = list('gemma', 'token_type').slice();
    const tokens = list('gemma', 'tokens');
    const text = ' the the';
    const [id = 0] = encode(coderOf(metadata('gemma')), text);
    expect(String(tokens[id]).length).toBeGreaterThan(1);
    types[id] = 5;
    const found = encode(coderOf(metadata('gemma', { 'tokenizer.ggml.token_type': types })), text);
    expect(found).not.toContain(id);
    expect(found.map((one) => tokens[one]).join('')).toBe('▁the▁the');
  });
});

describe('the configuration', () => {
  it('names the tokens that play a part', () => {
    const config = configOf(metadata('byte-level', { 'tokenizer.ggml.padding_token_id': 1 }));
    expect(config).toMatchObject({
      bos_token: '<|endoftext|>',
      eos_token: '<|end|>',
      pad_token: '<|end|>',
      add_bos_token: false,
      model_max_length: 512,
      tokenizer_class: 'PreTrainedTokenizerFast',
    });
    expect(config).not.toHaveProperty('unk_token');
    expect(configOf(metadata('llama'))).toMatchObject({
      bos_token: '<s>',
      unk_token: '<unk>',
      add_bos_token: true,
    });
  });

  it('takes -1 in 32 bits for no token', () => {
    const config = configOf(metadata('byte-level', { 'tokenizer.ggml.bos_token_id': 2 ** 32 - 1 }));
    expect(config).not.toHaveProperty('bos_token');
  });

  it('holds the chat template, which is rendered with the file’s own tokens', () => {
    const coder = coderOf(metadata('byte-level'));
    const ids = coder.encode({ messages: [{ role: 'user', content: 'Hi' }] });
    const rendered = '<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n';
    expect(ids).toEqual(encode(coder, rendered));
    expect(ids.map((id) => list('byte-level', 'tokens')[id])).toContain('<|im_start|>');
  });

  it('lists named chat templates, the default one first', () => {
    const named = { 'tokenizer.chat_template.tool_use': 'tools', 'tokenizer.chat_templates': ['tool_use'] };
    expect(
      configOf(metadata('llama', { ...named, 'tokenizer.chat_template': 'plain' }))['chat_template'],
    ).toEqual([
      { name: 'default', template: 'plain' },
      { name: 'tool_use', template: 'tools' },
    ]);
    const alone = configOf(metadata('llama', { ...named, 'tokenizer.chat_template': undefined }));
    expect(alone['chat_template']).toEqual([{ name: 'tool_use', template: 'tools' }]);
    expect(configOf(metadata('llama', { 'tokenizer.chat_template': undefined }))).not.toHaveProperty(
      'chat_template',
    );
  });
});

describe('tokens', () => {
  it('keep their ids where a text is listed twice', () => {
    const tokens = list('byte-level', 'tokens');
    const doubled = [...tokens, '<|end|>', '', ''];
    const coder = coderOf(
      metadata('byte-level', {
        'tokenizer.ggml.tokens': doubled,
        'tokenizer.ggml.token_type': [...list('byte-level', 'token_type'), 3, 1, 3],
      }),
    );
    // The second is the end of a text, and so keeps its name.
    expect(encode(coder, 'a<|end|>')).toContain(1);
    expect(encode(coder, 'Hello, world!')).toEqual(encode(coderOf(metadata('byte-level')), 'Hello, world!'));
  });

  it('called like parts of JavaScript’s objects are tokens', () => {
    const names = ['__proto__', 'constructor', 'toString'];
    const coder = coderOf(
      metadata('byte-level', {
        'tokenizer.ggml.pre': 'llama-bpe',
        'tokenizer.ggml.tokens': [...list('byte-level', 'tokens'), ...names],
        'tokenizer.ggml.token_type': [...list('byte-level', 'token_type'), 4, 1, 1],
      }),
    );
    const first = list('byte-level', 'tokens').length;
    names.forEach((name, i) => expect(encode(coder, name)).toEqual([first + i]));
  });

  it('that end a text are special where the file gives no types', () => {
    const coder = coderOf(metadata('byte-level', { 'tokenizer.ggml.token_type': undefined }));
    expect(encode(coder, '<|endoftext|><|end|>')).toEqual([0, 1]);
    expect(encode(coder, '<|im_start|>').length).toBeGreaterThan(1);
  });
});

describe('a tokenizer without a pre-tokenizer’s name', () => {
  for (const pre of [undefined, 'default'])
    it(`is read where the architecture settles it (${String(pre)})`, () => {
      const gpt2 = coderOf(metadata('byte-level', { 'tokenizer.ggml.pre': 'gpt-2' }));
      const older = coderOf(
        metadata('byte-level', { 'tokenizer.ggml.pre': pre, 'general.architecture': 'gptneox' }),
      );
      for (const text of FIXTURE.strings) expect(encode(older, text)).toEqual(encode(gpt2, text));
    });
});
