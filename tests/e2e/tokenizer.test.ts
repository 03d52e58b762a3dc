import { openAsBlob, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../server/site.ts';
import { TextCoder } from '../../src/engine/worker/tokenizer.ts';
import { readGguf } from '../../src/gguf/gguf-file.ts';
import { tokenizerFromMetadata } from '../../src/gguf/tokenizer.ts';
import { expect, test } from './site.ts';

const read = (path: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as Record<string, unknown>;

async function fromGguf(): Promise<TextCoder> {
  const file = await readGguf(
    await openAsBlob(join(ROOT, 'models/smollm2-135m/SmolLM2-135M-Instruct.Q4_1.gguf')),
  );
  const { tokenizer, config } = tokenizerFromMetadata(file.metadata);
  return new TextCoder(tokenizer, config);
}

const fromFolder = (): TextCoder =>
  new TextCoder(
    read('models/smollm2-135m-int8/tokenizer.json'),
    read('models/smollm2-135m-int8/tokenizer_config.json'),
  );

for (const [name, open] of [
  ['GGUF', fromGguf],
  ['export', fromFolder],
] as const) {
  test(`the real model’s ids, from its ${name}, are those of the GGUF’s own vocabulary and merges`, async () => {
    const { cases } = read('tests/fixtures/smollm2/tokens.json') as {
      cases: { text: string; ids: number[] }[];
    };
    expect(cases.length).toBeGreaterThanOrEqual(40);
    const own = await open();
    for (const { text, ids } of cases) {
      expect(own.encode({ text, special: false }), JSON.stringify(text)).toEqual(ids);
      // The model’s tokenizer adds no special token by default.
      expect(own.encode({ text, special: true }), JSON.stringify(text)).toEqual(ids);
    }
  });

  test(`the chat template of its ${name} is the model’s own`, async () => {
    const ids = (await open()).encode({ messages: [{ role: 'user', content: 'Hi' }] });
    const [start, end] = [1, 2];
    expect(ids[0]).toBe(start);
    expect(ids).toContain(end);
    expect(ids.filter((id) => id === start).length).toBeGreaterThanOrEqual(2);
  });
}
