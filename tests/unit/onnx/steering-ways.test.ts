import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { maxDifference } from '../../max-difference.ts';
import { largest, thinned, waysCases, type WaysCase, type WaysGolden } from '../../steering-ways.ts';
import { openDecoder, readFixture as readGguf } from '../gguf/gguf-decoder.ts';
import type { DecoderSession, PassResult } from './decoder-session.ts';
import { openFixture } from './fixtures.ts';

const goldenOf = (name: string): WaysGolden =>
  JSON.parse(readFileSync(`tests/fixtures/steering-ways/${name}.json`, 'utf8')) as WaysGolden;

/** Of the largest value: what the order of additions makes in 32-bit floats over the layers. */
const TOLERANCE = 2e-5;

const doors = [
  {
    door: 'builder, sums inside norms',
    golden: 'tiny-llama',
    open: async (ways: 'add' | 'all') => openFixture('tiny-llama-builder', ways),
  },
  {
    door: 'optimum, plain sums',
    golden: 'tiny-llama',
    open: async (ways: 'add' | 'all') => openFixture('tiny-llama-optimum', ways),
  },
  {
    door: 'GGUF',
    golden: 'gguf-llama',
    open: async (ways: 'add' | 'all') =>
      (await openDecoder(readGguf('llama-f32.gguf'), 'float32', ways)).session,
  },
];

describe.each(doors)('$door', ({ golden: name, open }) => {
  const golden = goldenOf(name);
  const { stride } = golden;
  const tokens = [...golden.tokens];
  const cases = waysCases(golden);
  let every: DecoderSession;
  let plain: DecoderSession;
  beforeAll(async () => {
    every = await open('all');
    plain = await open('add');
  });

  const apart = ({ logits, residual }: PassResult, b: number, expected: WaysCase): number => {
    const found = thinned(logits[b] ?? [], stride);
    const layers = expected.residual.map(
      (values, layer) => maxDifference(residual[b]?.[layer] ?? [], values) / largest(values),
    );
    return Math.max(maxDifference(found, expected.logits) / largest(expected.logits), ...layers);
  };

  it.each(cases)('equals PyTorch with forward hooks: $name', async (one) => {
    expect(apart(await every.run({ rows: [tokens], steer: [one.steer] }), 0, one)).toBeLessThan(TOLERANCE);
  });

  it('steers every row of a batch its own way, whatever the others need', async () => {
    // All at once in one batch, with a shorter row among them.
    const rows = [tokens.slice(0, 5), ...cases.map(() => tokens)];
    const steer = [cases.at(-1)?.steer ?? [], ...cases.map((one) => one.steer)];
    const together = await every.run({ rows, steer });
    cases.forEach((one, i) => expect(apart(together, i + 1, one), one.name).toBeLessThan(TOLERANCE));
    const alone = await every.run({ rows: rows.slice(0, 1), steer: steer.slice(0, 1) });
    expect(maxDifference(together.logits[0] ?? [], alone.logits[0] ?? [])).toBeLessThan(1e-4);
  });

  it('continues cached tokens as if run whole: gates are as long as the new tokens', async () => {
    // What acts on the last position alone acts at the end of each pass, so the prefix goes without it.
    for (const one of cases)
      for (const cut of [2, 4, 9]) {
        const before = one.steer.filter(({ at }) => at !== 'last');
        const prefix = await every.run({ rows: [tokens.slice(0, cut)], steer: [before] });
        const rest = await every.run({
          rows: [tokens.slice(cut)],
          steer: [one.steer],
          past: prefix.present,
        });
        expect(apart(rest, 0, one), `${one.name}, cut at ${cut}`).toBeLessThan(TOLERANCE);
      }
  });

  it('with nothing to do, and with vectors alone, computes what the graph for additions does, to the last bit', async () => {
    const v = Float32Array.from(golden.vectors['v'] ?? []);
    const rows = [tokens, tokens.slice(3)];
    for (const steer of [[], [[{ layer: 0, vector: v }], [{ layer: 1, vector: v }]]]) {
      const [a, b] = [await every.run({ rows, steer }), await plain.run({ rows, steer })];
      expect(a.logits).toEqual(b.logits);
      expect(a.residual).toEqual(b.residual);
    }
  });

  it('refuses other ways where the graph takes additions alone, but not a part of a row that is a whole pass', async () => {
    const v = Float32Array.from(golden.vectors['v'] ?? []);
    const late = [[{ layer: 0, vector: v, at: { from: 6 } }]];
    await expect(plain.run({ rows: [tokens], steer: late })).rejects.toMatchObject({
      code: 'request-invalid',
    });
    const prefix = await plain.run({ rows: [tokens.slice(0, 6)], steer: late });
    const rest = await plain.run({ rows: [tokens.slice(6)], steer: late, past: prefix.present });
    const whole = await every.run({ rows: [tokens], steer: late });
    expect(maxDifference(rest.logits[0] ?? [], whole.logits[0] ?? [])).toBeLessThan(1e-4);
  });

  it('keeps lengths, leaves layers below alone, and takes a direction out to the last digit', async () => {
    const length = (values: ArrayLike<number> = []): number => Math.hypot(...Array.from(values));
    const unsteered = (await every.run({ rows: [tokens] })).residual[0] ?? [];
    const find = (title: string): WaysCase['steer'] => cases.find((one) => one.name === title)?.steer ?? [];
    for (const title of ['add-preserving, all', 'rotate to, last', 'rotate by, from 4']) {
      const steer = find(title);
      const layer = steer[0]?.layer ?? 0;
      const { residual } = await every.run({ rows: [tokens], steer: [steer] });
      for (let below = 0; below < layer; below++) expect(residual[0]?.[below]).toEqual(unsteered[below]);
      expect(length(residual[0]?.[layer]) / length(unsteered[layer])).toBeCloseTo(1, 5);
    }
    const { residual } = await every.run({ rows: [tokens], steer: [find('ablate, all')] });
    const u = golden.vectors['u2'] ?? [];
    const layer = find('ablate, all')[0]?.layer ?? 0;
    const left = Array.from(residual[0]?.[layer] ?? []).reduce((sum, x, i) => sum + x * (u[i] ?? NaN), 0);
    expect(Math.abs(left) / length(unsteered[layer])).toBeLessThan(1e-6);
  });
});
