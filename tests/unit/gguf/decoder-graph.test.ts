import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { buildDecoder } from '../../../src/gguf/decoder-graph.ts';
import type { WeightStorage } from '../../../src/gguf/graph-weights.ts';
import { readGguf } from '../../../src/gguf/gguf-file.ts';
import { maxDifference } from '../../max-difference.ts';
import { FIXTURES, openDecoder, readFixture } from './gguf-decoder.ts';

interface Golden {
  readonly cases: readonly {
    readonly name: string;
    readonly request: {
      readonly tokens: number[];
      readonly steer: { layer: number; vector: number[] }[];
    };
    readonly expected: { readonly logits: number[]; readonly residual: Record<string, number[]> };
  }[];
}

const NAMES = readdirSync(FIXTURES)
  .filter((file) => file.endsWith('.gguf'))
  .map((file) => file.replace('.gguf', ''))
  .sort();

const golden = (name: string): Golden =>
  JSON.parse(new TextDecoder().decode(readFixture(`${name}.golden.json`))) as Golden;

/** How far a model is from PyTorch on the dequantized weights, over all of its cases. */
interface Agreement {
  logits: number;
  residual: number;
  /** The least correlation of a row of logits. */
  correlation: number;
}

async function agreement(name: string, storage: WeightStorage): Promise<Agreement> {
  const { session } = await openDecoder(readFixture(`${name}.gguf`), storage);
  const worst = { logits: 0, residual: 0, correlation: 1 };
  for (const { request, expected } of golden(name).cases) {
    const { logits, residual } = await session.run({ rows: [request.tokens], steer: [request.steer] });
    const row = logits[0] ?? new Float32Array(0);
    worst.logits = Math.max(worst.logits, maxDifference(row, expected.logits));
    worst.correlation = Math.min(worst.correlation, correlation(row, expected.logits));
    for (const [layer, values] of Object.entries(expected.residual))
      worst.residual = Math.max(worst.residual, maxDifference(residual[0]?.[Number(layer)] ?? [], values));
  }
  return worst;
}

function correlation(a: ArrayLike<number>, b: readonly number[]): number {
  const mean = (values: ArrayLike<number>): number =>
    Array.from(values).reduce((sum, x) => sum + x, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  b.forEach((value, i) => {
    const [da, db] = [(a[i] ?? NaN) - meanA, value - meanB];
    ab += da * db;
    aa += da * da;
    bb += db * db;
  });
  return ab / Math.sqrt(aa * bb);
}

/** Files whose every matrix is of a type that packs without loss. */
const EXACT = /-(q8_0|q4_0|q5_0|q6_k)$/;

describe('a decoder built from a GGUF file', () => {
  test.each(NAMES)('%s with exact weights computes what PyTorch computes', async (name) => {
    const { logits, residual } = await agreement(name, 'float32');
    expect(logits).toBeLessThan(1e-3);
    expect(residual).toBeLessThan(1e-3);
  });

  test.each(NAMES)('%s with weights in 16-bit floats is as close as their 11 bits allow', async (name) => {
    const { logits, residual, correlation: least } = await agreement(name, 'float16');
    expect(least).toBeGreaterThan(0.99999);
    // What is stored in 16 bits stays as it is.
    const most = /-f16$/.test(name) ? 1e-4 : 2e-2;
    expect(logits).toBeLessThan(most);
    expect(residual).toBeLessThan(most);
  });

  test.each(NAMES)(
    '%s with packed weights is exact where its types are, and close where not',
    async (name) => {
      const { logits, residual, correlation: least } = await agreement(name, 'packed');
      // Random weights forgive less than trained ones: 32-bit floats in 8 bits come to 0.9974.
      expect(least).toBeGreaterThan(/f32$/.test(name) ? 0.997 : 0.9995);
      if (!EXACT.test(name)) return;
      expect(logits).toBeLessThan(1e-3);
      expect(residual).toBeLessThan(1e-3);
    },
  );

  test.each(['gemma3-q8_0', 'llama3-q8_0', 'qwen3-q8_0'])(
    '%s: rows of a padded batch give what each gives alone, and so does a continued prefix',
    async (name) => {
      const { session } = await openDecoder(readFixture(`${name}.gguf`), 'packed');
      const rows = golden(name).cases.map(({ request }) => request.tokens);
      const together = await session.run({ rows });
      for (const [i, row] of rows.entries()) {
        const alone = await session.run({ rows: [row] });
        expect(maxDifference(together.logits[i] ?? [], alone.logits[0] ?? [])).toBeLessThan(1e-4);
        const half = Math.ceil(row.length / 2);
        const { present } = await session.run({ rows: [row.slice(0, half)] });
        const continued = await session.run({ rows: [row.slice(half)], past: present });
        expect(maxDifference(continued.logits[0] ?? [], alone.logits[0] ?? [])).toBeLessThan(1e-4);
      }
    },
  );

  test('the graph does not depend on what is asked first', async () => {
    const build = async (): Promise<Uint8Array> =>
      buildDecoder(await readGguf(new Blob([readFixture('llama-q4_1.gguf')])), 'packed').graph.proto;
    expect(await build()).toEqual(await build());
  });
});
