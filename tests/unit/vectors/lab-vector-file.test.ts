import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readVectorFile } from '../../../lab/vector-file.ts';
import { writeVectors } from '../../../src/vectors/exchange.ts';
import { VECTOR_FORMATS } from '../../../src/vectors/vector-file.ts';
import { sampleVectors } from '../../../tools/goldens/own-vectors.ts';

const folder = new URL('../../fixtures/vectors/', import.meta.url);
const fixture = (name: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(new URL(name, folder)));
const sample = await sampleVectors(new URL('sample.json', folder).pathname);
const text = (value: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(value);

describe('--vector <file>', () => {
  test.each(['repeng.gguf', 'float32.safetensors', 'float32.npz'])(
    '%s gives the layer asked for',
    async (name) => {
      const { vectors, convention } = await readVectorFile(name, fixture(name), [29, 5]);
      for (const layer of [5, 29])
        expect(vectors[layer]).toEqual(Array.from(sample.vectors.get(layer) ?? []));
      expect(convention).toMatch(/counted from 0/);
      await expect(readVectorFile(`some/${name}`, fixture(name), [5, 4])).rejects.toMatchObject({
        code: 'vector-invalid',
        message: expect.stringMatching(/holds no vector for layer 4; it has layers .*1, 5, 29\.$/) as string,
      });
    },
  );

  test('JSON of one vector goes for any layer, of several for its own; nothing is said of a convention', async () => {
    for (const value of ['[1, 2]', '{"vector":[1, 2]}', '{"vectors":{"7":[1, 2],"8":"what it is"}}'])
      expect(await readVectorFile('v.json', text(value), [7])).toEqual({ vectors: { 7: [1, 2] } });
    expect(await readVectorFile('v.txt', text('[1]'), [7, 8])).toEqual({ vectors: { 7: [1], 8: [1] } });
  });

  test('a file of ours says what its norms are and where its vectors come from', async () => {
    const file = {
      vectors: new Map([[7, Float32Array.of(1, 2)]]),
      norms: new Map([[7, 3]]),
      notes: { model: 'm' },
    };
    for (const format of VECTOR_FORMATS)
      expect(await readVectorFile(`v.${format}`, await writeVectors(file, format), [7])).toMatchObject({
        vectors: { 7: [1, 2] },
        norms: { 7: 3 },
        notes: { model: 'm' },
      });
  });

  test.each([
    ['{', /^The vector file v.json is not JSON\.$/],
    ['\uFEFF[1]', /is not JSON/],
    ['null', /holds no list of finite numbers for layer 7\.$/],
    ['[]', /holds no list/],
    ['[1, "2"]', /holds no list/],
    ['{"vectors":{"6":[1]}}', /holds no list/],
  ])('%j is refused', async (value, message) => {
    await expect(readVectorFile('v.json', text(value), [7])).rejects.toMatchObject({
      code: 'vector-invalid',
      message: expect.stringMatching(message) as string,
    });
  });
});
