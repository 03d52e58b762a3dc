import { afterAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/client/engine.ts';
import { spawnEngine } from '../../src/engine/client/spawn.ts';
import { maxDifference } from '../max-difference.ts';
import type { Backend, LoadedModel, Row, RowResult } from '../../src/engine/shared/protocol.ts';
import { loadModel, type ModelProgress, type ModelWishes } from '../../src/experiments/load-model.ts';
import type { AskOptions } from '../../src/channel/client.ts';
import { spawnLibrary } from '../../src/library/client/spawn.ts';
import type { RepositorySource } from '../../src/models/repository.ts';

const source = (name: string): RepositorySource => ({
  id: name,
  base: new URL('/hub', location.href).href,
  repository: `local/${name}`,
  revision: 'main',
  moving: true,
});

const library = spawnLibrary();
const load = (
  engine: Engine,
  name: string,
  options: ModelWishes & AskOptions<ModelProgress> = {},
): Promise<LoadedModel> => loadModel(engine, library, source(name), options);

const tokens = [5, 77, 130, 9, 201, 44, 300, 12];
const capture = [0, 1, 2, 3];
const difference = (a: ArrayLike<number> = [], b: ArrayLike<number> = []): number => maxDifference(a, b);

const engines: Engine[] = [];
const results = new Map<string, readonly RowResult[]>();

async function loaded(name: string, backend: Backend): Promise<Engine> {
  const engine = spawnEngine();
  engines.push(engine);
  const model = await load(engine, name, { backend });
  expect(model.backend).toBe(backend);
  expect(model.selfCheck.state).toBe(backend === 'webgpu' ? 'passed' : 'not-made');
  return engine;
}

afterAll(() => engines.forEach((engine) => engine.terminate()));

for (const name of ['tiny-llama-builder', 'tiny-llama-optimum'])
  for (const backend of ['wasm', 'webgpu'] as const)
    describe(`${name} on ${backend}`, () => {
      let engine: Engine;
      let hidden = 0;
      const vector = (scale: number): Float32Array =>
        Float32Array.from({ length: hidden }, (_, i) => scale * Math.sin(i + 1));
      const one = async (row: Row): Promise<RowResult> => (await engine.run([row])).rows[0] ?? {};

      it('loads', async () => {
        engine = await loaded(name, backend);
        hidden = engine.model?.hidden ?? 0;
        expect(engine.model).toMatchObject({ layers: 4, hidden: 64 });
      });

      it('strength 0 is bit-equal to no steering', async () => {
        const plain = await one({ tokens, logits: true, capture });
        const zero = await one({ tokens, logits: true, capture, steer: [{ layer: 1, vector: vector(0) }] });
        expect(difference(plain.logits, zero.logits)).toBe(0);
        capture.forEach((_, i) => expect(difference(plain.residual?.[i], zero.residual?.[i])).toBe(0));
      });

      it('layers below the steered one are untouched, the steered layer is h + v, those above change', async () => {
        const v = vector(0.7);
        const plain = await one({ tokens, logits: true, capture });
        const steered = await one({ tokens, logits: true, capture, steer: [{ layer: 2, vector: v }] });
        expect(difference(plain.residual?.[0], steered.residual?.[0])).toBe(0);
        expect(difference(plain.residual?.[1], steered.residual?.[1])).toBe(0);
        const expected = plain.residual?.[2]?.map((value, i) => value + (v[i] ?? NaN));
        expect(difference(expected, steered.residual?.[2])).toBeLessThan(1e-5);
        expect(difference(plain.residual?.[3], steered.residual?.[3])).toBeGreaterThan(1e-3);
        expect(difference(plain.logits, steered.logits)).toBeGreaterThan(1e-3);
      });

      it('the plan changes nothing: rows together equal rows alone', async () => {
        const rows: Row[] = [
          { tokens, logits: true, capture },
          { tokens: [...tokens.slice(0, 6), 8, 9, 10, 11], scoreFrom: 6, next: [1, 2], capture },
          { tokens: tokens.slice(0, 3), logits: true, capture: [1] },
          // Attention kernels change their way at 32 tokens and again at larger tiles.
          { tokens: Array.from({ length: 40 }, (_, i) => (i * 37) % 300), logits: true, capture },
          { tokens: Array.from({ length: 150 }, (_, i) => (i * 53) % 300), next: [7], capture },
          {
            tokens,
            next: [3],
            capture,
            steer: [
              { layer: 0, vector: vector(0.5) },
              { layer: 3, vector: vector(-0.2) },
            ],
          },
          {
            tokens: [...tokens, 6],
            scoreFrom: 8,
            capture: [2],
            steer: [
              { layer: 0, vector: vector(0.5) },
              { layer: 3, vector: vector(-0.2) },
            ],
          },
        ];
        const together = (await engine.run(rows)).rows;
        for (const [i, row] of rows.entries()) {
          const alone = await one(row);
          const both = together[i];
          expect(Object.keys(both ?? {})).toEqual(Object.keys(alone));
          for (const key of ['logits', 'next', 'scores'] as const)
            expect(difference(both?.[key], alone[key])).toBeLessThan(1e-4);
          alone.residual?.forEach((values, k) =>
            expect(difference(both?.residual?.[k], values)).toBeLessThan(1e-4),
          );
        }
        results.set(`${name} ${backend}`, together);
      });

      it('refuses what does not fit and stays usable', async () => {
        const short = { layer: 1, vector: new Float32Array(3) };
        await expect(engine.run([{ tokens, logits: true, steer: [short] }])).rejects.toMatchObject({
          code: 'vector-length',
        });
        const broken = { layer: 1, vector: vector(NaN) };
        await expect(engine.run([{ tokens, logits: true, steer: [broken] }])).rejects.toMatchObject({
          code: 'vector-invalid',
        });
        await expect(engine.run([{ tokens: [], logits: true }])).rejects.toMatchObject({
          code: 'request-invalid',
        });
        expect((await one({ tokens, next: [1] })).next).toHaveLength(1);
      });

      it('cancels between passes and answers the next question', async () => {
        const abort = new AbortController();
        const rows: Row[] = Array.from({ length: 200 }, (_, i) => ({
          tokens: [i, ...tokens, ...tokens],
          logits: true,
        }));
        const running = engine.run(rows, { signal: abort.signal, onProgress: () => abort.abort() });
        await expect(running).rejects.toMatchObject({ code: 'cancelled' });
        expect((await one({ tokens, next: [1] })).next).toHaveLength(1);
      });

      it('starts a fresh worker after the old one is gone', async () => {
        const before = await one({ tokens, logits: true });
        engine.terminate();
        const after = await one({ tokens, logits: true });
        expect(difference(before.logits, after.logits)).toBe(0);
        expect(engine.model).toMatchObject({ fromCache: true, surgeryCached: true });
      });
    });

describe('WASM and WebGPU', () => {
  it.each(['tiny-llama-builder', 'tiny-llama-optimum'])('%s: the same numbers within 1e-3', (name) => {
    const wasm = results.get(`${name} wasm`) ?? [];
    const webgpu = results.get(`${name} webgpu`) ?? [];
    expect(wasm.length).toBeGreaterThan(0);
    for (const [i, row] of wasm.entries()) {
      for (const key of ['logits', 'next', 'scores'] as const)
        expect(difference(row[key], webgpu[i]?.[key])).toBeLessThan(1e-3);
      row.residual?.forEach((values, k) =>
        expect(difference(values, webgpu[i]?.residual?.[k])).toBeLessThan(1e-3),
      );
    }
  });
});

describe('loading', () => {
  it('says what is missing', async () => {
    const engine = spawnEngine();
    engines.push(engine);
    await expect(load(engine, 'nothing-here')).rejects.toMatchObject({ code: 'model-not-found' });
    await expect(engine.run([{ tokens }])).rejects.toMatchObject({ code: 'request-invalid' });
    await expect(spawnEngine().run([{ tokens }])).rejects.toMatchObject({ code: 'request-invalid' });
  });

  it('reports progress that never falls and ends ready', async () => {
    const engine = spawnEngine();
    engines.push(engine);
    const seen: ModelProgress[] = [];
    await load(engine, 'tiny-llama-builder', {
      backend: 'wasm',
      onProgress: (progress) => seen.push(progress),
    });
    expect(seen.at(-1)?.phase).toBe('ready');
    const downloads = seen.filter((progress) => progress.phase === 'download');
    const bytes = downloads.map((progress) => progress.loaded);
    expect(bytes).toEqual([...bytes].sort((a, b) => a - b));
    expect(new Set(downloads.map((progress) => progress.total)).size).toBe(1);
    expect(downloads.at(-1)?.loaded).toBe(downloads.at(-1)?.total);
  });

  it('chooses among the files of a repository, says why, and takes the one that is asked for', async () => {
    const engine = spawnEngine();
    engines.push(engine);
    const offered: number[] = [];
    const chosen = await load(engine, 'gguf', {
      backend: 'wasm',
      onProgress: (progress) => progress.phase === 'chosen' && offered.push(progress.alternatives.length),
    });
    expect(chosen.dtype).toMatch(/^Q8_0/);
    expect(chosen.dtypeReason).toMatch(/q8_0.gguf is the first choice .* Exact floats/);
    expect(offered).toEqual([chosen.alternatives.length]);
    const other = chosen.alternatives.find(({ path }) => path === 'llama-q4_0.gguf');
    expect(other).toMatchObject({ usable: true });
    const asked = await load(engine, 'gguf', { backend: 'wasm', precision: 'llama-q4_0.gguf' });
    expect(asked.dtypeReason).toMatch(/was asked for/);
    expect(asked.dtype).toMatch(/Q4_0/);
    await expect(load(engine, 'gguf', { backend: 'wasm', precision: 'fp64' })).rejects.toMatchObject({
      code: 'request-invalid',
    });
  });

  it('can be cancelled', async () => {
    const engine = spawnEngine();
    engines.push(engine);
    const abort = new AbortController();
    const loading = load(engine, 'tiny-llama-builder', {
      signal: abort.signal,
      onProgress: () => abort.abort(),
    });
    await expect(loading).rejects.toMatchObject({ code: 'cancelled' });
    await expect(load(engine, 'tiny-llama-builder', { backend: 'wasm' })).resolves.toMatchObject({
      layers: 4,
    });
  });
});
