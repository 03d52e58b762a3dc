import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { specialEnds, statedEnds } from '../../../src/engine/worker/end-tokens.ts';
import { TextCoder } from '../../../src/engine/worker/tokenizer.ts';

const added = (id: number, content: string, special = true): object => ({ id, content, special });

describe('the tokens that end an answer', () => {
  it('are read from every shape that configs state them in', () => {
    expect(statedEnds({ eos_token_id: 2 })).toEqual([2]);
    expect(statedEnds({ eos_token_id: [128001, 128008] })).toEqual([128001, 128008]);
    expect(statedEnds({ text_config: { eos_token_id: 106 } })).toEqual([106]);
    expect(statedEnds({ model: { eos_token_id: [1, 106] } })).toEqual([1, 106]);
    expect(statedEnds({ eos_token_id: null })).toEqual([]);
    expect(statedEnds({ eos_token_id: -1 })).toEqual([]);
  });

  it('are the named token and the turn ends of known chats, special ones only', () => {
    const tokenizer = {
      added_tokens: [
        added(7, '<|eot_id|>'),
        added(8, '<|im_end|>', false),
        added(9, '[DONE]'),
        added(10, '<|im_start|>'),
      ],
    };
    expect(specialEnds(tokenizer, ['[DONE]', undefined])).toEqual([7, 9]);
    expect(specialEnds({}, ['x'])).toEqual([]);
  });

  it('are found by the tokenizer of a model, which leaves them out of its text', () => {
    const folder = 'tests/fixtures/tiny-llama-builder';
    const json = (name: string): Record<string, unknown> =>
      JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as Record<string, unknown>;
    const coder = new TextCoder(json('tokenizer.json'), json('tokenizer_config.json'));
    expect(coder.endTokens).toEqual([0, 2]);
    const text = 'A child asks, “why?” – café.';
    expect(coder.decode([...coder.encode({ text, special: false }), 2])).toBe(text);
  });
});
