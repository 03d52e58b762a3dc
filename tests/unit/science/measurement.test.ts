import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { choiceFromCloze, choiceFromLetters, logSumExp } from '../../../src/science/choice.ts';
import { coveringEllipse, mapPoint, type Projection } from '../../../src/science/culture-map.ts';
import { ITEMS } from '../../../src/science/item.ts';
import type { Answer } from '../../../src/science/answer.ts';
import { summarize } from '../../../src/science/measurement.ts';
import { effectOf, overlay, pairedShift } from '../../../src/science/shift.ts';
import {
  canResample,
  percentileInterval,
  quantile,
  resample,
} from '../../../src/science/statistics/bootstrap.ts';

const projection = JSON.parse(
  readFileSync(new URL('../../../public/human/projection.json', import.meta.url), 'utf8'),
) as Projection;

const everyItem = (p: number): Map<string, number> => new Map(ITEMS.map((item) => [item.code, p]));

const answersOf = (logOdds: (code: string, k: number) => number): Answer[] =>
  ITEMS.flatMap((item) =>
    [0, 1, 2].map((k) => ({
      id: `${item.code}-${k}`,
      wvsId: item.code,
      axis: item.axis,
      domain: ['workplace', 'family', 'legal'][k] ?? '',
      logOddsHigh: logOdds(item.code, k),
    })),
  );

describe('choices', () => {
  const logs = fc.double({ min: -20, max: -0.01, noNaN: true });

  it('mirror when both orders are swapped', () => {
    fc.assert(
      fc.property(logs, logs, logs, logs, (a1, b1, a2, b2) => {
        const choice = choiceFromLetters([
          { highAt: 'A', logPA: a1, logPB: b1 },
          { highAt: 'B', logPA: a2, logPB: b2 },
        ]);
        const swapped = choiceFromLetters([
          { highAt: 'B', logPA: a1, logPB: b1 },
          { highAt: 'A', logPA: a2, logPB: b2 },
        ]);
        expect(swapped.logOddsHigh).toBeCloseTo(-choice.logOddsHigh, 12);
        expect(swapped.positionBias).toBeCloseTo(choice.positionBias ?? NaN, 12);
      }),
    );
  });

  it('positive means the high pole, whichever letter it stands at', () => {
    const likesHigh = choiceFromLetters([
      { highAt: 'A', logPA: -0.1, logPB: -3 },
      { highAt: 'B', logPA: -3, logPB: -0.1 },
    ]);
    expect(likesHigh.logOddsHigh).toBeCloseTo(2.9);
    expect(likesHigh.positionBias).toBeCloseTo(0);
    expect(choiceFromCloze([-1, -1], [-2, -2, -2]).logOddsHigh).toBe(1);
  });

  it('refuse what is not finite', () => {
    expect(() => choiceFromCloze([-Infinity], [-1])).toThrow(RangeError);
    expect(() => choiceFromCloze([NaN], [-1])).toThrow(RangeError);
    expect(() => choiceFromCloze([], [-1])).toThrow(RangeError);
    expect(() =>
      choiceFromLetters([
        { highAt: 'A', logPA: -Infinity, logPB: -1 },
        { highAt: 'B', logPA: -1, logPB: -1 },
      ]),
    ).toThrow(RangeError);
  });

  it('sum probabilities of spellings', () => {
    expect(logSumExp([Math.log(0.25), Math.log(0.5)])).toBeCloseTo(Math.log(0.75));
    expect(logSumExp([])).toBe(-Infinity);
  });
});

describe('the map', () => {
  it('puts an undecided model where the design says', () => {
    expect(mapPoint(everyItem(0.5), projection, 'published')).toMatchObject({
      x: expect.closeTo(0.19, 2) as number,
      y: expect.closeTo(1.84, 2) as number,
    });
    // Pooled human mean: the intercepts of the published rescaling.
    expect(mapPoint(everyItem(0.5), projection, 'centred')).toMatchObject({
      x: expect.closeTo(0.038, 6) as number,
      y: expect.closeTo(-0.1, 6) as number,
    });
  });

  it('differs between the two modes by the same way for every model', () => {
    const offset = (scores: Map<string, number>): [number, number] => {
      const published = mapPoint(scores, projection, 'published');
      const centred = mapPoint(scores, projection, 'centred');
      if (!published || !centred) throw new Error('all items are there');
      return [published.x - centred.x, published.y - centred.y];
    };
    const [x, y] = offset(everyItem(0.5));
    const uneven = new Map(ITEMS.map((item, i) => [item.code, 0.05 + 0.09 * i]));
    expect(offset(uneven)).toEqual([expect.closeTo(x, 9), expect.closeTo(y, 9)]);
  });

  it('moves up and right when all items move to the high pole', () => {
    for (const mode of ['published', 'centred'] as const) {
      const low = mapPoint(everyItem(0.3), projection, mode);
      const high = mapPoint(everyItem(0.7), projection, mode);
      expect(high?.x).toBeGreaterThan(low?.x ?? Infinity);
      expect(high?.y).toBeGreaterThan(low?.y ?? Infinity);
    }
  });

  it('each item’s high pole moves its own axis up (happiness and pride are not reversed)', () => {
    for (const item of ITEMS) {
      const scores = everyItem(0.5);
      const before = mapPoint(scores, projection, 'centred');
      const after = mapPoint(scores.set(item.code, 0.6), projection, 'centred');
      if (!before || !after) throw new Error('all items are there');
      const moved = item.axis === 'traditional_secular' ? after.y - before.y : after.x - before.x;
      expect(moved, item.code).toBeGreaterThan(0);
    }
  });

  it('has no place while an item is missing', () => {
    const scores = everyItem(0.5);
    scores.delete('F063');
    expect(mapPoint(scores, projection, 'centred')).toBeUndefined();
  });

  it('draws the ellipse of a known normal cloud', () => {
    // Corners of a rectangle: covariance is diagonal, 4/3 of the squared half sides.
    const points = [
      { x: 2, y: 1 },
      { x: -2, y: 1 },
      { x: 2, y: -1 },
      { x: -2, y: -1 },
    ];
    const ellipse = coveringEllipse(points, { x: 0, y: 0 });
    const q = -2 * Math.log(0.05);
    expect(ellipse.major).toBeCloseTo(Math.sqrt((q * 16) / 3));
    expect(ellipse.minor).toBeCloseTo(Math.sqrt((q * 4) / 3));
    expect(ellipse.angle).toBeCloseTo(0);
  });
});

describe('summaries', () => {
  it('average items, then axes, with intervals that hold the mean and repeat with the seed', () => {
    const answers = answersOf((code, k) => (code === 'F063' ? 1 : 0.2) + 0.1 * (k - 1));
    const summary = summarize(answers, { projection, seed: 7 });
    const axis = summary.axes.traditional_secular;
    expect(axis?.mean).toBeCloseTo((1 + 4 * 0.2) / 5);
    expect(axis?.n).toBe(15);
    expect(axis?.interval?.low).toBeLessThan(axis?.mean ?? 0);
    expect(axis?.interval?.high).toBeGreaterThan(axis?.mean ?? 0);
    expect(summarize(answers, { projection, seed: 7 })).toEqual(summary);
    expect(summary.map.centred?.ellipse?.major).toBeGreaterThan(0);
  });

  it('give no interval where there is nothing to resample', () => {
    const one = answersOf(() => 0.3).filter((answer) => answer.id.endsWith('-0'));
    const summary = summarize(one, { projection, seed: 1 });
    expect(summary.axes.traditional_secular?.interval).toBeUndefined();
    expect(summary.map.centred).toBeDefined();
  });

  it('pair shifts by dilemma, whatever else differs', () => {
    const before = answersOf((_, k) => k);
    const after = before
      .filter((answer) => answer.wvsId === 'F063')
      .map((answer) => ({ ...answer, logOddsHigh: answer.logOddsHigh + 0.5 }));
    const shift = pairedShift(before, after, { seed: 1 });
    expect(shift.traditional_secular).toMatchObject({ mean: 0.5, n: 3 });
    expect(shift.survival_self_expression).toBeUndefined();
    expect(
      overlay(before, after).filter((answer, i) => answer.logOddsHigh !== before[i]?.logOddsHigh),
    ).toHaveLength(3);
  });

  it('have the textbook variance of a stratified mean, also with three dilemmas an item', () => {
    const values = [1, 2, 6, 10, 10.5, 14];
    const strata = ['a', 'a', 'a', 'b', 'b', 'b'];
    const means: number[] = [];
    resample(strata, 20_000, 11, (draw) =>
      means.push(Array.from(draw, (i) => values[i] ?? NaN).reduce((a, b) => a + b) / 4),
    );
    const mean = means.reduce((a, b) => a + b) / means.length;
    const variance = means.reduce((sum, value) => sum + (value - mean) ** 2, 0) / means.length;
    // Sample variances 7 and 4.75, three each, weights a half: (7 + 4.75) / 3 / 4.
    expect(variance / ((7 + 4.75) / 12)).toBeCloseTo(1, 1);
  });

  it('give no interval while one item has a single dilemma', () => {
    const some = answersOf((_, k) => k)
      .slice(0, 29)
      .filter((answer) => answer.id !== 'A165-1');
    const summary = summarize(some, { projection, seed: 1 });
    expect(summary.axes.survival_self_expression?.interval).toBeUndefined();
    expect(summary.map.centred?.ellipse).toBeUndefined();
  });

  it('say whether a push went its way', () => {
    const interval = { low: 0.1, high: 0.3, level: 0.95 };
    expect(effectOf({ mean: 0.2, n: 15, interval }, 0.4)).toBe('with');
    expect(effectOf({ mean: 0.2, n: 15, interval }, -0.4)).toBe('against');
    expect(effectOf({ mean: 0.2, n: 15, interval: { ...interval, low: -0.1 } }, 0.4)).toBe('unclear');
    expect(effectOf({ mean: 0.2, n: 1 }, 0.4)).toBeUndefined();
    expect(effectOf({ mean: 0.2, n: 15, interval }, 0)).toBeUndefined();
  });

  it('bootstrap within strata, seeded', () => {
    const strata = ['a', 'a', 'b', 'b', 'b'];
    resample(strata, 50, 3, (draw) => {
      expect(Array.from(draw, (index) => strata[index])).toEqual(['a', 'b', 'b']);
    });
    expect(canResample(strata)).toBe(true);
    expect(canResample(['a', 'a', 'b'])).toBe(false);
    expect(canResample([])).toBe(false);
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
    const interval = percentileInterval(
      Array.from({ length: 101 }, (_, i) => i),
      0.9,
    );
    expect(interval.low).toBeCloseTo(5);
    expect(interval.high).toBeCloseTo(95);
  });
});
