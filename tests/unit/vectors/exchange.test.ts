import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { sampleVectors } from '../../../tools/goldens/own-vectors.ts';
import { readVectors, requireFit, writeVectors } from '../../../src/vectors/exchange.ts';
import { VECTOR_FORMATS, type VectorFile } from '../../../src/vectors/vector-file.ts';
import { bytesOf } from '../../../src/vectors/floats.ts';

const folder = new URL('../../fixtures/vectors/', import.meta.url);
const fixture = (name: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(new URL(name, folder)));
const json = <Of>(name: string): Of => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Of;
const sample = await sampleVectors(new URL('sample.json', folder).pathname);
const { halves } = json<{ halves: Record<'float16' | 'bfloat16', Record<string, number[]>> }>('sample.json');

/** Layers and numbers to the bit: -0 is not 0. */
const bits = ({ vectors }: Pick<VectorFile, 'vectors'>): [number, string][] =>
  [...vectors].map(([layer, vector]) => [layer, Buffer.from(bytesOf(vector)).toString('hex')]);

const someVectors: fc.Arbitrary<VectorFile> = fc
  .tuple(fc.integer({ min: 1, max: 40 }), fc.uniqueArray(fc.nat({ max: 60 }), { minLength: 1, maxLength: 5 }))
  .chain(([hidden, layers]) =>
    fc.record({
      vectors: fc.tuple(
        ...layers
          .sort((a, b) => a - b)
          .map((layer) =>
            fc
              .float32Array({ minLength: hidden, maxLength: hidden, noNaN: true, noDefaultInfinity: true })
              .map((vector) => [layer, vector] as const),
          ),
      ),
      norms: fc.array(
        fc.tuple(fc.constantFrom(...layers), fc.double({ min: 0, noNaN: true, noDefaultInfinity: true })),
        {
          maxLength: 3,
        },
      ),
      notes: fc.dictionary(fc.string(), fc.oneof(fc.string({ unit: 'binary-ascii' }), fc.integer()), {
        maxKeys: 4,
      }),
    }),
  )
  .map(({ vectors, norms, notes }) => ({
    vectors: new Map(vectors),
    norms: new Map(norms),
    notes: { ...notes },
  }));

describe.each(VECTOR_FORMATS)('%s', (format) => {
  it('gives back what went in, to the bit', async () => {
    await fc.assert(
      fc.asyncProperty(someVectors, async (file) => {
        const bytes = await writeVectors(file, format);
        expect(await writeVectors(file, format)).toEqual(bytes);
        // By its name, and by its content.
        for (const name of [`mine.${format}`, 'mine']) {
          const read = await readVectors(name, bytes);
          expect(bits(read)).toEqual(bits(file));
          expect([...read.norms].sort()).toEqual([...file.norms].sort());
          expect(read.notes).toEqual(file.notes);
          expect(read.format).toBe(format);
          expect(read.convention).toMatch(
            /after block l, counted from 0.* positive strength adds it as it stands/,
          );
        }
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  it('is written in the very bytes that Python read to the bit', async () => {
    const { sha256 } = json<{ sha256: Record<string, string> }>('readings.json');
    const bytes = await writeVectors(sample, format);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256[format]);
  });
});

describe('files of other programs', () => {
  const layered = (from: Record<string, number[]>, layers: readonly number[]): VectorFile => ({
    vectors: new Map(layers.map((layer) => [layer, Float32Array.from(from[layer] ?? [])])),
    norms: new Map(),
    notes: {},
  });
  const from1 = { vectors: new Map([...sample.vectors].filter(([layer]) => layer > 0)) };

  test('a control vector of repeng: direction.<l> is our layer l', async () => {
    const read = await readVectors('repeng.gguf', fixture('repeng.gguf'));
    expect(bits(read)).toEqual(bits(from1));
    expect(read.notes).toEqual({ model_hint: 'llama' });
    expect(read.norms.size).toBe(0);
    expect(read.convention).toMatch(/^direction.<l> is taken/);
  });

  test.each([
    ['float32.safetensors', { made: 'elsewhere' }],
    ['float32.npz', {}],
    ['float64-deflated.npz', {}],
  ])('%s holds the sample', async (name, notes) => {
    const read = await readVectors(name, fixture(name));
    expect(bits(read)).toEqual(bits(sample));
    expect(read.notes).toEqual(notes);
  });

  test('F16, BF16 and F64 are read in GGUF and safetensors, F16 in NumPy', async () => {
    const { float16, bfloat16 } = halves;
    const wide = bits(sample).filter(([layer]) => layer === 29);
    const threeTypes = [...bits(layered(float16, [1])), ...bits(layered(bfloat16, [5])), ...wide];
    const gguf = await readVectors('halves.gguf', fixture('halves.gguf'));
    expect(bits(gguf)).toEqual(threeTypes);
    const kinds = await readVectors('kinds.safetensors', fixture('kinds.safetensors'));
    expect(bits(kinds)).toEqual(threeTypes);
    const npz = await readVectors('float16.npz', fixture('float16.npz'));
    expect(bits(npz)).toEqual(bits(layered(float16, [0, 1, 5, 29])));
  });

  test('JSON of the lab needs no head', async () => {
    const read = await readVectors(
      'v.json',
      new TextEncoder().encode('{"vectors":{"3":[1,2.5],"0":[0,-1]}}'),
    );
    expect([...read.vectors].map(([layer, vector]) => [layer, [...vector]])).toEqual([
      [0, [0, -1]],
      [3, [1, 2.5]],
    ]);
  });
});

describe('a control vector for llama.cpp', () => {
  it('has no direction.0, which llama.cpp refuses: layer 0 stands beside the tensors', async () => {
    const bytes = await writeVectors(sample, 'gguf');
    const text = Buffer.from(bytes).toString('latin1');
    expect([...text.matchAll(/(?<!leeway\.)direction\.\d+/g)].map(([name]) => name)).toEqual([
      'direction.1',
      'direction.5',
      'direction.29',
    ]);
    expect(text).toContain('controlvector.layer_count');
  });
});

describe('the fit to a model', () => {
  const model = { layers: 30, hidden: 12 };

  it('is right or said to be wrong', () => {
    expect(() => requireFit('a.npz', sample, model)).not.toThrow();
    expect(() => requireFit('a.npz', sample, { ...model, hidden: 576 })).toThrow(
      expect.objectContaining({
        code: 'vector-length',
        message: 'The vector of a.npz for layer 0 has 12 numbers; the model’s hidden size is 576.',
      }) as Error,
    );
    expect(() => requireFit('a.npz', sample, { ...model, layers: 12 })).toThrow(
      expect.objectContaining({
        code: 'vector-invalid',
        message: 'a.npz holds a vector for layer 29; the model has layers 0 to 11.',
      }) as Error,
    );
  });
});
