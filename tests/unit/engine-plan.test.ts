import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Row } from '../../src/engine/shared/protocol.ts';
import { planPasses, plannedTokens, type Pass } from '../../src/engine/worker/plan.ts';
import { logNormaliser, logitPlaces, readRow } from '../../src/engine/worker/read-row.ts';

const vectors = [Float32Array.from([1, 0]), Float32Array.from([0, 1])];

const rows = fc.array(
  fc
    .record({
      tokens: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 2, maxLength: 9 }),
      vector: fc.option(fc.constantFrom(...vectors), { nil: undefined }),
      scoreAt: fc.option(fc.nat(), { nil: undefined }),
    })
    .map(({ tokens, vector, scoreAt }): Row => ({
      tokens,
      ...(vector ? { steer: [{ layer: 0, vector }] } : {}),
      ...(scoreAt === undefined ? { logits: true } : { scoreFrom: 1 + (scoreAt % (tokens.length - 1)) }),
    })),
  { minLength: 1, maxLength: 12 },
);

/** Runs a plan on a causal toy model: a position's state is all tokens up to it and the steering. */
function execute(all: readonly Row[], passes: readonly Pass[]): string[][] {
  const results: string[][] = all.map(() => []);
  let cache: string[] = [];
  let cacheIsThere = false;
  for (const pass of passes) {
    const states = pass.rows.map(({ row, start }) => {
      const { tokens = [], steer } = all[row] ?? {};
      if (start > 0 && (!cacheIsThere || pass.rows.length > 1))
        throw new Error('continues a cache that is not there');
      const computed = cache.slice(0, start);
      for (const token of tokens.slice(start))
        computed.push(
          `${computed.at(-1) ?? JSON.stringify(steer?.map((entry) => [...entry.vector]) ?? [])}/${token}`,
        );
      const places = logitPlaces(all[row] ?? { tokens: [] });
      if (places.some((place) => place < start))
        throw new Error('reads a position that the pass did not compute');
      results[row] = places.map((place) => computed[place] ?? '');
      return computed;
    });
    cacheIsThere = pass.keep;
    cache = pass.keep ? (states[0] ?? []) : [];
  }
  return results;
}

describe('plans', () => {
  it.each(['prefix', 'batch'] as const)('%s gives what single passes give', (strategy) => {
    fc.assert(
      fc.property(rows, (all) => {
        expect(execute(all, planPasses(all, strategy))).toEqual(execute(all, planPasses(all, 'single')));
      }),
      { numRuns: 500 },
    );
  });

  it('asks every row exactly once', () => {
    fc.assert(
      fc.property(rows, fc.constantFrom('prefix', 'batch', 'single'), (all, strategy) => {
        const asked = planPasses(all, strategy as 'prefix').flatMap((pass) =>
          pass.rows.map(({ row }) => row),
        );
        expect([...asked].sort((a, b) => a - b)).toEqual(all.map((_, i) => i));
      }),
    );
  });

  it('computes a shared stem once', () => {
    const stem = Array.from({ length: 50 }, (_, i) => i);
    const pair: Row[] = [1, 2].map((end) => ({ tokens: [...stem, 100 + end, 7], scoreFrom: 50 }));
    // The position before the first scored token is read in both rows, so it is computed twice.
    expect(plannedTokens(pair, planPasses(pair, 'prefix'))).toBe(52 + 3);
    expect(plannedTokens(pair, planPasses(pair, 'single'))).toBe(104);
  });

  it('never shares between different steerings', () => {
    const tokens = [1, 2, 3, 4, 5];
    const pair: Row[] = vectors.map((vector) => ({ tokens, logits: true, steer: [{ layer: 0, vector }] }));
    expect(plannedTokens(pair, planPasses(pair, 'prefix'))).toBe(10);
  });

  it('bounds a batch', () => {
    const many: Row[] = Array.from({ length: 40 }, () => ({
      tokens: new Array<number>(200).fill(1),
      logits: true,
    }));
    for (const pass of planPasses(many, 'batch')) expect(pass.rows.length * 200).toBeLessThanOrEqual(1536);
  });
});

describe('readings', () => {
  it('scores each token by the place before it', () => {
    const row: Row = { tokens: [5, 1, 0], scoreFrom: 1, next: [2], capture: [1] };
    expect(logitPlaces(row)).toEqual([0, 1, 2]);
    const logits = [
      [0, 3, 0],
      [2, 0, 0],
      [0, 0, 1],
    ].map((values) => Float32Array.from(values));
    const result = readRow(row, { logits, residual: Float32Array.from([1, 2, 3, 4]), hidden: 2 });
    const logP = (values: number[], token: number): number => {
      const sum = values.reduce((total, value) => total + Math.exp(value), 0);
      return (values[token] ?? NaN) - Math.log(sum);
    };
    expect(result.scores?.[0]).toBeCloseTo(logP([0, 3, 0], 1));
    expect(result.scores?.[1]).toBeCloseTo(logP([2, 0, 0], 0));
    expect(result.next?.[0]).toBeCloseTo(logP([0, 0, 1], 2));
    expect(result.residual?.map((values) => [...values])).toEqual([[3, 4]]);
    expect(logNormaliser(Float32Array.from([1000, 1000]))).toBeCloseTo(1000 + Math.log(2));
  });
});
