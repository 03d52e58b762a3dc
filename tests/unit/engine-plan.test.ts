import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Row, Steer } from '../../src/engine/shared/protocol.ts';
import { steerStart, type SteerPlace } from '../../src/engine/shared/steer.ts';
import { planPasses, plannedTokens, type Pass } from '../../src/engine/worker/plan.ts';
import { logNormaliser, logitPlaces, readRow } from '../../src/engine/worker/read-row.ts';

const vectors = [Float32Array.from([1, 0]), Float32Array.from([0, 1])] as const;

const place = fc.oneof(
  fc.constantFrom<SteerPlace[]>('all', 'last'),
  fc.nat({ max: 10 }).map((from): SteerPlace => ({ from })),
);
const change = fc.tuple(place, fc.nat({ max: 5 })).map(([at, kind]): Steer => {
  const [one, other] = vectors;
  const kinds: Steer[] = [
    { layer: 0, vector: one, at },
    { way: 'add-preserving', layer: 0, vector: one, at },
    { way: 'ablate', layer: 0, vector: other, at },
    { way: 'ablate', layer: 0, vector: other, share: 0.5, at },
    { way: 'rotate', layer: 0, plane: [one, other], angle: 1, at },
    { way: 'rotate', layer: 0, plane: [one, other], angle: 1, turn: 'by', at },
  ];
  return kinds[kind] ?? { layer: 0, vector: one, at };
});

const rows = fc.array(
  fc
    .record({
      tokens: fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 2, maxLength: 9 }),
      steer: fc.oneof(
        fc.constantFrom<Steer[][]>([], ...vectors.map((vector) => [{ layer: 0, vector }])),
        fc.array(change, { maxLength: 2 }),
      ),
      scoreAt: fc.option(fc.nat(), { nil: undefined }),
    })
    .map(({ tokens, steer, scoreAt }): Row => ({
      tokens,
      ...(steer.length > 0 ? { steer } : {}),
      ...(scoreAt === undefined ? { logits: true } : { scoreFrom: 1 + (scoreAt % (tokens.length - 1)) }),
    })),
  { minLength: 1, maxLength: 12 },
);

/** What acts at a position, in full: the place of a change is no part of what it does there. */
function acting({ tokens, steer = [] }: Row, at: number): string {
  const there = steer.filter((one) => steerStart(one, tokens.length) <= at);
  return JSON.stringify(there.map((one) => ({ ...one, at: undefined })));
}

/** Runs a plan on a causal toy model: a position's state is all tokens up to it and the steering at each of them. */
function execute(all: readonly Row[], passes: readonly Pass[]): string[][] {
  const results: string[][] = all.map(() => []);
  let cache: string[] = [];
  let cacheIsThere = false;
  for (const pass of passes) {
    const states = pass.rows.map(({ row, start }) => {
      const asked = all[row] ?? { tokens: [] };
      if (start > 0 && (!cacheIsThere || pass.rows.length > 1))
        throw new Error('continues a cache that is not there');
      const computed = cache.slice(0, start);
      for (const [i, token] of asked.tokens.slice(start).entries())
        computed.push(`${computed.at(-1) ?? ''}/${token}${acting(asked, start + i)}`);
      const places = logitPlaces(asked);
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

  it('shares what stands before the steering, whatever it is', () => {
    const tokens = [1, 2, 3, 4, 5, 6, 7, 8];
    const [vector, other] = vectors;
    const at: SteerPlace = { from: 5 };
    const sweep: Row[] = [
      { tokens, logits: true },
      { tokens, logits: true, steer: [{ layer: 0, vector, at: 'last' }] },
      { tokens, logits: true, steer: [{ layer: 0, vector: other, at: 'last' }] },
      { tokens, logits: true, steer: [{ layer: 0, vector, at }] },
      { tokens, logits: true, steer: [{ way: 'ablate', layer: 0, vector, at }] },
    ];
    // Eight tokens once; then the last of two rows, and the last three of two others.
    expect(plannedTokens(sweep, planPasses(sweep, 'prefix'))).toBe(8 + 2 * 1 + 2 * 3);
  });

  it('does not take the last position of a row for the same position of a longer one', () => {
    const steer: Steer[] = [{ layer: 0, vector: vectors[0], at: 'last' }];
    const pair: Row[] = [
      [1, 2, 3, 4],
      [1, 2, 3, 4, 5, 6],
    ].map((tokens) => ({ tokens, logits: true, steer }));
    expect(plannedTokens(pair, planPasses(pair, 'prefix'))).toBe(4 + 3);
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
