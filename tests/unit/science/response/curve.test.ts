import { describe, expect, it } from 'vitest';
import { ITEMS } from '../../../../src/science/item.ts';
import { asFar, cellVerdict, NULLS_NEEDED } from '../../../../src/science/response/cell-verdict.ts';
import { cellDetail } from '../../../../src/science/response/cell-detail.ts';
import { doseCurve } from '../../../../src/science/response/curve.ts';
import { slopesOf, type Dose } from '../../../../src/science/response/dose.ts';
import type { ResponseCell } from '../../../../src/science/response/matrix.ts';
import {
  axisGroups,
  domainGroups,
  groupMean,
  groupName,
  itemGroups,
  readGroup,
} from '../../../../src/science/response/measured-group.ts';
import { responseReport } from '../../../../src/science/response/report.ts';

const options = { seed: 1, resamples: 300 };

/** Two dilemmas of each item and domain; each starts somewhere else and has a slope of its own around `slope`. */
function dosesOf(slope: number, grid: readonly number[]): Dose[] {
  return grid.map((strength) => ({
    strength,
    answers: ITEMS.flatMap(({ code, axis }, i) =>
      ['family', 'legal'].flatMap((domain, d) =>
        [0, 1].map((k) => ({
          ...{ id: `${code}-${domain}-${k}`, wvsId: code, axis, domain },
          logOddsHigh: i - 3 + (slope + 0.1 * (d + k - 1)) * strength,
        })),
      ),
    ),
  }));
}

describe('a dose-response curve', () => {
  const [group = readGroup('axis:none')] = axisGroups();
  if (!group) throw new Error('no group');
  const doses = dosesOf(2, [0.2, -0.1, 0, 0.1, -0.2]);

  it('tells at each strength how far the group stands from its baseline, in order', () => {
    const curve = doseCurve(group, doses, { slope: 2, end: 0.2 }, options);
    expect(curve?.points.map(({ strength }) => strength)).toEqual([-0.2, -0.1, 0, 0.1, 0.2]);
    for (const { strength, shift } of curve?.points ?? []) {
      expect(shift.mean).toBeCloseTo(2 * strength, 9);
      expect(shift.n).toBe(20);
      if (strength === 0) expect(shift.interval).toBeUndefined();
      else expect(shift.interval?.low).toBeLessThan(shift.mean);
    }
    expect(curve?.line.intercept).toBeCloseTo(0, 9);
  });

  it('has a line through the middle of the points that went into it', () => {
    // Everything that was pushed stands 0.3 higher: a step, then a straight line.
    const stepped = doses.map(({ strength, answers }) => ({
      strength,
      answers: answers.map((answer) => ({
        ...answer,
        logOddsHigh: answer.logOddsHigh + (strength === 0 ? 0 : 0.3),
      })),
    }));
    const slope = groupMean(group, slopesOf(stepped), options)?.mean ?? NaN;
    const curve = doseCurve(group, stepped, { slope, end: 0.1 }, options);
    expect(slope).toBeCloseTo(2, 9);
    expect(curve?.line.intercept).toBeCloseTo((2 * 0.3) / 3, 9);
  });

  it('is unknown without a baseline, and pairs only what both answered', () => {
    const pushed = doses.filter(({ strength }) => strength !== 0);
    expect(doseCurve(group, pushed, { slope: 2, end: 0.2 }, options)).toBeUndefined();
    const fewer = doses.map((dose) =>
      dose.strength === 0 ? { ...dose, answers: dose.answers.filter(({ id }) => id.endsWith('-0')) } : dose,
    );
    const curve = doseCurve(group, fewer, { slope: 2, end: 0.2 }, options);
    expect(curve?.points.map(({ shift }) => shift.n)).toEqual([10, 10, 10, 10, 10]);
  });
});

describe('what is behind a cell', () => {
  it('is found by row and column in any matrix, with its dilemmas, the largest slope first', () => {
    const made = [
      { name: 'axis:traditional_secular', doses: dosesOf(2, [-0.1, 0, 0.1]) },
      { name: 'domain:legal', doses: dosesOf(1, [-0.1, 0, 0.1]) },
    ];
    const report = responseReport(
      { made, orthogonal: [], random: [], shuffled: new Map(), labelled: new Map() },
      options,
    );
    const place = { row: 'axis:traditional_secular', column: 'axis:survival_self_expression' };
    const detail = cellDetail(report, made, place, options);
    expect(detail?.cell).toMatchObject(place);
    expect(detail?.range).toBe(0.1);
    expect(detail?.most).toBe(0.1);
    const sizes = detail?.dilemmas.map(({ logOddsHigh }) => Math.abs(logOddsHigh)) ?? [];
    expect(sizes).toHaveLength(20);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    const legal = { row: 'domain:legal', column: 'domain:family traditional_secular' };
    expect(cellDetail(report, made, legal, options)?.dilemmas).toHaveLength(10);
    expect(cellDetail(report, made, { ...place, column: 'item:F063' }, options)).toBeUndefined();
    expect(cellDetail(report, made, { ...place, row: 'axis:none' }, options)).toBeUndefined();
  });
});

describe('the name of a group', () => {
  it('is read back', () => {
    for (const group of [
      ...axisGroups(),
      ...itemGroups(),
      ...domainGroups(['family', 'work place'], 'traditional_secular'),
    ])
      expect(readGroup(groupName(group))).toEqual(group);
    for (const name of ['all', 'domain:family', 'item:none', 'axis:none', ''])
      expect(readGroup(name)).toBeUndefined();
  });
});

describe('the verdict on a cell', () => {
  const cell: ResponseCell = {
    ...{ row: 'axis:a', column: 'axis:b', mean: 1, n: 30, adjusted: 0.01 },
    interval: { low: 0.5, high: 1.5, level: 0.95 },
  };
  const chance = (n: number, k: number) => ({ n, p: (1 + k) / (n + 1), low: -0.2, high: 0.2 });

  it('is sure only where the test survives and enough vectors without a meaning stay behind', () => {
    expect(cellVerdict({ ...cell, null: chance(20, 0) })).toBe('sure');
    expect(cellVerdict({ ...cell, null: chance(NULLS_NEEDED, 0) })).toBe('sure');
    expect(cellVerdict({ ...cell, null: chance(3, 0) })).toBe('chance untried');
    expect(cellVerdict(cell)).toBe('chance untried');
    expect(cellVerdict({ ...cell, null: chance(20, 0), adjusted: 0.2 })).toBe('alone');
  });

  it('is nothing where the interval holds zero or chance does as much', () => {
    expect(cellVerdict({ ...cell, interval: { low: -0.1, high: 2, level: 0.95 } })).toBe('nothing');
    expect(cellVerdict({ ...cell, null: chance(20, 1) })).toBe('nothing');
    expect(cellVerdict({ ...cell, null: chance(3, 1) })).toBe('nothing');
    expect(cellVerdict({ ...cell, null: chance(99, 4) })).toBe('sure');
  });

  it('knows how many vectors without a meaning went as far', () => {
    for (const k of [0, 1, 7, 20]) expect(asFar(chance(20, k))).toBe(k);
  });
});
