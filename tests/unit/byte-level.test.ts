import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TextCoder } from '../../src/engine/worker/tokenizer.ts';
import { tokenizerFromMetadata } from '../../src/gguf/tokenizer.ts';
import { metadata } from './gguf/tokenizer-fixture.ts';

/** tools/gguf/byte_level_ids.py: ids by Hugging Face's tokenizers (Rust). */
const { texts, ways } = JSON.parse(
  readFileSync(new URL('../fixtures/gguf/byte_level_ids.json', import.meta.url), 'utf8'),
) as {
  readonly texts: readonly string[];
  readonly ways: readonly {
    readonly digits: boolean;
    readonly prefix: boolean;
    readonly ids: readonly (readonly number[])[];
  }[];
};
const { tokenizer, config } = tokenizerFromMetadata(
  metadata('byte-level', { 'tokenizer.ggml.pre': 'gpt-2' }),
);

/** The vocabulary alone: no tokens that are found before the text is cut, and none put around it. */
function coderWith(pre_tokenizer: unknown): TextCoder {
  const plain = { ...tokenizer, normalizer: null, post_processor: null, added_tokens: [] };
  return new TextCoder({ ...plain, pre_tokenizer }, config);
}

describe.each(ways)(
  'ByteLevel as in tokenizer.json (after Digits: $digits, space in front: $prefix)',
  (way) => {
    const digits = { type: 'Digits', individual_digits: true };
    const byteLevel = {
      type: 'ByteLevel',
      add_prefix_space: way.prefix,
      trim_offsets: true,
      use_regex: true,
    };
    const coder = coderWith(
      way.digits ? { type: 'Sequence', pretokenizers: [digits, byteLevel] } : byteLevel,
    );

    it.each(texts.map((text, i) => [JSON.stringify(text), text, way.ids[i]] as const))(
      '%s',
      (_, text, ids) => {
        expect(coder.encode({ text, special: false })).toEqual(ids);
        expect(coder.encode({ text, special: true })).toEqual(ids);
      },
    );
  },
);

it('takes the pattern where the file does not say whether to, as older files do not', () => {
  const { ids } = ways.find((way) => !way.digits && !way.prefix) ?? {};
  const coder = coderWith({ type: 'ByteLevel', add_prefix_space: false, trim_offsets: true });
  expect(texts.map((text) => coder.encode({ text, special: false }))).toEqual(ids);
});

it('cuts nothing where the file says so', () => {
  const bytes = { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: false };
  const whole = coderWith({ type: 'Sequence', pretokenizers: [bytes] });
  const space = coderWith(bytes);
  for (const text of texts)
    expect(whole.encode({ text, special: false })).toEqual(space.encode({ text, special: false }));
});
