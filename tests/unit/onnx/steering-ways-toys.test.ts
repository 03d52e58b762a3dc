import { describe, expect, it } from 'vitest';
import { steerStart, type Steer } from '../../../src/engine/shared/steer.ts';
import { prepareGraph, type SteeringWays } from '../../../src/onnx/surgery.ts';
import { DecoderSession, distance } from './decoder-session.ts';
import { TOY, toyDecoder, type ToyOptions } from './toy-decoder.ts';
import { seededNoise } from './toy-graph.ts';

const TOKENS = [3, 1, 4, 1, 5, 9];
const ALL = TOKENS.map((_, i) => i);
const LAYER = 1;
const noise = seededNoise(5);
const v = Float32Array.from({ length: TOY.hidden }, () => noise());
const unit = (place: number): Float32Array =>
  Float32Array.from({ length: TOY.hidden }, (_, i) => (i === place ? 0.6 : i === place + 1 ? 0.8 : 0));
const [b1, b2, u] = [unit(0), unit(2), unit(4)];

const mixtures: [string, Steer[]][] = [
  ['a length kept from a position on', [{ way: 'add-preserving', layer: LAYER, vector: v, at: { from: 2 } }]],
  ['a plane turned', [{ way: 'rotate', layer: LAYER, plane: [b1, b2], angle: 2 }]],
  [
    'everything at once',
    [
      { way: 'rotate', layer: LAYER, plane: [b1, b2], angle: -0.7, turn: 'by' },
      { way: 'ablate', layer: LAYER, vector: u, share: 0.5, at: { from: 1 } },
      { way: 'add-preserving', layer: LAYER, vector: v, at: 'last' },
      { layer: LAYER, vector: v },
    ],
  ],
];

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, i) => sum + value * (b[i] ?? NaN), 0);

/** The formulas of protocol's Steer, in double precision. */
function steered(h: Float32Array, steer: readonly Steer[], position: number): number[] {
  const acting = steer.filter((one) => steerStart(one, TOKENS.length) <= position);
  const moved = Array.from(h);
  const add = (vector: Float32Array, scale: number): void =>
    vector.forEach((value, i) => (moved[i] = (moved[i] ?? NaN) + scale * value));
  for (const one of acting) {
    if (one.way === 'ablate') add(one.vector, -(one.share ?? 1) * dot(h, one.vector));
    else if (one.way === 'rotate') {
      const [a1, a2] = [dot(h, one.plane[0]), dot(h, one.plane[1])];
      const to = one.angle + (one.turn === 'by' ? Math.atan2(a2, a1) : 0);
      add(one.plane[0], Math.hypot(a1, a2) * Math.cos(to) - a1);
      add(one.plane[1], Math.hypot(a1, a2) * Math.sin(to) - a2);
    } else add(one.vector, 1);
  }
  const isKept = acting.some((one) => one.way === 'add-preserving');
  const scale = isKept ? Math.sqrt(dot(h, h) / dot(moved, moved)) : 1;
  return moved.map((value) => value * scale);
}

const toys: [string, ToyOptions, number][] = [
  ['plain sums', { arrangement: 'pre-norm' }, 1e-5],
  ['attention and mlp side by side', { arrangement: 'parallel' }, 1e-5],
  ['post-norm', { arrangement: 'post-norm' }, 1e-5],
  ['sums inside norms', { arrangement: 'fused' }, 1e-5],
  ['a steered last layer whose sum has no name', { arrangement: 'fused', layers: 2 }, 1e-5],
  ['half precision', { arrangement: 'pre-norm', half: true }, 1e-2],
];

describe.each(toys)('%s', (_, options, tolerance) => {
  const bytes = toyDecoder(options);
  const open = (steering: SteeringWays): Promise<DecoderSession> =>
    DecoderSession.open(prepareGraph(bytes, { fileName: 'toy.onnx', steering }), { 'toy.onnx': bytes });

  it.each(mixtures)('does at every position what the formulas say: %s', async (_title, steer) => {
    const decoder = await open('all');
    const plain = await decoder.run({ rows: [TOKENS], wanted: ALL });
    const found = await decoder.run({ rows: [TOKENS], wanted: ALL, steer: [steer] });
    for (const at of ALL) {
      const h = plain.residual[at]?.[LAYER] ?? new Float32Array(0);
      expect(found.residual[at]?.[LAYER - 1]).toEqual(plain.residual[at]?.[LAYER - 1]);
      expect(distance(found.residual[at]?.[LAYER] ?? [], steered(h, steer, at))).toBeLessThan(tolerance);
    }
    expect(distance(found.logits.at(-1) ?? [], plain.logits.at(-1) ?? [])).toBeGreaterThan(1e-3);
  });

  it('equals the graph for additions to the last bit where nothing else is asked', async () => {
    const [every, plain] = [await open('all'), await open('add')];
    for (const steer of [[], [[{ layer: LAYER, vector: v }]]]) {
      const [a, b] = [
        await every.run({ rows: [TOKENS], wanted: ALL, steer }),
        await plain.run({ rows: [TOKENS], wanted: ALL, steer }),
      ];
      expect(a.logits).toEqual(b.logits);
      expect(a.residual).toEqual(b.residual);
    }
  });
});
