import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { breaksOf } from '../../../src/science/breaking.ts';
import {
  carefulChoice,
  paperChoice,
  shiftPerDamage,
  surely,
  topLayers,
  worthALook,
  type SearchCell,
} from '../../../src/science/layer-choice.ts';

const around = (mean: number, half: number) => ({
  mean,
  n: 30,
  interval: { low: mean - half, high: mean + half, level: 0.95 },
});
const cell = (
  layer: number,
  strength: number,
  mean: number,
  {
    half = 0.02,
    drift = 0,
    ratio = 1.05,
  }: { half?: number; drift?: number | undefined; ratio?: number } = {},
): SearchCell => ({
  layer,
  strength,
  shift: around(mean, half),
  drift: around(drift, half),
  perplexity: around(ratio, 0.01),
});

const anyCell = fc
  .record({
    layer: fc.nat(11),
    strength: fc.constantFrom(-0.2, -0.1, 0.1, 0.2),
    mean: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
    half: fc.double({ min: 0, max: 0.3, noNaN: true }),
    drift: fc.double({ min: -0.3, max: 0.3, noNaN: true }),
    ratio: fc.double({ min: 0.9, max: 3, noNaN: true }),
  })
  .map(({ layer, strength, mean, ...more }) => cell(layer, strength, mean, more));

describe('the paper’s rule', () => {
  it('keeps the top layers of the cells at one strength', () => {
    const cells = [0.1, 0.5, -0.2, 0.3, 0.4].map((mean, layer) => cell(layer, 0.05, mean));
    expect(paperChoice([...cells, cell(2, 0.2, 9)], 0.05, 2)).toEqual({
      rule: 'paper',
      layers: [1, 4],
      strength: 0.05,
      among: 5,
    });
    expect(topLayers([0.1, 0.5, -0.2, 0.3, 0.4], 2)).toEqual([1, 4]);
    expect(paperChoice(cells, 0.1)).toBeUndefined();
  });

  it('looks the way of the push where that is toward the low pole', () => {
    const cells = [0.1, -0.5, 0.2].map((mean, layer) => cell(layer, -0.05, mean));
    expect(paperChoice(cells, -0.05, 1)?.layers).toEqual([1]);
  });
});

describe('the careful rule', () => {
  it('prefers a sure shift without drift to a larger one', () => {
    const chosen = carefulChoice([
      cell(3, 0.1, 0.3, { half: 0.29 }),
      cell(4, 0.1, 0.25, { drift: 0.2 }),
      cell(5, 0.1, 0.15),
      cell(6, 0.2, 0.6, { ratio: 2 }),
    ]);
    expect(chosen?.cell).toMatchObject({ layer: 5, strength: 0.1 });
    expect(chosen?.score).toBeCloseTo(0.13, 9);
    expect(chosen).toMatchObject({ among: 3, broken: 1, unmeasured: 0, clear: 3 });
    expect(chosen?.second?.layer).toBe(4);
  });

  it('never takes a cell that breaks the model or was not wholly measured, and none beats its choice', () => {
    fc.assert(
      fc.property(fc.array(anyCell, { maxLength: 30 }), (cells) => {
        const chosen = carefulChoice(cells);
        const sound = cells.filter((one) => breaksOf(one).length === 0);
        if (!chosen) {
          expect(sound).toEqual([]);
          return;
        }
        expect(breaksOf(chosen.cell)).toEqual([]);
        for (const one of sound)
          expect((surely(one) ?? 0) - Math.abs(one.drift?.mean ?? 0)).toBeLessThanOrEqual(chosen.score);
        expect(chosen.among + chosen.broken + chosen.unmeasured).toBe(cells.length);
      }),
    );
    const coarse: SearchCell = { layer: 1, strength: 0.1, shift: around(5, 0.1) };
    expect(carefulChoice([coarse])).toBeUndefined();
  });

  it('does not care which way is up: the mirror image gives the mirror choice', () => {
    const flip = (one: SearchCell): SearchCell => {
      const { mean = 0, n = 0, interval } = one.shift ?? {};
      const { low = 0, high = 0 } = interval ?? {};
      return {
        ...one,
        strength: -one.strength,
        shift: { mean: -mean, n, interval: { low: -high, high: -low, level: 0.95 } },
      };
    };
    fc.assert(
      fc.property(fc.array(anyCell, { minLength: 1, maxLength: 20 }), (cells) => {
        expect(carefulChoice(cells.map(flip))?.score).toBe(carefulChoice(cells)?.score);
      }),
    );
  });
});

describe('what a cell is worth', () => {
  it('is its shift for what it cost', () => {
    expect(shiftPerDamage(cell(1, 0.1, 0.2, { ratio: Math.E }))).toBeCloseTo(0.2, 9);
    expect(shiftPerDamage(cell(1, -0.1, -0.2, { ratio: Math.E }))).toBeCloseTo(0.2, 9);
    expect(shiftPerDamage(cell(1, 0.1, 0.2, { ratio: 0.99 }))).toBe(Infinity);
    expect(shiftPerDamage({ layer: 1, strength: 0.1 })).toBeUndefined();
  });

  it('decides which layers get a closer look', () => {
    const cells = [
      cell(0, 0.05, 0.3, { half: 0.4 }),
      cell(1, 0.05, 0.1),
      cell(2, 0.05, -0.2),
      cell(3, 0.05, 0.15),
    ];
    expect(worthALook(cells, 2)).toEqual([1, 3]);
    expect(worthALook(cells, 9)).toEqual([0, 1, 2, 3]);
  });
});
