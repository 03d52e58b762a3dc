import { describe, expect, it } from 'vitest';
import type { LeewayError } from '../../../src/errors/leeway-error.ts';
import { prepareGraph } from '../../../src/onnx/surgery.ts';
import { DecoderSession, distance, openSession, tokenFeeds } from './decoder-session.ts';
import type { ToyOptions } from './toy-decoder.ts';
import { TOY, toyDecoder } from './toy-decoder.ts';
import { ToyGraph, seededNoise } from './toy-graph.ts';

const TOKENS = [3, 1, 4, 1, 5, 9];
const FILE = { fileName: 'toy.onnx' };
const noise = seededNoise(3);
const vector = Array.from({ length: TOY.hidden }, () => noise());

async function open(bytes: Uint8Array): Promise<DecoderSession> {
  return DecoderSession.open(prepareGraph(bytes, FILE), { 'toy.onnx': bytes });
}

/** The code with which the graph is refused, or what it was taken for. */
function verdict(
  bytes: Uint8Array,
  expectation: { expectedLayers?: number; expectedHidden?: number } = {},
): string {
  try {
    return `${String(prepareGraph(bytes, { ...FILE, ...expectation }).layers)} layers`;
  } catch (error) {
    return (error as LeewayError).code;
  }
}

const steerable: [string, ToyOptions][] = [
  ['pre-norm with LayerNorm biases', { arrangement: 'pre-norm' }],
  ['pre-norm of two layers', { arrangement: 'pre-norm', layers: 2 }],
  ['pre-norm of one layer', { arrangement: 'pre-norm', layers: 1 }],
  ['pre-norm without final norm', { arrangement: 'pre-norm', finalNorm: false }],
  ['pre-norm with a soft cap', { arrangement: 'pre-norm', softcap: true }],
  ['pre-norm with a computed shape before lm_head', { arrangement: 'pre-norm', reshape: 'computed' }],
  ['pre-norm that keeps some logits, all at 0', { arrangement: 'pre-norm', keep: 'num_logits_to_keep' }],
  ['post-norm that keeps some logits, all at 0', { arrangement: 'post-norm', keep: 'logits_to_keep' }],
  ['routers, which are no attention', { arrangement: 'pre-norm', router: true }],
  ['post-norm', { arrangement: 'post-norm' }],
  ['post-norm with a final norm', { arrangement: 'post-norm', finalNorm: true }],
  ['attention and mlp side by side', { arrangement: 'parallel' }],
  ['sums inside SkipLayerNormalization', { arrangement: 'fused' }],
];

describe.each(steerable)('%s', (_, options) => {
  const bytes = toyDecoder(options);
  const layers = options.layers ?? 3;

  it('captures the true residual stream and computes the same logits', async () => {
    const decoder = await open(bytes);
    expect(decoder.graph).toMatchObject({
      layers,
      hidden: TOY.hidden,
      vocabulary: TOY.vocabulary,
      elementType: 'float32',
    });
    // Where the graph leaves the last sum without a name, its twin with a name tells the truth.
    const original = await openSession(toyDecoder({ ...options, namedLast: true }));
    const truth = await original.run(tokenFeeds(decoder.graph, { rows: [TOKENS] }));
    const found = await decoder.run({ rows: [TOKENS], wanted: TOKENS.map((_, i) => i) });
    expect(
      distance(
        found.logits.flatMap((row) => [...row]),
        truth['logits']?.data as Float32Array,
      ),
    ).toBeLessThan(1e-6);
    for (let layer = 0; layer < layers; layer++) {
      const stream = found.residual.flatMap((position) => [...(position[layer] ?? [])]);
      expect(distance(stream, truth[`layer_${String(layer)}`]?.data as Float32Array)).toBe(0);
    }
  });

  it('adds the vector to the steered layer alone', async () => {
    const decoder = await open(bytes);
    const plain = await decoder.run({ rows: [TOKENS] });
    for (let layer = 0; layer < layers; layer++) {
      const steered = await decoder.run({ rows: [TOKENS], steer: [[{ layer, vector }]] });
      for (let below = 0; below < layer; below++)
        expect(steered.residual[0]?.[below]).toEqual(plain.residual[0]?.[below]);
      const sum = Array.from(plain.residual[0]?.[layer] ?? [], (value, i) => value + (vector[i] ?? NaN));
      expect(distance(steered.residual[0]?.[layer] ?? [], sum)).toBeLessThan(1e-6);
      expect(distance(steered.logits[0] ?? [], plain.logits[0] ?? [])).toBeGreaterThan(1e-3);
    }
  });
});

describe('half precision', () => {
  it('is steered with float32 vectors and gives float32 back', async () => {
    const decoder = await open(toyDecoder({ arrangement: 'pre-norm', half: true }));
    expect(decoder.graph.elementType).toBe('float16');
    const plain = await decoder.run({ rows: [TOKENS] });
    const steered = await decoder.run({ rows: [TOKENS], steer: [[{ layer: 1, vector }]] });
    expect(steered.residual[0]?.[0]).toEqual(plain.residual[0]?.[0]);
    const sum = Array.from(plain.residual[0]?.[1] ?? [], (value, i) => value + (vector[i] ?? NaN));
    expect(distance(steered.residual[0]?.[1] ?? [], sum)).toBeLessThan(5e-3);
    expect(steered.logits[0]?.every(Number.isFinite)).toBe(true);
  });
});

describe('refusals', () => {
  const preNorm = toyDecoder({ arrangement: 'pre-norm' });

  it.each<[string, string, Uint8Array]>([
    ['no residual path', 'onnx-no-residual', toyDecoder({ arrangement: 'no-residual' })],
    [
      'norms that may belong to either layer',
      'onnx-no-residual',
      toyDecoder({ arrangement: 'norm-in-stream' }),
    ],
    [
      'one layer without a norm in front',
      'onnx-no-residual',
      toyDecoder({ arrangement: 'post-norm', layers: 1 }),
    ],
    [
      'a projection after the last layer',
      'onnx-no-residual',
      toyDecoder({ arrangement: 'pre-norm', projection: true }),
    ],
    [
      'logits of as many positions as are asked for, none at 0',
      'onnx-unsupported',
      toyDecoder({ arrangement: 'pre-norm', keep: 'counted' }),
    ],
    [
      'a width that depends on what is fed',
      'onnx-no-residual',
      toyDecoder({ arrangement: 'pre-norm', reshape: 'fed' }),
    ],
    [
      'another width before lm_head',
      'onnx-no-residual',
      toyDecoder({ arrangement: 'pre-norm', reshape: 'halved' }),
    ],
    ['no layer at all', 'onnx-no-residual', toyDecoder({ arrangement: 'pre-norm', layers: 0 })],
    [
      'logits of the last position only',
      'onnx-unsupported',
      toyDecoder({ arrangement: 'pre-norm', lastOnly: true }),
    ],
    ['a graph that was patched before', 'onnx-unsupported', prepareGraph(preNorm, FILE).proto],
  ])('%s: %s', (_, code, bytes) => {
    expect(verdict(bytes)).toBe(code);
  });

  it('a graph that is no decoder', () => {
    const graph = new ToyGraph();
    graph.input('a', [2], 1);
    graph.node('Add', ['a', graph.weight([2])], {}, 'b');
    graph.output('b', [2]);
    expect(verdict(graph.finish())).toBe('onnx-no-residual');
  });

  it('an input whose role is not known', () => {
    const graph = new ToyGraph();
    graph.input('token_type_ids', ['batch', 'sequence']);
    // Two serialized models after one another are their merge.
    expect(verdict(Buffer.concat([preNorm, graph.finish()]))).toBe('onnx-unsupported');
  });

  it('two tables that could both be the embedding', () => {
    const graph = new ToyGraph();
    graph.node('Gather', [graph.weight([TOY.vocabulary, TOY.hidden]), 'input_ids'], {}, 'second_embedding');
    const extra = graph.finish();
    // Both models number their weights from w0: the other table must not bear a name that is taken.
    const renamed = Buffer.from(Buffer.from(extra).toString('latin1').replaceAll('w0', 'v0'), 'latin1');
    expect(verdict(Buffer.concat([preNorm, renamed]))).toBe('onnx-no-residual');
  });

  it('a merged export, whose decoder lies inside an If', () => {
    const graph = new ToyGraph();
    graph.input('input_ids', ['batch', 'sequence']);
    graph.input('use_cache_branch', [1], 9);
    graph.node('If', ['use_cache_branch'], {}, 'logits');
    graph.output('logits', ['batch', 'sequence', TOY.vocabulary]);
    expect(() => prepareGraph(graph.finish(), FILE)).toThrow(
      expect.objectContaining({
        code: 'onnx-unsupported',
        message: expect.stringContaining('merged export') as string,
        advice: expect.stringMatching(/model\.onnx.*decoder_with_past_model\.onnx/) as string,
      }),
    );
  });

  it('an input of that name outside of an If', () => {
    const graph = new ToyGraph();
    graph.input('use_cache_branch', [1], 9);
    expect(verdict(Buffer.concat([preNorm, graph.finish()]))).toBe('onnx-unsupported');
  });

  it('a config that promises something else', () => {
    expect(verdict(preNorm, { expectedLayers: 3, expectedHidden: TOY.hidden })).toBe('3 layers');
    expect(verdict(preNorm, { expectedLayers: 4 })).toBe('onnx-layer-mismatch');
    expect(verdict(preNorm, { expectedHidden: 16 })).toBe('onnx-layer-mismatch');
  });
});
