import { afterAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/client/engine.ts';
import { spawnEngine } from '../../src/engine/client/spawn.ts';
import type { Row, RowResult, WeightStorage } from '../../src/engine/shared/protocol.ts';
import { loadModel, type ModelWishes } from '../../src/experiments/load-model.ts';
import { spawnLibrary } from '../../src/library/client/spawn.ts';
import { maxDifference } from '../max-difference.ts';
import { largest, thinned, waysCases, type WaysGolden } from '../steering-ways.ts';
import gguf from '../fixtures/steering-ways/gguf-llama.json';
import tiny from '../fixtures/steering-ways/tiny-llama.json';

const MODELS: { name: string; precision?: string; storage?: WeightStorage; golden: WaysGolden }[] = [
  { name: 'tiny-llama-builder', golden: tiny },
  { name: 'tiny-llama-optimum', golden: tiny },
  // Packed weights would be others than PyTorch's.
  { name: 'gguf', precision: 'llama-f32.gguf', storage: 'float32', golden: gguf },
];
/** Of the largest value of a row. Found: 2e-6 on WASM and on WebGPU (SwiftShader). */
const TOLERANCE = 2e-5;

const library = spawnLibrary();
const engines: Engine[] = [];
afterAll(() => {
  for (const engine of engines) engine.terminate();
  library.terminate();
});

async function loaded(name: string, wishes: ModelWishes): Promise<Engine> {
  const engine = spawnEngine();
  engines.push(engine);
  const source = {
    id: name,
    base: new URL('/hub', location.href).href,
    repository: `local/${name}`,
    revision: 'main',
    moving: true,
  };
  const model = await loadModel(engine, library, source, wishes);
  expect(model.backend).toBe(wishes.backend);
  return engine;
}

for (const { name, golden, ...wishes } of MODELS)
  for (const backend of ['wasm', 'webgpu'] as const)
    describe(`${name} on ${backend}`, () => {
      const { tokens, stride } = golden;
      const cases = waysCases(golden);
      const capture = golden.cases[0]?.residual.map((_, layer) => layer) ?? [];
      const plainRow: Row = { tokens, logits: true, capture };
      const rows = cases.map(({ steer }): Row => ({ ...plainRow, steer }));
      let engine: Engine;
      let plain: RowResult;
      const one = async (row: Row): Promise<RowResult> => (await engine.run([row])).rows[0] ?? {};

      it('opens for additions, and again for every way when a row asks for one', async () => {
        engine = await loaded(name, { backend, ...wishes });
        plain = await one(plainRow);
        const before = engine.model;
        await one(rows[1] ?? plainRow);
        expect(engine.model).toBe(before);
        await one(rows[2] ?? plainRow);
        expect(engine.model).not.toBe(before);
        expect(engine.model).toMatchObject({ backend, layers: before?.layers, hidden: before?.hidden });
        expect(engine.model?.selfCheck.state).toBe(backend === 'webgpu' ? 'passed' : 'not-made');
      });

      it('computes what PyTorch computes for every way at every place, all rows in one run', async () => {
        const { rows: found } = await engine.run(rows);
        const apart = cases.map(({ logits, residual }, i) =>
          Math.max(
            maxDifference(thinned(found[i]?.logits ?? [], stride), logits) / largest(logits),
            ...residual.map(
              (values, layer) => maxDifference(found[i]?.residual?.[layer] ?? [], values) / largest(values),
            ),
          ),
        );
        console.log(`${name} on ${backend}: differs from PyTorch by ${Math.max(...apart).toExponential(1)}`);
        cases.forEach((entry, i) => expect(apart[i], entry.name).toBeLessThan(TOLERANCE));
      });

      it('the plan changes nothing: rows together equal rows alone', async () => {
        const mixed = rows.flatMap((row, i): Row[] => [
          row,
          { ...row, tokens: [...tokens.slice(0, 7), 3, 2, 1].slice(0, 5 + (i % 6)) },
        ]);
        const { rows: together } = await engine.run(mixed);
        for (const [i, row] of mixed.entries()) {
          const alone = await one(row);
          expect(maxDifference(together[i]?.logits ?? [], alone.logits ?? []), String(i)).toBeLessThan(1e-4);
          alone.residual?.forEach((values, k) =>
            expect(maxDifference(together[i]?.residual?.[k] ?? [], values), String(i)).toBeLessThan(1e-4),
          );
        }
      });

      it('opened for every way, an unsteered row is what it was, to the last bit', async () => {
        const again = await one(plainRow);
        expect(maxDifference(plain.logits ?? [], again.logits ?? [])).toBe(0);
        plain.residual?.forEach((values, k) =>
          expect(maxDifference(values, again.residual?.[k] ?? [])).toBe(0),
        );
      });

      it('refuses a plane that is none, and stays usable', async () => {
        const vector = Float32Array.from(golden.vectors['v'] ?? []);
        const steer = [{ way: 'rotate' as const, layer: 0, plane: [vector, vector] as const, angle: 1 }];
        await expect(engine.run([{ ...plainRow, steer }])).rejects.toMatchObject({ code: 'vector-invalid' });
        expect((await one(plainRow)).logits).toBeDefined();
      });
    });
