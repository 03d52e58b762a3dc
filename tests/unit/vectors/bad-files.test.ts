import { readFileSync } from 'node:fs';
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js/index-native.js';
import { describe, expect, test } from 'vitest';
import { LeewayError } from '../../../src/errors/leeway-error.ts';
import { sampleVectors } from '../../../tools/goldens/own-vectors.ts';
import { readVectors, writeVectors } from '../../../src/vectors/exchange.ts';
import { GgufWriter } from '../../../src/vectors/gguf-writer.ts';
import { writeNpy } from '../../../src/vectors/npy.ts';
import { VECTOR_FORMATS, type VectorFile, type VectorFormat } from '../../../src/vectors/vector-file.ts';
import { mutated, randomIntegers } from '../mutated-file.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const folder = new URL('../../fixtures/vectors/', import.meta.url);
const sample = await sampleVectors(new URL('sample.json', folder).pathname);
const utf8 = (text: string): Bytes => new TextEncoder().encode(text);
const ones = new Float32Array(3).fill(1);

function gguf(change: (writer: GgufWriter) => void, architecture = 'controlvector'): Bytes {
  const writer = new GgufWriter();
  writer.text('general.architecture', architecture);
  change(writer);
  return writer.bytes();
}

function safetensors(header: string, data = new Uint8Array(24)): Bytes {
  const text = utf8(header);
  const whole = new Uint8Array(8 + text.length + data.length);
  new DataView(whole.buffer).setBigUint64(0, BigInt(text.length), true);
  whole.set(text, 8);
  whole.set(data, 8 + text.length);
  return whole;
}

const tensor = (dtype: string, shape: readonly number[], offsets: readonly number[]): string =>
  JSON.stringify({ dtype, shape, data_offsets: offsets });

async function npz(arrays: Readonly<Record<string, Uint8Array>>): Promise<Bytes> {
  const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false, level: 0 });
  for (const [name, bytes] of Object.entries(arrays)) await writer.add(name, new Uint8ArrayReader(bytes));
  return Uint8Array.from(await writer.close());
}

/** An array of another header than ours. */
const npy = (header: string, data = new Uint8Array(12)): Bytes => {
  const text = utf8(`${header}\n`);
  return Uint8Array.from([0x93, ...utf8('NUMPY'), 1, 0, text.length, 0, ...text, ...data]);
};

const two = Uint8Array.from([...new Uint8Array(new Float32Array([1, NaN, 2]).buffer), ...new Uint8Array(12)]);
const header = (descr: string, shape = '(3,)'): string =>
  `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }`;

const CASES: readonly (readonly [string, VectorFormat, Bytes | Promise<Bytes>, RegExp])[] = [
  ['another file', 'gguf', utf8('no model at all'), /does not begin as a GGUF/],
  ['a model', 'gguf', gguf(() => undefined, 'llama'), /a model of the family llama, not a control vector/],
  ['nothing in it', 'gguf', gguf(() => undefined), /holds no vector/],
  ['another tensor', 'gguf', gguf((w) => w.tensor('blk.0.weight', ones)), /blk.0.weight is no direction/],
  ['no layer', 'gguf', gguf((w) => w.tensor('direction.last', ones)), /ends in “last”/],
  [
    'a layer twice',
    'gguf',
    gguf((w) => ['direction.1', 'direction.01'].forEach((name) => w.tensor(name, ones))),
    /two vectors for layer 1/,
  ],
  [
    'NaN',
    'gguf',
    gguf((w) => w.tensor('direction.1', Float32Array.from([1, NaN]))),
    /not finite.*at place 2/,
  ],
  [
    'unequal lengths',
    'gguf',
    gguf((w) => {
      w.tensor('direction.1', ones);
      w.tensor('direction.2', new Float32Array(4));
    }),
    /has 4 numbers and another vector of the file 3/,
  ],
  ['another file', 'safetensors', utf8('no tensors at all'), /does not begin as a safetensors/],
  ['a stub', 'safetensors', utf8('abc'), /too short/],
  ['no JSON', 'safetensors', safetensors('{"a'), /header is not JSON/],
  ['no object', 'safetensors', safetensors('[]'), /no object/],
  ['no vector', 'safetensors', safetensors('{}'), /holds no vector/],
  [
    'whole numbers',
    'safetensors',
    safetensors(`{"layer.1":${tensor('I32', [3], [0, 12])}}`),
    /of type I32; F32, F16/,
  ],
  ['a matrix', 'safetensors', safetensors(`{"layer.1":${tensor('F32', [3, 1], [0, 12])}}`), /shape \[3, 1\]/],
  ['wrong offsets', 'safetensors', safetensors(`{"layer.1":${tensor('F32', [3], [0, 8])}}`), /takes 8 bytes/],
  [
    'a cut',
    'safetensors',
    safetensors(`{"layer.1":${tensor('F32', [9], [0, 36])}}`),
    /ends inside The tensor layer.1/,
  ],
  [
    'a layer twice',
    'safetensors',
    safetensors(`{"layer.1":${tensor('F32', [3], [0, 12])},"layer.1":${tensor('F32', [3], [0, 12])}}`),
    /states “layer.1” twice/,
  ],
  [
    'NaN',
    'safetensors',
    safetensors(`{"layer.1":${tensor('F32', [3], [0, 12])}}`, two),
    /not finite.*at place 2/,
  ],
  [
    'two names',
    'safetensors',
    safetensors(`{"kind.1":${tensor('F32', [3], [0, 12])},"bold.1":${tensor('F32', [3], [12, 24])}}`),
    /vectors of 2 names \(kind, bold\)/,
  ],
  [
    'a name of no layer',
    'safetensors',
    safetensors(`{"weight":${tensor('F32', [3], [0, 12])}}`),
    /“weight” is no name/,
  ],
  ['another file', 'npz', utf8('no archive at all'), /no NumPy archive that can be read/],
  ['a file in it', 'npz', npz({ 'read.me': utf8('x') }), /read.me, which is no NumPy array/],
  ['no array', 'npz', npz({ 'layer.1.npy': utf8('x') }), /does not begin as a NumPy array/],
  ['objects', 'npz', npz({ 'layer.1.npy': npy(header("'|O'")) }), /of type \|O; little-endian floats/],
  ['the other byte order', 'npz', npz({ 'layer.1.npy': npy(header("'>f4'")) }), /of type >f4/],
  [
    'records',
    'npz',
    npz({ 'layer.1.npy': npy(header("[('x', '<f4')]")) }),
    /header that NumPy does not write/,
  ],
  ['a matrix', 'npz', npz({ 'layer.1.npy': npy(header("'<f4'", '(3, 1)')) }), /shape \(3, 1\)/],
  ['a cut', 'npz', npz({ 'layer.1.npy': npy(header("'<f4'", '(4,)')) }), /12 bytes, which are not 4 numbers/],
  ['a name of no layer', 'npz', npz({ 'vectors.npy': writeNpy(ones) }), /“vectors” is no name/],
  [
    'infinity',
    'npz',
    npz({ 'layer.0.npy': writeNpy(Float32Array.from([Infinity])) }),
    /not finite.*at place 1/,
  ],
  [
    'too large for 32 bits',
    'npz',
    npz({ 'layer.0.npy': npy(header("'<f8'", '(1,)'), new Uint8Array(new Float64Array([1e300]).buffer)) }),
    /not finite as a 32-bit float/,
  ],
  ['no JSON', 'json', utf8('{'), /not JSON/],
  ['no layers', 'json', utf8('[1, 2]'), /does not say which layers/],
  ['no layer', 'json', utf8('{"vectors":{"one":[1]}}'), /“one” names no layer/],
  ['a layer twice', 'json', utf8('{"vectors":{"1":[1],"1":[2]}}'), /states “1” twice/],
  [
    'a layer twice, once with a zero',
    'json',
    utf8('{"vectors":{"1":[1],"01":[2]}}'),
    /two vectors for layer 1/,
  ],
  ['words', 'json', utf8('{"vectors":{"1":["a"]}}'), /layer 1 is no list of finite numbers/],
  ['too large for 32 bits', 'json', utf8('{"vectors":{"1":[1e300]}}'), /not finite as a 32-bit float/],
  ['a later version', 'json', utf8('{"format":"leeway-vectors","version":2}'), /newer version/],
  ['bytes', 'json', Uint8Array.from([0xff, 0xfe, 0x00]), /neither text/],
  ['brackets', 'json', utf8('['.repeat(100_000)), /not JSON|nested/],
];

describe.each(CASES)('%s as %s', (_, format, bytes, message) => {
  test('is refused in a sentence', async () => {
    const thrown: unknown = await readVectors(`mine.${format}`, await bytes).catch(
      (reason: unknown) => reason,
    );
    expect(thrown).toBeInstanceOf(LeewayError);
    expect(thrown).toMatchObject({ code: expect.stringMatching(/^vector-(invalid|length)$/) as string });
    expect((thrown as LeewayError).message).toMatch(message);
  });
});

const FILES = 1500;
const SEED = 20;

describe.each(VECTOR_FORMATS)('damaged %s files', (format) => {
  test(`${FILES} of them end in vectors or in a typed error`, { timeout: 240_000 }, async () => {
    const random = randomIntegers(SEED);
    const small: VectorFile = { ...sample, vectors: new Map([...sample.vectors].slice(0, 2)) };
    const sources = [await writeVectors(small, format)];
    if (format !== 'json')
      for (const name of { gguf: ['repeng', 'halves'], safetensors: ['kinds'], npz: ['float64-deflated'] }[
        format
      ])
        sources.push(new Uint8Array(readFileSync(new URL(`${name}.${format}`, folder))));
    const untyped: string[] = [];
    let opened = 0;
    for (let i = 0; i < FILES; i++) {
      const whole = sources[i % sources.length] as Bytes;
      const damaged = mutated(whole, Math.min(whole.length, 400), random);
      try {
        const { vectors } = await readVectors(`damaged.${format}`, damaged);
        opened += 1;
        for (const vector of vectors.values())
          if (!vector.every(Number.isFinite)) untyped.push(`file ${i}: not finite`);
      } catch (thrown) {
        const known = thrown instanceof LeewayError && /^vector-(invalid|length)$/.test(thrown.code);
        if (!known || thrown.message === '') untyped.push(`file ${i}: ${String(thrown)}`);
      }
    }
    console.log(`${format} fuzz: ${FILES} files, ${opened} opened, untyped ${untyped.length}`);
    expect(untyped.slice(0, 3)).toEqual([]);
    expect(opened).toBeGreaterThan(0);
  });
});
