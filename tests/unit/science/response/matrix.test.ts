import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../../src/science/answer.ts';
import { AXES, ITEMS, type Axis } from '../../../../src/science/item.ts';
import { slopesOf, within, type Dose } from '../../../../src/science/response/dose.ts';
import { driftVerdict } from '../../../../src/science/response/equivalence.ts';
import { leewayOf } from '../../../../src/science/response/leeway.ts';
import { linearRange } from '../../../../src/science/response/linear-range.ts';
import { responseMatrix } from '../../../../src/science/response/matrix.ts';
import {
  groupMean,
  groupName,
  itemGroups,
  type MeasuredGroup,
} from '../../../../src/science/response/measured-group.ts';
import { againstNull } from '../../../../src/science/response/null.ts';
import { seededRandom } from '../../../../src/science/statistics/random.ts';

const [TS, SE] = AXES;
const GRID = [-0.4, -0.2, -0.1, 0, 0.1, 0.2, 0.4];
const axisGroup = (axis: Axis): MeasuredGroup => ({ kind: 'axis', axis });

interface Truth {
  /** Log-odds of a dilemma at a strength. */
  readonly at: (strength: number, answer: Omit<Answer, 'logOddsHigh'>, noise: () => number) => number;
}

/** Four dilemmas of each item and domain, answered at every strength; noise of one's own for each dilemma. */
function dosesOf({ at }: Truth, seed = 1, grid = GRID): Dose[] {
  const dilemmas = ITEMS.flatMap(({ code, axis }) =>
    ['workplace', 'family', 'legal'].flatMap((domain) =>
      [0, 1, 2, 3].map((k) => ({ id: `${code}-${domain}-${k}`, wvsId: code, axis, domain })),
    ),
  );
  return grid.map((strength) => {
    const random = seededRandom(seed);
    return {
      strength,
      answers: dilemmas.map((dilemma) => {
        // The same noise for a dilemma at every strength.
        const own = random() - 0.5;
        return { ...dilemma, logOddsHigh: at(strength, dilemma, () => own) };
      }),
    };
  });
}

describe('slopes', () => {
  it('of straight lines are the lines’ own, whatever the strengths', () => {
    fc.assert(
      fc.property(
        fc
          .uniqueArray(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 6 })
          .map((grid) => grid.map((s) => s / 50)),
        fc.double({ min: -5, max: 5, noNaN: true }),
        (grid, slope) => {
          for (const answer of slopesOf(dosesOf({ at: (s, _, noise) => slope * s + noise() }, 1, grid)))
            expect(answer.logOddsHigh).toBeCloseTo(slope, 6);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('count only dilemmas that were answered at every strength', () => {
    const doses = dosesOf({ at: (s) => s }).map((dose, i) =>
      i === 2 ? { ...dose, answers: dose.answers.slice(5) } : dose,
    );
    expect(slopesOf(doses)).toHaveLength(115);
    expect(within(doses, 0.1).map(({ strength }) => strength)).toEqual([-0.1, 0, 0.1]);
    expect(() => slopesOf(doses.slice(0, 1))).toThrow(RangeError);
  });
});

describe('a group’s mean', () => {
  it('weighs items alike, however many dilemmas they have', () => {
    const answers = slopesOf(dosesOf({ at: (s, { wvsId }) => s * (wvsId === 'F063' ? 10 : 0) }));
    const fewer = answers.filter(({ wvsId, id }) => wvsId !== 'F063' || id.endsWith('-0'));
    const axis = answers.find(({ wvsId }) => wvsId === 'F063')?.axis ?? TS;
    expect(groupMean(axisGroup(axis), answers, { seed: 1 })?.mean).toBeCloseTo(2, 9);
    expect(groupMean(axisGroup(axis), fewer, { seed: 1 })?.mean).toBeCloseTo(2, 9);
  });

  it('of an item or a domain has an interval of its own dilemmas', () => {
    const answers = slopesOf(
      dosesOf({ at: (s, { domain }, noise) => s * ((domain === 'legal' ? 3 : 1) + noise()) }),
    );
    const item = groupMean({ kind: 'item', item: 'F063', axis: TS }, answers, { seed: 1 });
    expect(item?.n).toBe(12);
    expect(item?.interval?.low).toBeLessThan(item?.mean ?? 0);
    const legal = groupMean({ kind: 'domain', domain: 'Legal', axis: TS }, answers, { seed: 1 });
    expect(legal?.mean).toBeGreaterThan(2.5);
    expect(legal?.n).toBe(20);
    expect(groupMean({ kind: 'item', item: 'none', axis: TS }, answers, { seed: 1 })).toBeUndefined();
  });
});

describe('the linear range', () => {
  const options = { seed: 1, resamples: 500 };
  it('is all that was tried where the line is straight', () => {
    const doses = dosesOf({ at: (s, _, noise) => 3 * s * (1 + noise()) });
    expect(linearRange(axisGroup(TS), doses, options)).toEqual({ end: 0.4 });
  });

  it('ends where the curve bends', () => {
    const doses = dosesOf({ at: (s, _, noise) => Math.tanh(8 * s) * (1 + 0.2 * noise()) });
    expect(linearRange(axisGroup(TS), doses, options)).toEqual({ end: 0.1, bends: 0.2 });
  });

  it('is unknown where nothing was tried both ways', () => {
    expect(linearRange(axisGroup(TS), dosesOf({ at: (s) => s }, 1, [0, 0.1, 0.3]), options)).toBeUndefined();
  });
});

describe('the response matrix', () => {
  const coupled = (own: Axis, ratio: number, seed: number): Dose[] =>
    dosesOf({ at: (s, { axis }, noise) => s * (axis === own ? 2 : 2 * ratio) + s * noise() }, seed);
  const random = [5, 6, 7, 8, 9].map((seed) => ({
    name: `random ${seed}`,
    doses: dosesOf({ at: (s, _, noise) => 0.1 * s * noise() }, seed),
  }));
  const matrix = responseMatrix(
    [
      { name: 'axis:ts', doses: coupled(TS, 0.5, 2) },
      { name: 'axis:se', doses: coupled(SE, 0, 3) },
    ],
    AXES.map(axisGroup),
    { range: 0.4, random: random, seed: 1 },
  );
  const cell = (row: string, axis: Axis) =>
    matrix.cells.find((one) => one.row === row && one.column === `axis:${axis}`);

  it('holds each direction’s slope on each group, with interval, adjusted p and the null', () => {
    expect(matrix.rows).toEqual(['axis:ts', 'axis:se']);
    expect(matrix.cells).toHaveLength(4);
    expect(cell('axis:ts', TS)?.mean).toBeCloseTo(2, 1);
    expect(cell('axis:ts', SE)?.mean).toBeCloseTo(1, 1);
    expect(Math.abs(cell('axis:se', TS)?.mean ?? 1)).toBeLessThan(0.2);
    for (const one of matrix.cells) {
      expect(one.interval?.low).toBeLessThan(one.mean);
      expect(one.adjusted).toBeGreaterThanOrEqual(one.test?.p ?? 1);
      expect(one.null?.n).toBe(5);
    }
    expect(cell('axis:ts', SE)?.null?.p).toBeCloseTo(1 / 6, 9);
  });

  it('has a column for each of the ten items, those of an axis side by side', () => {
    const groups = itemGroups();
    expect(groups).toHaveLength(10);
    expect(new Set(groups.slice(0, 5).map(({ axis }) => axis)).size).toBe(1);
    const items = responseMatrix([{ name: 'x', doses: coupled(TS, 0.5, 2) }], groups, {
      range: 0.4,
      seed: 1,
    });
    expect(items.columns).toEqual(groups.map(groupName));
    expect(items.cells).toHaveLength(10);
  });

  it('tells the leeway of a coupled direction from that of an independent one', () => {
    const ts = leewayOf(TS, slopesOf(coupled(TS, 0.5, 2)), { seed: 1 });
    const se = leewayOf(SE, slopesOf(coupled(SE, 0, 3)), { seed: 1 });
    expect(ts).toMatchObject({ isDefined: true });
    expect(ts?.ratio).toBeCloseTo(0.5, 1);
    expect(ts?.interval?.low).toBeLessThan(0.5);
    expect(ts?.interval?.high).toBeGreaterThan(0.5);
    expect(se?.interval?.low).toBeLessThan(0);
    expect(se?.interval?.high).toBeGreaterThan(0);
    // The paper’s ratio is positive whatever the truth.
    expect(se?.paper).toBeGreaterThan(0);
    const none = leewayOf(TS, slopesOf(dosesOf({ at: (s, _, noise) => s * noise() })), { seed: 1 });
    expect(none).toMatchObject({ isDefined: false });
    expect(none?.interval).toBeUndefined();
  });
});

describe('a null', () => {
  it('counts those that are as far from 0, and never gives a p of 0', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 }),
        (others) => {
          expect(againstNull(2, others)?.p).toBe(1 / (others.length + 1));
          expect(againstNull(0, others)?.p).toBe(1);
        },
      ),
    );
    expect(againstNull(1, [])).toBeUndefined();
  });
});

describe('the falsifier', () => {
  it('says no drift only where the whole interval lies within the bound', () => {
    const interval = (low: number, high: number) => ({ low, high, level: 0.9 });
    expect(driftVerdict(interval(-0.05, 0.08), 0.1)).toBe('no drift');
    expect(driftVerdict(interval(0.02, 0.3), 0.1)).toBe('drifts');
    expect(driftVerdict(interval(-0.05, 0.3), 0.1)).toBe('undecided');
    expect(driftVerdict(interval(0.02, 0.08), 0.1)).toBe('no drift');
  });
});
