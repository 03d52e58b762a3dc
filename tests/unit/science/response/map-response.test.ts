import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../../src/science/answer.ts';
import { covers, mapPoint, type Projection } from '../../../../src/science/culture-map.ts';
import { ITEMS } from '../../../../src/science/item.ts';
import { itemScores, probabilities, sumOf } from '../../../../src/science/item-score.ts';
import { mapResponse } from '../../../../src/science/response/map-response.ts';

const projection = JSON.parse(readFileSync('public/human/projection.json', 'utf8')) as Projection;

/** Two dilemmas of each item and domain; those of one axis moved by `push` nats. */
const answers = (push: number, axis = 'traditional_secular'): Answer[] =>
  ITEMS.flatMap((item, i) =>
    ['workplace', 'family', 'legal'].flatMap((domain, d) =>
      [0, 1].map((k) => ({
        id: `${item.code}-${domain}-${k}`,
        wvsId: item.code,
        axis: item.axis,
        domain,
        logOddsHigh:
          Math.sin(7 * i + 3 * d + k) + (item.axis === axis ? push * (1 + 0.3 * Math.cos(i + d)) : 0),
      })),
    ),
  );

const placeOf = (of: readonly Answer[], mode: 'centred' | 'published') =>
  mapPoint(probabilities(itemScores(of.map(sumOf))), projection, mode) ?? { x: NaN, y: NaN };

describe('the response of the map', () => {
  const up = answers(0.4);
  const down = answers(-0.4);
  const response = mapResponse([{ up, down, strength: 0.2 }], projection, { seed: 3 });

  it('is the difference of the places over that of the strengths, in both ways of reading the map', () => {
    for (const mode of ['centred', 'published'] as const) {
      const [one, other] = [placeOf(up, mode), placeOf(down, mode)];
      expect(response?.columns[0]?.x).toBeCloseTo((one.x - other.x) / 0.4, 10);
      expect(response?.columns[0]?.y).toBeCloseTo((one.y - other.y) / 0.4, 10);
    }
    expect(response?.n).toEqual([60]);
  });

  it('has intervals around it, and does not mind the order of the answers', () => {
    const [interval] = response?.intervals ?? [];
    const [column] = response?.columns ?? [];
    if (!interval || !column) throw new Error('no interval');
    expect(interval.y.low).toBeLessThan(column.y);
    expect(interval.y.high).toBeGreaterThan(column.y);
    expect(interval.y.high - interval.y.low).toBeLessThan(Math.abs(column.y));
    const turned = mapResponse([{ up, down: down.toReversed(), strength: 0.2 }], projection, { seed: 3 });
    expect(turned).toEqual(response);
  });

  it('is zero, with intervals of no width, where a push does nothing', () => {
    const none = mapResponse([{ up, down: up, strength: 0.2 }], projection, { seed: 3 });
    expect(none?.columns[0]).toEqual({ x: 0, y: 0 });
    expect(none?.intervals[0]?.x).toMatchObject({ low: 0, high: 0 });
  });

  it('is none while an item of the map has no dilemma', () => {
    const less = (of: Answer[]): Answer[] => of.filter(({ wvsId }) => wvsId !== ITEMS[0]?.code);
    expect(
      mapResponse([{ up: less(up), down: less(down), strength: 0.2 }], projection, { seed: 3 }),
    ).toBeUndefined();
  });
});

describe('an ellipse', () => {
  const ellipse = { centre: { x: 1, y: 2 }, major: 2, minor: 1, angle: Math.PI / 4 };
  it('covers what lies along its long axis further out than across it', () => {
    expect(covers(ellipse, { x: 1 + 1.3, y: 2 + 1.3 })).toBe(true);
    expect(covers(ellipse, { x: 1 + 1.3, y: 2 - 1.3 })).toBe(false);
    expect(covers(ellipse, { x: 1 - 0.7, y: 2 + 0.7 })).toBe(true);
  });
});
