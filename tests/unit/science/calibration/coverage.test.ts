import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../../src/science/answer.ts';
import { leewayCoverage, scoreCoverage } from '../../../../src/science/calibration/coverage.ts';
import { redraw } from '../../../../src/science/calibration/redraw.ts';
import { AXES, ITEMS, type Axis } from '../../../../src/science/item.ts';
import { itemScores, sumOf } from '../../../../src/science/item-score.ts';
import { seededRandom } from '../../../../src/science/statistics/random.ts';

const [TS, SE] = AXES;
const DOMAINS = ['workplace', 'family', 'legal'];

/** Ten dilemmas of each item and domain; clusters and dilemmas scatter about the axis's mean. */
function populationOf(mean: Readonly<Record<Axis, number>>, seed = 3): Answer[] {
  const random = seededRandom(seed);
  const scatter = (): number => random() + random() - 1;
  return ITEMS.flatMap(({ code, axis }) =>
    DOMAINS.flatMap((domain) => {
      const cluster = 0.3 * scatter();
      return Array.from({ length: 10 }, (_, k) => ({
        ...{ id: `${code}-${domain}-${k}`, wvsId: code, axis, domain },
        logOddsHigh: mean[axis] + cluster + 0.3 * scatter(),
      }));
    }),
  );
}

describe('a draw of dilemmas', () => {
  const population = populationOf({ [TS]: 1, [SE]: 0 } as Record<Axis, number>);

  it('holds three clusters of every item, with new ids', () => {
    const drawn = redraw(population, { each: 2, random: seededRandom(1) });
    expect(drawn).toHaveLength(60);
    expect(new Set(drawn.map(({ id }) => id)).size).toBe(60);
    expect(new Set(drawn.map(({ wvsId, domain }) => `${wvsId} ${domain}`)).size).toBe(30);
  });

  it('has the population’s mean over many draws', () => {
    const random = seededRandom(2);
    const scores = Array.from({ length: 400 }, () =>
      itemScores(redraw(population, { each: 2, random }).map(sumOf)),
    );
    const truth = itemScores(population.map(sumOf));
    for (const { code } of ITEMS) {
      const mean = scores.reduce((sum, one) => sum + (one.get(code)?.logOdds ?? NaN), 0) / scores.length;
      expect(Math.abs(mean - (truth.get(code)?.logOdds ?? NaN))).toBeLessThan(0.05);
    }
  });
});

describe('coverage over draws', () => {
  const options = { draws: 150, each: 2, seed: 1, resamples: 500 };

  it('of axis scores is near its nominal 95 %', () => {
    const scores = scoreCoverage(populationOf({ [TS]: 0.4, [SE]: -0.2 } as Record<Axis, number>), options);
    for (const axis of AXES) {
      expect(scores[axis].coverage.share).toBeGreaterThan(0.88);
      expect(Math.abs(scores[axis].bias)).toBeLessThan(0.03);
    }
  });

  it('of a leeway finds it where it is, and none where there is none', () => {
    const drifting = leewayCoverage(TS, populationOf({ [TS]: 2, [SE]: 1 } as Record<Axis, number>), options);
    expect(drifting.ratio.truth).toBeCloseTo(0.5, 1);
    expect(drifting.ratio.coverage.share).toBeGreaterThan(0.88);
    expect(drifting.drifts.share).toBe(1);
    expect(drifting.verdicts.drifts).toBe(150);
    // The level of a test is counted where nothing drifts.
    expect(drifting.falseDrifts.share).toBeLessThan(0.12);
    expect(drifting.falseFlips.share).toBeLessThan(0.12);
    const steady = leewayCoverage(TS, populationOf({ [TS]: 2, [SE]: 0 } as Record<Axis, number>), options);
    expect(steady.verdicts.drifts / 150).toBeLessThan(0.35);
    expect(steady.verdicts['no drift']).toBeGreaterThan(75);
    expect(steady.other.truth).toBeCloseTo(drifting.other.truth - 1, 9);
  });
});
