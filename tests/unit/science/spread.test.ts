import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coverage } from '../../../src/science/coverage.ts';
import type { Dilemma } from '../../../src/science/dilemma.ts';
import { ITEMS } from '../../../src/science/item.ts';
import { spread } from '../../../src/science/spread.ts';

const dilemma = (index: number, wvsId: string, domain: string): Dilemma => ({
  index,
  id: `d-${index}`,
  wvsId,
  axis: ITEMS.find(({ code }) => code === wvsId)?.axis ?? 'traditional_secular',
  domain,
  scenario: 'A scene.',
  options: { A: 'One.', B: 'Other.' },
  highAt: 'A',
});

/** Sorted by item and then by domain, as files often are. */
const sorted = ITEMS.flatMap(({ code }, item) =>
  ['Workplace', 'family', 'legal'].flatMap((domain, place) =>
    Array.from({ length: 10 }, (_, i) => dilemma(30 * item + 10 * place + i, code, domain)),
  ),
);

describe('spread', () => {
  it('gives a first look two dilemmas of each item and domain', () => {
    const { rows, missing } = coverage(spread(sorted).slice(0, 60));
    expect(missing).toEqual([]);
    expect(rows.map(({ counts }) => counts)).toEqual(ITEMS.map(() => [2, 2, 2]));
  });

  it('gives the first ten an item each, and every domain', () => {
    const { rows, domains } = coverage(spread(sorted).slice(0, 10));
    expect(rows.map(({ counts }) => counts.reduce((sum, n) => sum + n, 0))).toEqual(ITEMS.map(() => 1));
    expect(domains).toHaveLength(3);
  });

  it('keeps every dilemma once, and no item is two ahead of one that has some left', () => {
    const any = fc.array(fc.tuple(fc.constantFrom('F063', 'F120', 'Z1'), fc.constantFrom('a', 'A', 'b')));
    fc.assert(
      fc.property(any, fc.nat(40), (kinds, first) => {
        const dilemmas = kinds.map(([item, domain], index) => dilemma(index, item, domain));
        const order = spread(dilemmas);
        expect([...order].sort((a, b) => a.index - b.index)).toEqual(dilemmas);
        const asked = (set: readonly Dilemma[], item: string): number =>
          set.filter(({ wvsId }) => wvsId === item).length;
        const look = order.slice(0, first);
        for (const one of ['F063', 'F120', 'Z1'])
          for (const other of ['F063', 'F120', 'Z1'])
            if (asked(look, other) < asked(dilemmas, other))
              expect(asked(look, one)).toBeLessThanOrEqual(asked(look, other) + 1);
      }),
    );
  });
});

describe('coverage', () => {
  it('counts by item and domain, other items last, and names what is missing', () => {
    const { domains, rows, missing, silent } = coverage([
      dilemma(0, 'F120', 'Family'),
      dilemma(1, 'F120', 'family '),
      dilemma(2, 'Z1', 'legal'),
    ]);
    expect(domains).toEqual(['family', 'legal']);
    expect(rows).toHaveLength(11);
    expect(rows.find(({ code }) => code === 'F120')).toMatchObject({ name: 'Abortion', counts: [2, 0] });
    expect(rows.at(-1)).toEqual({ code: 'Z1', axis: 'traditional_secular', counts: [0, 1] });
    expect(missing.map(({ code }) => code)).not.toContain('F120');
    expect(missing).toHaveLength(9);
    expect(silent).toEqual(['survival_self_expression']);
  });
});
