import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../server/site.ts';
import { TextCoder } from '../../src/engine/worker/tokenizer.ts';
import { expect, test } from './site.ts';

const read = (path: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as Record<string, unknown>;

const coder = (): TextCoder =>
  new TextCoder(
    read('models/smollm2-135m/tokenizer.json'),
    read('models/smollm2-135m/tokenizer_config.json'),
  );

test('the real model’s ids are those of the GGUF’s own vocabulary and merges', () => {
  const { cases } = read('tests/fixtures/smollm2/tokens.json') as {
    cases: { text: string; ids: number[] }[];
  };
  expect(cases.length).toBeGreaterThanOrEqual(40);
  const own = coder();
  for (const { text, ids } of cases) {
    expect(own.encode({ text, special: false }), JSON.stringify(text)).toEqual(ids);
    // The model’s tokenizer adds no special token by default.
    expect(own.encode({ text, special: true }), JSON.stringify(text)).toEqual(ids);
  }
});

test('the chat template is the model’s own', () => {
  const ids = coder().encode({ messages: [{ role: 'user', content: 'Hi' }] });
  const [start, end] = [1, 2];
  expect(ids[0]).toBe(start);
  expect(ids).toContain(end);
  expect(ids.filter((id) => id === start).length).toBeGreaterThanOrEqual(2);
});
