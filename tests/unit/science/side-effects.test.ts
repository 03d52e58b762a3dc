import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { breaksOf, BREAKS_FROM } from '../../../src/science/breaking.ts';
import { againstChance, randomVector } from '../../../src/science/directions/random-direction.ts';
import { readPassages } from '../../../src/science/passage.ts';
import {
  controlChange,
  klDivergence,
  meanKl,
  perplexity,
  perplexityEstimate,
  perplexityRatio,
  type PassageReading,
} from '../../../src/science/side-effects.ts';
import { mcNemar } from '../../../src/science/statistics/mcnemar.ts';
import { cosine, norm } from '../../../src/science/steering-vector.ts';

const golden = JSON.parse(
  readFileSync(new URL('../../fixtures/statistics.json', import.meta.url), 'utf8'),
) as { readonly mcnemar: readonly { lost: number; gained: number; p: number }[] };

const readings: fc.Arbitrary<readonly PassageReading[]> = fc.uniqueArray(
  fc.record({
    id: fc.string(),
    tokens: fc.integer({ min: 1, max: 64 }),
    logLikelihood: fc.double({ min: -12, max: 0, noNaN: true }),
    kl: fc.constant(0),
  }),
  { selector: ({ id }) => id, minLength: 1, maxLength: 12 },
);
const logits = fc.array(fc.double({ min: -40, max: 40, noNaN: true }), { minLength: 2, maxLength: 20 });
const answers = fc.uniqueArray(
  fc.record({ id: fc.string(), logOddsHigh: fc.double({ min: -5, max: 5, noNaN: true }) }),
  { selector: ({ id }) => id, minLength: 1, maxLength: 20 },
);
const resampling = { seed: 3, resamples: 200 };

describe('McNemar’s exact test', () => {
  test.each(golden.mcnemar)('of $lost lost and $gained gained has statsmodels’ p', ({ lost, gained, p }) => {
    const before = [...Array<boolean>(lost).fill(true), ...Array<boolean>(gained).fill(false), true, false];
    const after = [...Array<boolean>(lost).fill(false), ...Array<boolean>(gained).fill(true), true, false];
    const found = mcNemar(before, after);
    expect(found).toMatchObject({ lost, gained });
    expect(found.p).toBeCloseTo(p, 9);
  });

  it('does not depend on which side changed, and refuses lists of other lengths', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.boolean())), (pairs) => {
        const [before, after] = [pairs.map(([was]) => was), pairs.map(([, is]) => is)];
        const there = mcNemar(before, after);
        const back = mcNemar(after, before);
        expect(back).toEqual({ lost: there.gained, gained: there.lost, p: there.p });
      }),
    );
    expect(() => mcNemar([true], [])).toThrow(RangeError);
  });
});

describe('a push of strength 0', () => {
  it('has a perplexity ratio and bounds of exactly 1', () => {
    fc.assert(
      fc.property(readings, (same) => {
        const ratio = perplexityRatio(same, [...same].reverse(), resampling);
        expect(ratio?.mean).toBe(1);
        if (same.length > 1) expect(ratio?.interval).toEqual({ low: 1, high: 1, level: 0.95 });
      }),
    );
  });

  it('has a divergence of exactly 0, and loses no control question', () => {
    fc.assert(fc.property(logits, (same) => void expect(klDivergence(same, same)).toBe(0)));
    fc.assert(
      fc.property(answers, (same) => {
        expect(controlChange(same, same)).toMatchObject({ lost: 0, gained: 0, p: 1, n: same.length });
      }),
    );
    expect(breaksOf({})).toEqual([]);
  });
});

describe('perplexity', () => {
  it('is that of all tokens together, however they are dealt to passages', () => {
    // exp of minus the mean of -1, -2, -2, -3.
    expect(
      perplexity([
        { id: 'a', tokens: 1, logLikelihood: -1 },
        { id: 'b', tokens: 3, logLikelihood: -7 / 3 },
      ]),
    ).toBeCloseTo(Math.exp(2), 12);
    expect(perplexity([{ id: 'a', tokens: 8, logLikelihood: -Math.log(10) }])).toBeCloseTo(10, 12);
  });

  it('of one passage has no interval, of several one around it', () => {
    fc.assert(
      fc.property(readings, (of) => {
        const estimate = perplexityEstimate(of, resampling);
        expect(estimate?.mean).toBeCloseTo(perplexity(of), 6);
        expect(estimate?.interval === undefined).toBe(of.length === 1);
      }),
    );
    expect(perplexityEstimate([], resampling)).toBeUndefined();
    expect(meanKl([], resampling)).toBeUndefined();
  });

  it('ratios multiply: worse by a factor in every passage is worse by that factor, for sure', () => {
    fc.assert(
      fc.property(
        readings.filter(({ length }) => length > 1),
        fc.double({ min: 0.1, max: 3, noNaN: true }),
        (before, nats) => {
          const after = before.map((one) => ({ ...one, logLikelihood: one.logLikelihood - nats }));
          const ratio = perplexityRatio(before, after, resampling);
          expect(ratio?.mean).toBeCloseTo(Math.exp(nats), 6);
          expect(ratio?.interval?.low).toBeCloseTo(Math.exp(nats), 6);
        },
      ),
    );
    expect(perplexityRatio([], [], resampling)).toBeUndefined();
  });
});

describe('divergence', () => {
  it('is never below 0, and the same when all logits are raised', () => {
    fc.assert(
      fc.property(
        logits.chain((p) =>
          fc.tuple(
            fc.constant(p),
            fc.array(fc.double({ min: -40, max: 40, noNaN: true }), {
              minLength: p.length,
              maxLength: p.length,
            }),
          ),
        ),
        ([p, q]) => {
          const kl = klDivergence(p, q);
          expect(kl).toBeGreaterThanOrEqual(0);
          expect(
            klDivergence(
              p.map((x) => x + 5),
              q,
            ),
          ).toBeCloseTo(kl, 8);
        },
      ),
    );
    // Half and half against one to three: log(1/2 / 1/4)/2 + log(1/2 / 3/4)/2.
    expect(klDivergence([0, 0], [0, Math.log(3)])).toBeCloseTo((Math.log(2) + Math.log(2 / 3)) / 2, 12);
    expect(klDivergence([0, -Infinity], [0, 0])).toBeCloseTo(Math.LN2, 12);
    expect(() => klDivergence([1], [1, 2])).toThrow(RangeError);
  });
});

describe('the rule by which a model breaks', () => {
  const ratio = (mean: number, low: number) => ({ mean, n: 12, interval: { low, high: 9, level: 0.95 } });
  const controls = (rightAfter: number, p: number) => ({
    ...{ n: 48, rightBefore: 46, rightAfter, lost: 46 - rightAfter, gained: 0, p },
  });

  it('asks for sure loss of fluency or of control questions', () => {
    expect(breaksOf({ perplexity: ratio(2, BREAKS_FROM + 0.01) })).toEqual(['fluency']);
    expect(breaksOf({ perplexity: ratio(2, BREAKS_FROM - 0.01) })).toEqual([]);
    expect(breaksOf({ controls: controls(36, 0.002) })).toEqual(['controls']);
    expect(breaksOf({ controls: controls(44, 0.5) })).toEqual([]);
    // Getting more of them right is no break, however sure.
    expect(breaksOf({ controls: controls(48, 0.01) })).toEqual([]);
    expect(breaksOf({ perplexity: ratio(9, 4), controls: controls(20, 1e-6) })).toEqual([
      'fluency',
      'controls',
    ]);
  });
});

describe('random vectors', () => {
  const like = { layer: 4, direction: Float32Array.from({ length: 300 }, (_, i) => i / 50), residualNorm: 7 };

  it('have the norm and place of the one they stand in for, and another direction for every seed', () => {
    const drawn = [1, 2, 3].map((seed) => randomVector(like, seed));
    for (const one of drawn) {
      expect(one).toMatchObject({ layer: 4, residualNorm: 7 });
      expect(norm(one.direction)).toBeCloseTo(norm(like.direction), 3);
      expect(Math.abs(cosine(one.direction, like.direction))).toBeLessThan(0.25);
    }
    expect(randomVector(like, 2).direction).toEqual(drawn[1]?.direction);
    expect(Math.abs(cosine(drawn[0]?.direction ?? [], drawn[1]?.direction ?? []))).toBeLessThan(0.25);
  });

  it('give the p of how many go as far', () => {
    expect(againstChance(1, [0.2, -3, 0.5])).toEqual({ p: 1 / 4, n: 3, atLeast: 0 });
    expect(againstChance(0.5, [0.5, 2, 0, -1])).toEqual({ p: 3 / 5, n: 4, atLeast: 2 });
    expect(() => againstChance(NaN, [0])).toThrow(RangeError);
  });
});

describe('the published passages', () => {
  it('are read whole, and anything else is refused', () => {
    const text = readFileSync(new URL('../../../public/scenarios/passages.json', import.meta.url), 'utf8');
    const passages = readPassages(JSON.parse(text));
    expect(passages.length).toBeGreaterThanOrEqual(20);
    expect(new Set(passages.map(({ id }) => id)).size).toBe(passages.length);
    for (const bad of [undefined, [], { passages: [] }, { passages: [{ id: 'a' }] }])
      expect(() => readPassages(bad)).toThrow(RangeError);
  });
});
