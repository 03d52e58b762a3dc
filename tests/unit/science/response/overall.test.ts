import { describe, expect, it } from 'vitest';
import { overallOf, type Slopes } from '../../../../src/science/response/overall.ts';
import { signFlipTest } from '../../../../src/science/statistics/permutation.ts';
import { seededRandom } from '../../../../src/science/statistics/random.ts';

const N = 10;

/** Standard normal numbers (Box & Muller 1958). */
const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

interface World {
  readonly own: number;
  /** How much wider than random vectors' slopes those beside the diagonal are. */
  readonly wider: number;
}

/** Ten made and twenty random vectors; some columns answer anything more than others. */
function world({ own, wider }: World, seed: number) {
  const random = seededRandom(seed);
  const columns = Array.from({ length: N }, (_, j) => 0.2 + 0.1 * j);
  const slopes = (scale: number): number[] => columns.map((column) => scale * column * normal(random));
  const made = Array.from({ length: N }, (_, i) => {
    const row = slopes(wider);
    row[i] = own + 0.3 * normal(random);
    return { slopes: row as Slopes, own: i };
  });
  return { made, random: Array.from({ length: 20 }, () => slopes(1)) };
}

const over = (worlds: World, seed: number) => {
  const { made, random } = world(worlds, seed);
  const found = overallOf(made, random, { seed, deals: 999 });
  if (!found?.random) throw new Error('Nothing was found.');
  return { ...found, random: found.random };
};

describe('what a whole matrix says', () => {
  it('is the mean of its diagonal and the mean size of everything else', () => {
    const { made, random } = world({ own: 0.5, wider: 1 }, 3);
    const found = overallOf(made, random, { seed: 1 });
    const diagonal = made.map(({ slopes, own }) => slopes[own] ?? NaN);
    expect(found?.own.mean).toBeCloseTo(diagonal.reduce((sum, value) => sum + value, 0) / N, 12);
    expect(found?.own.p).toBe(signFlipTest(diagonal, { seed: 1 }).p);
    const beside = made.flatMap(({ slopes, own }) =>
      slopes.filter((_, j) => j !== own).map((s) => Math.abs(s ?? NaN)),
    );
    expect(found?.others).toBeCloseTo(beside.reduce((sum, value) => sum + value, 0) / (N * (N - 1)), 12);
    const sizes = random.flat().map(Math.abs);
    expect(found?.random?.size).toBeCloseTo(sizes.reduce((sum, value) => sum + value, 0) / sizes.length, 12);
    expect(found?.random?.n).toBe(20);
  });

  it('alarms falsely as often as it says, and covers the diagonal’s mean', () => {
    const seeds = Array.from({ length: 400 }, (_, i) => i + 1);
    const found = seeds.map((seed) => over({ own: 0.2, wider: 1 }, seed));
    const share = (hits: number): number => hits / seeds.length;
    // Three standard errors of 400 draws.
    expect(share(found.filter(({ random }) => random.p < 0.05).length)).toBeLessThan(0.05 + 0.033);
    const covered = found.filter(({ own }) => own.interval.low <= 0.2 && own.interval.high >= 0.2).length;
    expect(Math.abs(share(covered) - 0.95)).toBeLessThan(0.033);
    const still = seeds.map(
      (seed) => overallOf(world({ own: 0, wider: 1 }, seed).made, [], { seed })?.own.p ?? 0,
    );
    expect(share(still.filter((p) => p < 0.05).length)).toBeLessThan(0.05 + 0.033);
  });

  it('sees vectors that move everything else more than random ones do', () => {
    const seeds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    expect(seeds.filter((seed) => over({ own: 0.5, wider: 2 }, seed).random.p < 0.05)).toHaveLength(10);
    // Those that move it less are no evidence of entanglement.
    expect(seeds.filter((seed) => over({ own: 0.5, wider: 0.5 }, seed).random.p < 0.5)).toEqual([]);
  });

  it('needs five vectors that each have a group of their own, and random ones for their part', () => {
    const { made, random } = world({ own: 0.5, wider: 1 }, 1);
    expect(overallOf(made.slice(0, 4), random, { seed: 1 })).toBeUndefined();
    expect(
      overallOf([...made.slice(0, 9), { slopes: made[9]?.slopes ?? [], own: -1 }], random, { seed: 1 }),
    ).toBeUndefined();
    const alone = overallOf(made, [], { seed: 1 });
    expect(alone?.random).toBeUndefined();
    expect(alone?.own.mean).toBeCloseTo(0.5, 0);
  });

  it('does without a group that was not asked', () => {
    const { made, random } = world({ own: 0.5, wider: 1 }, 1);
    const without = (slopes: Slopes): Slopes => slopes.map((slope, j) => (j === 9 ? undefined : slope));
    const found = overallOf(
      made.slice(0, 9).map(({ slopes, own }) => ({ slopes: without(slopes), own })),
      random.map(without),
      { seed: 1 },
    );
    expect(found?.n).toBe(9);
    expect(found?.random?.p).toBeGreaterThan(0);
  });
});
