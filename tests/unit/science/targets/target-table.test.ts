import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../../src/science/answer.ts';
import { mapPoint, type MapPoint, type Projection } from '../../../../src/science/culture-map.ts';
import { ITEMS } from '../../../../src/science/item.ts';
import { percentileInterval, percentileTest } from '../../../../src/science/statistics/bootstrap.ts';
import { holm } from '../../../../src/science/statistics/holm.ts';
import { seededRandom } from '../../../../src/science/statistics/random.ts';
import { stratifiedDf } from '../../../../src/science/statistics/student.ts';
import { contrast, distanceTo, locate } from '../../../../src/science/targets/distance.ts';
import {
  displacementAt,
  nearestStrengths,
  type DisplacementCurve,
} from '../../../../src/science/targets/strength-search.ts';
import { targetTable } from '../../../../src/science/targets/target-table.ts';

const projection = JSON.parse(readFileSync('public/human/projection.json', 'utf8')) as Projection;
const OPTIONS = { projection, mode: 'centred', seed: 4, resamples: 600 } as const;
const DOMAINS = ['workplace', 'family', 'legal'];

/** Answers to `per` dilemmas of every item and domain. */
const answersBy = (logOdds: (item: number, domain: number, k: number) => number, per = 1): Answer[] =>
  ITEMS.flatMap(({ code, axis }, i) =>
    DOMAINS.flatMap((domain, d) =>
      Array.from({ length: per }, (_, k) => ({
        id: `${code}-${domain}-${k}`,
        wvsId: code,
        axis,
        domain,
        logOddsHigh: logOdds(i, d, k),
      })),
    ),
  );

const noisy = (seed: number, shift = 0, per = 1): Answer[] => {
  const random = seededRandom(seed);
  return answersBy(() => shift + 2 * (random() - 0.5), per);
};

const placeOf = (answers: readonly Answer[]): MapPoint => {
  const located = locate(answers, OPTIONS);
  if (!located) throw new Error('no place');
  return located.place;
};

describe('a distance on the map', () => {
  it('is zero at the society, and never negative or longer than measured', () => {
    const still = answersBy((i) => i / 10);
    const located = locate(still, OPTIONS);
    const here = distanceTo(located as never, located?.place as never);
    expect(here).toMatchObject({ plain: 0, corrected: 0 });
    expect(here.interval?.high).toBeLessThan(1e-12);
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: -3, max: 3, noNaN: true }), (seed, x) => {
        const at = locate(noisy(seed), { ...OPTIONS, resamples: 60 });
        const { plain, corrected = NaN, interval } = distanceTo(at as never, { x, y: 0 });
        expect(corrected).toBeLessThanOrEqual(plain);
        expect(interval?.low).toBeGreaterThanOrEqual(0);
        expect(corrected).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 60 },
    );
  });

  it('has intervals that hold the true distance about as often as they say, near the society and far from it', () => {
    const truth = placeOf(answersBy(() => 0));
    for (const [off, least] of [
      [0, 0.94],
      [0.4, 0.94],
      // Three clusters an item are few: a nominal 95 % is about 91 % far away.
      [2, 0.89],
    ] as const) {
      const society = { x: truth.x + off, y: truth.y };
      let held = 0;
      let plainSum = 0;
      let correctedSum = 0;
      const trials = 400;
      for (let seed = 1; seed <= trials; seed++) {
        const located = locate(noisy(1000 * off + 7 * seed), { ...OPTIONS, resamples: 800 });
        const { plain, corrected = NaN, interval } = distanceTo(located as never, society);
        plainSum += plain ** 2;
        correctedSum += corrected ** 2;
        if (interval && interval.low <= off + 1e-9 && interval.high >= off - 1e-9) held++;
      }
      process.stdout.write(
        `    distance ${off}: interval holds it in ${((100 * held) / trials).toFixed(1)} % of ${trials}; root mean square plain ${Math.sqrt(plainSum / trials).toFixed(3)}, corrected ${Math.sqrt(correctedSum / trials).toFixed(3)}\n`,
      );
      expect(held / trials).toBeGreaterThan(least);
      // Noise makes the plain one longer; the corrected one is nearer to the truth.
      expect(Math.abs(Math.sqrt(correctedSum / trials) - off)).toBeLessThan(
        Math.abs(Math.sqrt(plainSum / trials) - off) + 1e-12,
      );
    }
  });

  it('differs from itself by exactly nothing, and from that of the same answers shifted by something', () => {
    const one = locate(noisy(1), OPTIONS) as never;
    expect(contrast(one, one, { x: 1, y: 1 })).toEqual({
      difference: 0,
      interval: { low: 0, high: 0, level: 0.95 },
      p: 1,
    });
    const other = locate(noisy(1, 1), OPTIONS);
    const found = contrast(other as never, one, other?.place as never);
    expect(found?.interval.high).toBeLessThan(0);
    expect(found?.p).toBeLessThan(0.02);
  });

  it('is tested at the level at which its interval begins to hold zero', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: -0.4, max: 0.4, noNaN: true }), (seed, shift) => {
        const random = seededRandom(seed);
        const replicates = Array.from({ length: 999 }, () => random() - 0.5 + shift);
        const p = percentileTest(replicates, 20);
        if (p > 0.005 && p < 0.9) {
          const wider = percentileInterval(replicates, 1 - p * 0.9, 20);
          const narrower = percentileInterval(replicates, 1 - p * 1.1, 20);
          expect(wider.low <= 0.002 && wider.high >= -0.002).toBe(true);
          expect(narrower.low > -0.002 || narrower.high < 0.002).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('degrees of freedom of a stratified sum', () => {
  it('are all of them where strata weigh alike, and those of one stratum where it makes all the variance', () => {
    const part = fc.double({ min: 0.01, max: 100, noNaN: true });
    fc.assert(
      fc.property(part, fc.integer({ min: 1, max: 12 }), (size, strata) => {
        const alike = Array.from({ length: strata }, () => [size, 0, -size]);
        expect(stratifiedDf(alike)).toBe(2 * strata);
        expect(stratifiedDf([...alike.map(() => [0, 0, 0]), [size, -size, 0]])).toBe(2);
        expect(stratifiedDf(alike.map(() => [0, 0]))).toBe(strata);
      }),
    );
  });
});

describe('the table of targets', () => {
  const probe = noisy(1, 0, 2);
  const nations = (['DNK', 'IND'] as const).map((iso3, i) => ({
    iso3,
    ...placeOf(answersBy(() => (i === 0 ? 1.5 : -1.5))),
    readings: {
      country: noisy(1, i === 0 ? 0.3 : -0.3, 2),
      steering: noisy(1, i === 0 ? 1 : -1, 2),
    },
  }));

  it('tests every paradigm against the plain probe and the push against prompts, Holm over each family', () => {
    const table = targetTable({ probe, nations }, { ...OPTIONS, resamples: 2000 });
    expect(table.cells.map(({ iso3, paradigm, n }) => `${iso3} ${paradigm} ${n}`)).toEqual([
      'DNK probe 60',
      'DNK country 60',
      'DNK steering 60',
      'IND probe 60',
      'IND country 60',
      'IND steering 60',
    ]);
    const family = (name: string) => table.tests.filter((test) => test.family === name);
    expect(family('probe').map(({ iso3, paradigm, than }) => `${iso3} ${paradigm} ${than}`)).toEqual([
      'DNK country probe',
      'DNK steering probe',
      'IND country probe',
      'IND steering probe',
    ]);
    expect(family('prompt').map(({ iso3 }) => iso3)).toEqual(['DNK', 'IND']);
    for (const name of ['probe', 'prompt'])
      expect(family(name).map(({ adjusted }) => adjusted)).toEqual(holm(family(name).map(({ p }) => p)));
    for (const { difference, interval, adjusted } of table.tests) {
      expect(interval.low).toBeLessThanOrEqual(difference);
      expect(interval.high).toBeGreaterThanOrEqual(difference);
      expect(interval.high).toBeLessThan(0);
      expect(adjusted).toBeLessThan(0.05);
    }
  });

  it('says that nothing moved where a prompt changed nothing', () => {
    const table = targetTable(
      { probe, nations: nations.map((nation) => ({ ...nation, readings: { country: probe } })) },
      OPTIONS,
    );
    for (const { difference, interval, adjusted } of table.tests) {
      expect([difference, interval.low, interval.high]).toEqual([0, 0, 0]);
      expect(adjusted).toBe(1);
    }
  });

  it('compares no more than the dilemmas that every paradigm of the nation answered, whatever their order', () => {
    const [denmark] = nations;
    if (!denmark) throw new Error('no nation');
    const country = denmark.readings.country.slice(0, -1).reverse();
    const { cells } = targetTable(
      { probe, nations: [{ ...denmark, readings: { ...denmark.readings, country } }] },
      OPTIONS,
    );
    expect(cells.map(({ n }) => n)).toEqual([59, 59, 59]);
    const dropped = probe.slice(0, -1);
    expect(cells[0]?.place.x).toBeCloseTo(placeOf(dropped).x, 12);
  });

  it('gives a direct survey no interval but the distances by each order of its scales', () => {
    const questions = ITEMS.map(({ code, scale }) => ({
      id: code,
      wvsId: code,
      text: code,
      points: [scale.min, scale.max].map((value) => ({ value, label: '' })),
      listed: true,
      neutral: [],
    })).filter(({ wvsId }) => wvsId !== 'Y002' && wvsId !== 'Y003');
    const special = [
      { id: 'Y002', wvsId: 'Y002', points: [1, 2, 3, 4] },
      ...['independence', 'determination', 'faith', 'obedience'].map((name) => ({
        id: `Y003-${name}`,
        wvsId: 'Y003',
        points: [1, 2],
      })),
    ].map((question) => ({
      ...question,
      text: '',
      points: question.points.map((value) => ({ value, label: '' })),
      listed: true,
      neutral: [],
    }));
    const all = [...questions, ...special];
    const readings = all.flatMap(({ id, points }) =>
      (['forward', 'backward'] as const).map((order) => ({
        id,
        order,
        points: points.map((_, i) => (order === 'forward' && i === 0 ? 0.5 : 0.2)),
        sentence: 0.1,
      })),
    );
    const half = {
      x: 0,
      y: 0,
      ...mapPoint(new Map(ITEMS.map(({ code }) => [code, 0.5])), projection, 'centred'),
    };
    const { cells, tests } = targetTable(
      { probe: [], survey: { questions: all, readings }, nations: [{ iso3: 'MID', ...half, readings: {} }] },
      OPTIONS,
    );
    const [cell, ...others] = cells;
    expect(others).toEqual([]);
    expect(tests).toEqual([]);
    expect(cell).toMatchObject({ paradigm: 'survey', n: readings.length });
    expect(cell).not.toHaveProperty('interval');
    // Backward every point is as likely: the middle of every scale.
    expect(cell?.byOrder?.[1]).toBeCloseTo(0, 6);
    expect(cell?.byOrder?.[0]).toBeGreaterThan(0.1);
  });
});

describe('strengths toward an aim', () => {
  const line = (x: number, y: number): DisplacementCurve => ({
    steps: [-0.3, -0.15, 0.15, 0.3].map((strength) => ({
      strength,
      moved: { x: x * strength, y: y * strength },
    })),
  });

  it('follow the measured displacements, linear between them', () => {
    const curve = line(2, -1);
    for (const strength of [-0.3, -0.2, -0.15, 0, 0.05, 0.15, 0.25, 0.3]) {
      const { x, y } = displacementAt(curve, strength);
      expect(x).toBeCloseTo(2 * strength, 12);
      expect(y).toBeCloseTo(-strength, 12);
    }
  });

  it('are no worse than any of the pairs of steps, and 0 where the model stands at the aim', () => {
    const number = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(number, number, number, number, number, number, (a, b, c, d, x, y) => {
        const curves = [line(a, b), line(c, d)] as const;
        const found = nearestStrengths(curves, { x: 0, y: 0 }, { x, y });
        const miss = Math.hypot(found.predicted.x - x, found.predicted.y - y);
        for (const s of [-0.3, -0.1, 0, 0.2])
          for (const t of [-0.25, 0, 0.3])
            expect(miss).toBeLessThanOrEqual(Math.hypot(a * s + c * t - x, b * s + d * t - y) + 1e-9);
        for (const strength of found.strengths) expect(Math.abs(strength)).toBeLessThanOrEqual(0.3);
        expect(nearestStrengths(curves, { x, y }, { x, y }).strengths).toEqual([0, 0]);
      }),
      { numRuns: 40 },
    );
  });
});
