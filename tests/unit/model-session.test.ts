import * as ort from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { ModelSession } from '../../src/engine/worker/model-session.ts';
import { prepareGraph } from '../../src/onnx/surgery.ts';
import { DecoderSession, distance, openSession } from './onnx/decoder-session.ts';
import { toyDecoder } from './onnx/toy-decoder.ts';

// Of one length: the toys have no mask that would hide padding.
const ROWS = [
  [3, 1, 4, 1, 5],
  [9, 2, 6, 5, 3],
];

describe('an export that asks how many logits to keep', () => {
  const plain = toyDecoder({ arrangement: 'pre-norm' });
  const asking = toyDecoder({ arrangement: 'pre-norm', keep: 'num_logits_to_keep' });

  it('is told to keep all, so that every position of every row can be read', async () => {
    const files = { 'toy.onnx': asking };
    const graph = prepareGraph(asking, { fileName: 'toy.onnx' });
    expect(graph.inputs.other).toEqual(['num_logits_to_keep']);
    const session = new ModelSession(ort, await openSession(graph.proto, files), graph, 'batch');
    const asked = ROWS.map((tokens) => ({ tokens, logits: true, scoreFrom: 1, capture: [0, 2] }));
    const { rows } = await session.run(asked, { cancelled: () => false, onProgress: () => undefined });
    const truth = await DecoderSession.open(prepareGraph(plain, { fileName: 'toy.onnx' }), {
      'toy.onnx': plain,
    });
    for (const [i, tokens] of ROWS.entries()) {
      const wanted = tokens.map((_, at) => at);
      const { logits, residual } = await truth.run({ rows: [tokens], wanted });
      expect(distance(rows[i]?.logits ?? [], logits.at(-1) ?? [])).toBeLessThan(1e-6);
      const scores = tokens.slice(1).map((token, at) => {
        const row = Array.from(logits[at] ?? []);
        return (row[token] ?? NaN) - Math.log(row.reduce((sum, one) => sum + Math.exp(one), 0));
      });
      expect(distance(rows[i]?.scores ?? [], scores)).toBeLessThan(1e-5);
      expect(distance(rows[i]?.residual?.[1] ?? [], residual.at(-1)?.[2] ?? [])).toBeLessThan(1e-6);
    }
    await session.release();
  });
});
