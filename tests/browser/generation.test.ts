import { afterAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/client/engine.ts';
import { spawnEngine } from '../../src/engine/client/spawn.ts';
import type {
  GeneratedToken,
  GenerateRequest,
  GenerationProgress,
} from '../../src/engine/shared/generation.ts';
import type { WeightStorage } from '../../src/engine/shared/protocol.ts';
import { loadModel, type ModelWishes } from '../../src/experiments/load-model.ts';
import { spawnLibrary } from '../../src/library/client/spawn.ts';
import { steeringOf, type GenerationGolden } from '../generation-golden.ts';
import { maxDifference } from '../max-difference.ts';
import { largest } from '../steering-ways.ts';
import gguf from '../fixtures/generation/gguf-llama.json';
import tiny from '../fixtures/generation/tiny-llama.json';

const MODELS: { name: string; precision?: string; storage?: WeightStorage; golden: GenerationGolden }[] = [
  { name: 'tiny-llama-builder', golden: tiny },
  { name: 'tiny-llama-optimum', golden: tiny },
  // Packed weights would be others than PyTorch's.
  { name: 'gguf', precision: 'llama-f32.gguf', storage: 'float32', golden: gguf },
];
/** Found: at most 1e-5 for log-probabilities, 3e-6 of the largest for what is read, on either backend. */
const TOLERANCE = { logs: 1e-4, read: 2e-5 };
const GREEDY = { temperature: 0, seed: 1 };

const library = spawnLibrary();
const engines: Engine[] = [];
afterAll(() => {
  for (const engine of engines) engine.terminate();
  library.terminate();
});

async function loaded(name: string, wishes: ModelWishes): Promise<Engine> {
  const engine = spawnEngine();
  engines.push(engine);
  const base = new URL('/hub', location.href).href;
  const source = { id: name, base, repository: `local/${name}`, revision: 'main', moving: true };
  expect((await loadModel(engine, library, source, wishes)).backend).toBe(wishes.backend);
  return engine;
}

const isToken = (progress: GenerationProgress): progress is GeneratedToken => 'token' in progress;

/** The tokens of each side, in the order in which they came. */
async function tokensOf(engine: Engine, request: GenerateRequest): Promise<GeneratedToken[][]> {
  const told: GeneratedToken[] = [];
  const { sides } = await engine.generate(request, {
    onProgress: (progress) => isToken(progress) && told.push(progress),
  });
  const texts = sides.map((_, side) => told.filter((token) => token.side === side));
  // A token that ends a side is counted and not told.
  sides.forEach(({ tokens, end }, i) => expect(tokens - (end === 'token' ? 1 : 0)).toBe(texts[i]?.length));
  return texts;
}

const ids = (tokens: readonly GeneratedToken[] = []): number[] => tokens.map(({ token }) => token);

for (const { name, golden, ...wishes } of MODELS)
  for (const backend of ['wasm', 'webgpu'] as const)
    describe(`${name} on ${backend}`, () => {
      const { prompt, cases } = golden;
      const vector = Float32Array.from(golden.vectors['v'] ?? []);
      const project = {
        layer: golden.layer,
        direction: Float32Array.from(golden.vectors[golden.direction] ?? [], (value) => 3 * value),
      };
      let engine: Engine;

      it('writes what PyTorch writes, unsteered and steered at every place, all sides in turn', async () => {
        engine = await loaded(name, { backend, ...wishes });
        const maxTokens = cases[0]?.tokens.length ?? 0;
        const sides = cases.map(({ steer }) => ({ tokens: prompt, steer: steeringOf(golden, steer) }));
        const found = await tokensOf(engine, { sides, maxTokens, sampling: GREEDY, project });
        const apart = cases.map(({ log_probabilities, projections }, i) => {
          const told = found[i] ?? [];
          const read = told.map(({ projection }) => projection ?? NaN);
          const logs = told.map(({ logProbability }) => logProbability);
          return {
            logs: maxDifference(logs, log_probabilities),
            read: maxDifference(read, projections) / largest(projections),
          };
        });
        const [logs, read] = (['logs', 'read'] as const).map((key) =>
          Math.max(...apart.map((one) => one[key])),
        );
        console.log(
          `${name} on ${backend}: log-probabilities ${logs?.toExponential(1)}, read ${read?.toExponential(1)}`,
        );
        cases.forEach(({ name: title, tokens }, i) => expect(ids(found[i]), title).toEqual(tokens));
        expect(logs).toBeLessThan(TOLERANCE.logs);
        expect(read).toBeLessThan(TOLERANCE.read);
      });

      it('draws on a side what it would draw alone; strength 0 draws the unsteered text to the token', async () => {
        const plain = { tokens: prompt };
        const zero = {
          tokens: prompt,
          steer: [{ layer: golden.layer, vector: new Float32Array(vector.length) }],
        };
        const pushed = { tokens: prompt.slice(2), steer: [{ layer: golden.layer, vector }] };
        const request = { maxTokens: 12, sampling: { temperature: 1.1, topP: 0.95, seed: 5 } };
        const [one, other, third] = await tokensOf(engine, { ...request, sides: [plain, zero, pushed] });
        expect(other).toEqual(
          one?.map((token, i) => ({
            ...token,
            side: 1,
            ...(i > 0 ? { tokensPerSecond: other?.[i]?.tokensPerSecond } : {}),
          })),
        );
        expect(ids(third)).not.toEqual(ids(one));
        for (const [side, text] of [
          [plain, one],
          [pushed, third],
        ] as const) {
          const [alone] = await tokensOf(engine, { ...request, sides: [side] });
          expect(ids(alone)).toEqual(ids(text));
        }
        const [again] = await tokensOf(engine, {
          ...request,
          sides: [plain],
          sampling: { ...request.sampling, seed: 6 },
        });
        expect(ids(again)).not.toEqual(ids(one));
      });

      it('ends a side at a stop token, and the other goes on', async () => {
        const [first, second] = cases.map(({ tokens }) => tokens);
        const stop = first?.find((token, i) => i > 2 && !second?.includes(token)) ?? -1;
        const at = first?.indexOf(stop) ?? -1;
        const sides = cases
          .slice(0, 2)
          .map(({ steer }) => ({ tokens: prompt, steer: steeringOf(golden, steer) }));
        const request = { sides, maxTokens: 20, sampling: GREEDY, stopTokens: [stop] };
        const [stopped, whole] = await tokensOf(engine, request);
        expect(ids(stopped)).toEqual(first?.slice(0, at));
        expect(ids(whole)).toEqual(second?.slice(0, 20));
        expect((await engine.generate(request)).sides.map(({ end }) => end)).toEqual(['token', 'length']);
      });

      it('is stopped between tokens, keeps what came, and answers the next question', async () => {
        const abort = new AbortController();
        const told: number[] = [];
        const running = engine.generate(
          { sides: [{ tokens: prompt }], maxTokens: 900, sampling: GREEDY },
          {
            signal: abort.signal,
            onProgress: (progress) => {
              if (isToken(progress)) told.push(progress.token);
              if (told.length === 7) abort.abort();
            },
          },
        );
        await expect(running).rejects.toMatchObject({ code: 'cancelled' });
        expect(told).toEqual(cases[0]?.tokens.slice(0, 7));
        const [after] = await tokensOf(engine, {
          sides: [{ tokens: prompt }],
          maxTokens: 5,
          sampling: GREEDY,
        });
        expect(ids(after)).toEqual(cases[0]?.tokens.slice(0, 5));
      });

      it('refuses what means nothing and stays usable', async () => {
        const request = { sides: [{ tokens: prompt }], maxTokens: 3, sampling: GREEDY };
        const wrong: GenerateRequest[] = [
          { ...request, sides: [] },
          { ...request, sides: [{ tokens: [] }] },
          { ...request, maxTokens: 0 },
          { ...request, sampling: { temperature: -1, seed: 1 } },
          { ...request, sampling: { temperature: 1, seed: 0.5 } },
          { ...request, project: { layer: 99, direction: vector } },
        ];
        for (const one of wrong)
          await expect(engine.generate(one)).rejects.toMatchObject({ code: 'request-invalid' });
        const short = { ...request, project: { layer: 0, direction: vector.subarray(1) } };
        await expect(engine.generate(short)).rejects.toMatchObject({ code: 'vector-length' });
        expect((await engine.generate(request)).tokenLayers.computed).toBeLessThan(prompt.length * 8);
      });
    });
