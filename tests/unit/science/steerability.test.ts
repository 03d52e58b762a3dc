import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../src/science/answer.ts';
import { AXES, ITEMS } from '../../../src/science/item.ts';
import { pairedShift } from '../../../src/science/shift.ts';
import type { Dose } from '../../../src/science/response/dose.ts';
import { steerability } from '../../../src/science/steerability.ts';

const OPTIONS = { seed: 5, resamples: 400 };
const [AXIS, ACROSS] = [AXES[1], AXES[0]];

/** One dilemma of each item and domain; each moves by a slope of its own. */
const answersAt = (strength: number, own: number, other: number, noise = 0.2): Answer[] =>
  ITEMS.flatMap(({ code, axis }, i) =>
    ['workplace', 'family', 'legal'].map((domain, d) => {
      const slope = (axis === AXIS ? own : other) * (1 + noise * (((i + d) % 3) - 1));
      return {
        id: `${code} ${domain}`,
        wvsId: code,
        axis,
        domain,
        logOddsHigh: i / 9 - d / 5 + slope * strength,
      };
    }),
  );
const runs = (own: number, other: number, strengths: readonly number[], noise = 0.2): Dose[] =>
  strengths.map((strength) => ({ strength, answers: answersAt(strength, own, other, noise) }));

const finite = fc.double({ min: -5, max: 5, noNaN: true });

describe('how far a model can be moved', () => {
  it('is the slope, the same whatever strengths it is read from, with the drift and their ratio', () => {
    fc.assert(
      fc.property(finite, finite, (own, other) => {
        for (const strengths of [
          [0, 0.15],
          [-0.15, 0, 0.15],
          [-0.3, -0.1, 0, 0.2],
        ]) {
          const found = steerability(AXIS, runs(own, other, strengths), OPTIONS);
          expect(found?.own.mean).toBeCloseTo(own, 9);
          expect(found?.other.mean).toBeCloseTo(other, 9);
          expect(found?.own.n).toBe(15);
          // Held by the product: where the push is tiny the ratio is huge, and right to as many figures, not decimals.
          if (found?.leeway) expect(found.leeway.ratio * own).toBeCloseTo(other, 6);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('at two strengths is the paired shift over their distance', () => {
    const [down, up] = runs(0.8, 0.3, [-0.15, 0.15]) as [Dose, Dose];
    const found = steerability(AXIS, [down, up], OPTIONS);
    const shift = pairedShift(down.answers, up.answers, OPTIONS);
    expect(found?.own.mean).toBeCloseTo((shift[AXIS]?.mean ?? NaN) / 0.3, 9);
    expect(found?.other.mean).toBeCloseTo((shift[ACROSS]?.mean ?? NaN) / 0.3, 9);
    expect(found?.own.interval?.low).toBeLessThan(0.8);
    expect(found?.own.interval?.high).toBeGreaterThan(0.8);
  });

  it('gives no ratio to what may be nothing, and a sure one where both move alike', () => {
    expect(steerability(AXIS, runs(0.05, 0.4, [0, 1], 40), OPTIONS)).not.toHaveProperty('leeway');
    const alike = steerability(AXIS, runs(1, 0.5, [-1, 0, 1], 0), OPTIONS)?.leeway;
    expect(alike?.ratio).toBeCloseTo(0.5, 9);
    expect(alike?.interval.low).toBeCloseTo(0.5, 9);
    expect(alike?.interval.high).toBeCloseTo(0.5, 9);
  });

  it('wants two strengths, and counts no dilemma that was not answered at all of them', () => {
    const [one, other] = runs(1, 0.5, [0, 0.2]) as [Dose, Dose];
    expect(steerability(AXIS, [one, one], OPTIONS)).toBeUndefined();
    const less = steerability(AXIS, [one, { ...other, answers: other.answers.slice(0, -1) }], OPTIONS);
    expect((less?.own.n ?? 0) + (less?.other.n ?? 0)).toBe(29);
    expect(steerability(AXIS, [one, { ...other, answers: [] }], OPTIONS)).toBeUndefined();
  });
});
