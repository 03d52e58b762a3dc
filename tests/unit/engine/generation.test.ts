import * as ort from 'onnxruntime-web';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { GenerationProgress, GenerateRequest } from '../../../src/engine/shared/generation.ts';
import { generate } from '../../../src/engine/worker/generation.ts';
import { ModelSession } from '../../../src/engine/worker/model-session.ts';
import { prepareGraph } from '../../../src/onnx/surgery.ts';
import { argmax } from '../../../src/science/sampler.ts';
import { steeringOf, type GenerationGolden } from '../../generation-golden.ts';
import { maxDifference } from '../../max-difference.ts';
import { largest } from '../../steering-ways.ts';
import { DecoderSession, openSession } from '../onnx/decoder-session.ts';
import { EXPECTED, mounted, readFixture, TOOLCHAINS } from '../onnx/fixtures.ts';
import { TOY, toyDecoder } from '../onnx/toy-decoder.ts';

const golden = JSON.parse(
  readFileSync('tests/fixtures/generation/tiny-llama.json', 'utf8'),
) as GenerationGolden;

/** A letter a token. */
const coder = {
  decode: (ids: readonly number[]) => ids.map((id) => String.fromCharCode(97 + (id % 26))).join(''),
};

async function generated(
  session: ModelSession,
  request: GenerateRequest,
  cancelAt = Infinity,
): Promise<{ told: GenerationProgress[]; reply: ReturnType<typeof generate> }> {
  const told: GenerationProgress[] = [];
  const reply = generate({ session, coder }, request, {
    cancelled: () => told.length >= cancelAt,
    onProgress: (progress) => told.push(progress),
  });
  await reply.catch(() => undefined);
  return { told, reply };
}

const idsOf = (told: readonly GenerationProgress[], side: number): number[] =>
  told.flatMap((one) => ('token' in one && one.side === side ? one.token : []));

// Two hundred passes, and a machine that does other things too.
const LONG = { timeout: 60_000 };

describe.each(TOOLCHAINS)('generation by %s', LONG, (toolchain) => {
  const opened = (async () => {
    const options = { fileName: 'model.onnx', steering: 'all' as const, ...EXPECTED };
    const graph = prepareGraph(readFixture(toolchain, 'model.onnx'), options);
    const session = await openSession(graph.proto, mounted(toolchain, graph.externalFiles));
    return new ModelSession(ort, session, graph, 'prefix');
  })();
  const { prompt, cases, layer } = golden;
  const direction = Float32Array.from(golden.vectors[golden.direction] ?? []);
  const greedy = { temperature: 0, seed: 1 };

  it('writes what PyTorch writes with its own cache, whatever other sides there are', async () => {
    const { told, reply } = await generated(await opened, {
      sides: cases.map(({ steer }) => ({ tokens: prompt, steer: steeringOf(golden, steer) })),
      maxTokens: 24,
      sampling: greedy,
      project: { layer, direction },
    });
    cases.forEach(({ name, tokens, projections, log_probabilities }, side) => {
      expect(idsOf(told, side), name).toEqual(tokens);
      const own = told.flatMap((one) => ('token' in one && one.side === side ? [one] : []));
      const read = own.map(({ projection }) => projection ?? NaN);
      expect(maxDifference(read, projections) / largest(projections), name).toBeLessThan(2e-5);
      const logs = own.map(({ logProbability }) => logProbability);
      expect(maxDifference(logs, log_probabilities), name).toBeLessThan(1e-4);
    });
    const { sides, tokenLayers } = await reply;
    expect(sides.map(({ end }) => end)).toEqual(cases.map(() => 'length'));
    // The prompt once, then a token a pass; the last one drawn is not read.
    expect(tokenLayers.computed).toBe(cases.length * 4 * (prompt.length + 23));
  });

  it('tells the sides in turn, and their texts in pieces', async () => {
    const { told } = await generated(await opened, {
      sides: [{ tokens: prompt }, { tokens: prompt.slice(3) }],
      maxTokens: 5,
      sampling: greedy,
    });
    expect(told.flatMap((one) => ('token' in one ? one.side : []))).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
    const text = told.filter(({ side }) => side === 0).map((one) => one.text);
    expect(text.join('')).toBe(coder.decode(cases[0]?.tokens.slice(0, 5) ?? []));
  });

  it('ends at a stop text and leaves it out', async () => {
    const whole = coder.decode(cases[0]?.tokens ?? []);
    const stop = whole.slice(4, 6);
    const { told, reply } = await generated(await opened, {
      sides: [{ tokens: prompt }],
      maxTokens: 24,
      sampling: greedy,
      stopTexts: [stop],
    });
    expect(told.map((one) => one.text).join('')).toBe(whole.slice(0, whole.indexOf(stop)));
    expect((await reply).sides[0]?.end).toBe('text');
  });

  it('stops when it is called off, between two tokens, and can be asked again', async () => {
    const request = { sides: [{ tokens: prompt }], maxTokens: 24, sampling: greedy };
    const { told, reply } = await generated(await opened, request, 6);
    await expect(reply).rejects.toMatchObject({ code: 'cancelled' });
    expect(idsOf(told, 0)).toEqual(cases[0]?.tokens.slice(0, 6));
    expect(idsOf((await generated(await opened, request)).told, 0)).toEqual(cases[0]?.tokens);
  });

  it('goes no further than the model has positions', async () => {
    const session = await opened;
    const graph = { ...session.graph, positions: prompt.length + 2 };
    const short = { graph, continuation: session.continuation.bind(session) } as unknown as ModelSession;
    const { told } = await generated(short, {
      sides: [{ tokens: prompt }],
      maxTokens: 24,
      sampling: greedy,
    });
    expect(idsOf(told, 0)).toEqual(cases[0]?.tokens.slice(0, 3));
  });
});

describe('a graph without cached keys and values', () => {
  it('reads the whole row each time, and what acts on the last token stays on those before', async () => {
    const bytes = toyDecoder({ arrangement: 'pre-norm' });
    const graph = prepareGraph(bytes, { fileName: 'toy.onnx', steering: 'all' });
    expect(graph.inputs.past).toEqual([]);
    const files = { 'toy.onnx': bytes };
    const session = new ModelSession(ort, await openSession(graph.proto, files), graph, 'batch');
    const truth = await DecoderSession.open(graph, files);
    const prompt = [3, 1, 4, 1, 5];
    const vector = Float32Array.from({ length: TOY.hidden }, (_, i) => Math.cos(3 * i));
    const row = [...prompt];
    for (let step = 0; step < 6; step++) {
      const steer = [{ layer: 1, vector, at: { from: prompt.length - 1 } }];
      const { logits } = await truth.run({ rows: [row], steer: [steer] });
      row.push(argmax(logits[0] ?? []));
    }
    const { told, reply } = await generated(session, {
      sides: [{ tokens: prompt, steer: [{ layer: 1, vector, at: 'last' }] }],
      maxTokens: 6,
      sampling: { temperature: 0, seed: 1 },
    });
    expect(idsOf(told, 0)).toEqual(row.slice(prompt.length));
    const { computed, naive } = (await reply).tokenLayers;
    expect(computed).toBe(naive);
    await session.release();
  });
});
