import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { holdsVectors } from '../../../src/vectors/vector-kind.ts';

const fixture = (path: string): Blob =>
  new Blob([new Uint8Array(readFileSync(new URL(`../../fixtures/${path}`, import.meta.url)))]);

test.each([
  ['repeng.gguf', 'vectors/repeng.gguf', true],
  ['CONTROL.GGUF', 'vectors/halves.gguf', true],
  ['model.gguf', 'gguf/llama-q8_0.gguf', false],
  ['v.safetensors', 'vectors/float32.safetensors', true],
  ['v.npz', 'vectors/float32.npz', true],
  // By content it is one, but nothing that is called otherwise is opened.
  ['v.bin', 'vectors/repeng.gguf', false],
  ['broken.gguf', 'vectors/sample.json', false],
])('%s of %s holds vectors: %s', async (name, path, holds) => {
  expect(await holdsVectors(name, fixture(path))).toBe(holds);
});
