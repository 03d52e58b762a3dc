import { describe, expect, it } from 'vitest';
import type { EntanglementVerdict, Falsifier } from '../../../src/science/response/falsifier.ts';
import type { ResponseCell } from '../../../src/science/response/matrix.ts';
import { detailLines, heatCell, verdictSentence } from '../../../src/views/leeway/cell-words.ts';
import { flipSentence } from '../../../src/views/leeway/control-words.ts';
import {
  findingSentence,
  groupLabel,
  pushLabel,
  refutationSentence,
  shortLabel,
  stepWords,
} from '../../../src/views/leeway/leeway-words.ts';

const held = (verdict: EntanglementVerdict, own: number, other: number, half = 0.02): Falsifier => ({
  axis: 'traditional_secular',
  leeway: {
    ...{ own, other, ratio: other / own, isDefined: verdict !== 'no push', paper: 0.5 },
    ...(verdict === 'no push'
      ? {}
      : { interval: { low: other / own - half, high: other / own + half, level: 0.95 } }),
  },
  verdict,
});

describe('what was found', () => {
  it('is a drift, with its direction and how far', () => {
    expect(findingSentence(held('drifts', 1, 0.95))).toBe(
      'Pushed toward secular-rational, the model also drifted toward self-expression by 0.95 [0.93, 0.97] of the way.',
    );
    expect(findingSentence(held('drifts', 1, -0.5))).toBe(
      'Pushed toward secular-rational, the model also drifted toward survival by 0.50 [0.48, 0.52] of the way.',
    );
    expect(findingSentence(held('drifts', 1, 0.95), true)).toMatch(/no more than disturbance\.$/);
  });

  it('says so where the push itself went against its way', () => {
    expect(findingSentence(held('drifts', -1, 0.5))).toBe(
      'Pushed toward secular-rational, the model went the other way, toward traditional, and drifted toward self-expression by 0.50 [0.48, 0.52] of the way.',
    );
  });

  it('is no drift, nothing to speak of, or open', () => {
    expect(findingSentence(held('no drift', 1, 0.05))).toBe(
      'Pushed toward secular-rational, the model moved there and nowhere else: no drift on Survival – self-expression, less than a fifth of the way for sure (+0.05 [+0.03, +0.07]).',
    );
    expect(findingSentence(held('no push', 0.01, 0.5))).toMatch(/no drift to speak of\.$/);
    expect(findingSentence(held('undecided', 1, 0.1, 0.4))).toMatch(
      /may or may not have drifted .*\+0\.10 \[−0\.30, \+0\.50\] of the way\. More dilemmas would tell\.$/,
    );
  });

  it('is held against what would refute it', () => {
    expect(refutationSentence(held('no drift', 1, 0.05))).toContain('refutes the claim');
    expect(refutationSentence(held('drifts', 1, 0.95))).toContain('does not refute the claim');
    expect(refutationSentence(held('undecided', 1, 0.1))).toContain('leaves it open');
    expect(refutationSentence(held('no push', 0, 0.1))).toContain('neither refute nor support');
  });
});

describe('a cell', () => {
  const cell: ResponseCell = {
    ...{ row: 'axis:a', column: 'axis:b', mean: 1, n: 30, adjusted: 0.0004 },
    interval: { low: 0.5, high: 1.5, level: 0.95 },
    test: { p: 0.0001, flips: 32768, exact: true },
    null: { n: 20, p: 1 / 21, low: -0.2, high: 0.3 },
  };

  it('is marked, plain or grey, and says why', () => {
    expect(heatCell(cell)).toMatchObject({
      ...{ value: 1, muted: false, marked: { sign: '●' } },
      notes: 'p < 0.001, among all cells p < 0.001, beside 20 random vectors p = 0.048',
    });
    expect(heatCell({ ...cell, adjusted: 0.3 })?.marked).toBeUndefined();
    const beaten = { ...cell, null: { n: 20, p: 0.5, low: -2, high: 2 } };
    expect(heatCell(beaten)?.muted).toBe('random vectors do as much');
    expect(verdictSentence(beaten)).toBe('This may be nothing: random vectors do as much.');
    const unclear = { ...cell, interval: { low: -1, high: 3, level: 0.95 } };
    expect(heatCell(unclear)?.muted).toBe('its 95 % interval holds zero');
    expect(heatCell(undefined)).toBeUndefined();
  });

  it('is told in words', () => {
    const lines = new Map(detailLines({ cell, range: 0.1, most: 0.2, dilemmas: [] }));
    expect(lines.get('A straight line')).toBe(
      'up to ±0.1; stronger pushes bend and are left out of the slope',
    );
    expect(lines.get('If signs were dealt by chance')).toBe('p < 0.001, all 32,768 sign patterns tried');
    expect(lines.get('Beside random vectors of the same length')).toBe(
      'larger than all 20 random vectors, p = 0.048; the middle 95 % of them: −0.20 to +0.30',
    );
  });
});

describe('names', () => {
  it('of vectors and of what they move are for people', () => {
    expect(
      ['axis:traditional_secular', 'item:F120', 'domain:legal survival_self_expression'].map(shortLabel),
    ).toEqual([...['secular-rational', 'Abortion', 'Legal']]);
    expect(shortLabel('domain:legal')).toBe('Legal');
    expect(stepWords('axis:traditional_secular, freed of axis:survival_self_expression')).toBe(
      'secular-rational, freed of self-expression',
    );
    expect(stepWords('random vector 3 of 20')).toBe('random vector 3 of 20');
    expect(pushLabel('item:F063')).toBe('along “Importance of God”');
    expect(groupLabel('domain:legal survival_self_expression')).toBe(
      'Survival – self-expression, legal dilemmas',
    );
  });
});

describe('the sign flip', () => {
  const of = (mean: number, half = 0.1) => ({
    ...{ mean, n: 30 },
    interval: { low: mean - half, high: mean + half, level: 0.95 },
  });
  it('turns an effect round, more one way than the other, or does not; or there is none', () => {
    expect(flipSentence({ up: of(1), down: of(1.05), difference: of(-0.05) })).toContain('no way moves more');
    expect(flipSentence({ up: of(1), down: of(2), difference: of(-1) })).toContain('one way it moves more');
    expect(flipSentence({ up: of(0.05), down: of(0), difference: of(0.05) })).toContain('nothing for sure');
    expect(flipSentence({ up: of(1), down: of(0), difference: of(1) })).toContain('one way only');
    expect(flipSentence({ up: of(1), down: of(-1), difference: of(2) })).toContain('disturbs more');
  });
});
