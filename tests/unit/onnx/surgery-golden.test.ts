import { beforeAll, describe, expect, it } from 'vitest';
import { prepareGraph } from '../../../src/onnx/surgery.ts';
import type { DecoderSession } from './decoder-session.ts';
import { distance, openSession, tokenFeeds } from './decoder-session.ts';
import { EXPECTED, goldenCases, mounted, openFixture, readFixture, TOOLCHAINS } from './fixtures.ts';
import { seededNoise } from './toy-graph.ts';

const cases = goldenCases();
const tokens = cases.find((one) => one.name === 'middle/unsteered')?.request.tokens ?? [];
const noise = seededNoise(7);
const vector = Array.from({ length: EXPECTED.expectedHidden }, () => noise());

describe.each(TOOLCHAINS)('%s', (toolchain) => {
  let decoder: DecoderSession;
  beforeAll(async () => {
    decoder = await openFixture(toolchain);
  });

  it('reads what the graph is', () => {
    const { graph } = decoder;
    expect(graph).toMatchObject({ layers: 4, hidden: 64, vocabulary: 512, elementType: 'float32' });
    expect(graph.attention).toBe(toolchain === 'tiny-llama-builder' ? 'group-query' : 'plain');
    expect(graph.inputs).toMatchObject({ inputIds: 'input_ids', attentionMask: 'attention_mask', other: [] });
    expect(graph.inputs.past).toHaveLength(8);
    expect(graph.inputs.past.every(({ dims }) => dims[1] === 2 && dims[3] === 16)).toBe(true);
    expect(graph.outputs.present).toEqual(
      graph.inputs.past.map(({ name }) => name.replace('past_key_values', 'present')),
    );
    expect(graph.operators).toContain('ai.onnx:Gather');
  });

  it.each(cases)('equals PyTorch with forward hooks: $name', async ({ request, expected }) => {
    const { logits, residual } = await decoder.run({ rows: [request.tokens], steer: [request.steer] });
    expect(distance(logits[0] ?? [], expected.logits)).toBeLessThan(1e-4);
    for (const layer of request.capture) {
      expect(distance(residual[0]?.[layer] ?? [], expected.residual[String(layer)] ?? [])).toBeLessThan(1e-4);
    }
  });

  it('leaves layers below the steered one untouched and adds exactly the vector to that layer', async () => {
    const plain = await decoder.run({ rows: [tokens] });
    for (let layer = 0; layer < decoder.graph.layers; layer++) {
      const steered = await decoder.run({ rows: [tokens], steer: [[{ layer, vector }]] });
      const [before, after] = [plain.residual[0] ?? [], steered.residual[0] ?? []];
      for (let below = 0; below < layer; below++) expect(after[below]).toEqual(before[below]);
      const sum = Array.from(before[layer] ?? [], (value, i) => value + (vector[i] ?? NaN));
      expect(distance(after[layer] ?? [], sum)).toBeLessThan(1e-5);
      expect(distance(steered.logits[0] ?? [], plain.logits[0] ?? [])).toBeGreaterThan(1e-3);
    }
  });

  it('gives every row of a right-padded batch what it gets alone, each with its own steering', async () => {
    const rows = [tokens, tokens.slice(2, 7)];
    const steer = [[{ layer: 1, vector }], [{ layer: 2, vector: vector.map((value) => -value) }]];
    const together = await decoder.run({ rows, steer });
    for (const b of [0, 1]) {
      const alone = await decoder.run({ rows: [rows[b] ?? []], steer: [steer[b] ?? []] });
      expect(distance(together.logits[b] ?? [], alone.logits[0] ?? [])).toBeLessThan(1e-4);
      for (const layer of [0, 1, 2, 3]) {
        expect(distance(together.residual[b]?.[layer] ?? [], alone.residual[0]?.[layer] ?? [])).toBeLessThan(
          1e-4,
        );
      }
    }
  });

  it('continues cached tokens as if run whole', async () => {
    const steer = [[{ layer: 1, vector }]];
    const whole = await decoder.run({ rows: [tokens], steer });
    const prefix = await decoder.run({ rows: [tokens.slice(0, 6)], steer });
    const rest = await decoder.run({ rows: [tokens.slice(6)], steer, past: prefix.present });
    expect(distance(rest.logits[0] ?? [], whole.logits[0] ?? [])).toBeLessThan(1e-4);
    expect(distance(rest.residual[0]?.[3] ?? [], whole.residual[0]?.[3] ?? [])).toBeLessThan(1e-4);
  });

  it('returns any positions in any order, also twice', async () => {
    const all = await decoder.run({ rows: [tokens], wanted: tokens.map((_, i) => i) });
    const some = await decoder.run({ rows: [tokens], wanted: [4, 0, 4] });
    [4, 0, 4].forEach((position, i) => {
      expect(distance(some.logits[i] ?? [], all.logits[position] ?? [])).toBeLessThan(1e-5);
      expect(some.residual[i]).toEqual(all.residual[position]);
    });
  });

  it('computes what the original computes, to the last bit, with steering of zeros', async () => {
    const bytes = readFixture(toolchain, 'model.onnx');
    const original = await openSession(
      bytes,
      toolchain === 'tiny-llama-builder' ? mounted(toolchain, ['model.onnx.data']) : {},
    );
    const { logits } = await original.run(tokenFeeds(decoder.graph, { rows: [tokens] }));
    if (!(logits?.data instanceof Float32Array)) throw new Error('No logits.');
    const patched = await decoder.run({ rows: [tokens], wanted: tokens.map((_, i) => i) });
    const last = await decoder.run({ rows: [tokens] });
    const rows = tokens.map((_, i) => (logits.data as Float32Array).slice(i * 512, (i + 1) * 512));
    expect(patched.logits).toEqual(rows);
    expect(last.logits[0]).toEqual(rows.at(-1));
  });

  it('copies no weights into the graph', () => {
    const bytes = readFixture(toolchain, 'model.onnx');
    const { proto, externalFiles } = prepareGraph(bytes, { fileName: 'model.onnx' });
    expect(proto.length).toBeLessThan(200_000);
    expect(externalFiles).toEqual(toolchain === 'tiny-llama-builder' ? ['model.onnx.data'] : ['model.onnx']);
  });
});
