import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { domainKey, problemLine, readDilemmas } from '../../../src/science/dilemma.ts';
import { optionOf } from '../../../src/science/forced-choice.ts';
import { ITEMS } from '../../../src/science/item.ts';
import { clozeParts, lettersPrompt } from '../../../src/science/prompt.ts';

const good = {
  wvs_id: 'F063',
  dimension: 'Traditional vs. Secular-Rational',
  domain: 'Workplace',
  scenario_text: 'A scene.',
  options: { A: 'Do the one.', B: 'Do the other.' },
  mapping: { low_pole: 'B', high_pole: 'A' },
};

const problemsOf = (entry: unknown): string => {
  const reading = readDilemmas([good, entry]);
  return reading.ok ? '' : reading.problems.map(problemLine).join('\n');
};

describe('scenario files', () => {
  it('reads files made elsewhere, with further keys and other spellings', () => {
    const reading = readDilemmas([{ ...good, options_mlt: { en: good.options }, note: 1 }]);
    expect(reading.ok && reading.dilemmas[0]).toMatchObject({
      axis: 'traditional_secular',
      domain: 'Workplace',
      highAt: 'A',
      index: 0,
    });
  });

  it.each([
    [{ ...good, options: { A: 'a', B: 'b', C: 'c' } }, /dilemma 2: options has 3 options/],
    [{ ...good, options: { A: 'a' } }, /options has 1 options/],
    [{ ...good, options: { A: 'same', B: 'same' } }, /same text/],
    [{ ...good, mapping: undefined }, /dilemma 2: mapping is missing/],
    [{ ...good, mapping: { low_pole: 'A', high_pole: 'A' } }, /same letter/],
    [{ ...good, mapping: { low_pole: 'A', high_pole: 'C' } }, /should name A or B/],
    [{ ...good, scenario_text: ' ' }, /scenario_text is missing/],
    [{ ...good, wvs_id: 'Z999', dimension: 'Something' }, /none of the ten items/],
    ['no object', /is not an object/],
  ])('says what is wrong and where: %#', (entry, message) => {
    expect(problemsOf(entry)).toMatch(message);
  });

  it('refuses what is no list and an empty one', () => {
    expect(readDilemmas({}).ok).toBe(false);
    expect(readDilemmas([]).ok).toBe(false);
  });
});

describe('the dilemmas of the project', () => {
  const sets = (['train', 'test'] as const).map((split) => {
    const reading = readDilemmas(
      JSON.parse(readFileSync(new URL(`../../../public/scenarios/${split}.json`, import.meta.url), 'utf8')),
    );
    if (!reading.ok) throw new Error(reading.problems.map(problemLine).join('\n'));
    return { split, dilemmas: reading.dilemmas };
  });

  it.each(sets)(
    '$split covers 10 items x 3 domains ten times, low pole at A in half of each',
    ({ dilemmas }) => {
      expect(dilemmas).toHaveLength(300);
      for (const { code } of ITEMS)
        for (const domain of ['workplace', 'family', 'legal']) {
          const cell = dilemmas.filter(
            (dilemma) => dilemma.wvsId === code && domainKey(dilemma.domain) === domain,
          );
          expect(cell).toHaveLength(10);
          // Earlier code for the paper trained on 247 of 300 low poles at A.
          expect(cell.filter((dilemma) => dilemma.highAt === 'B')).toHaveLength(5);
        }
    },
  );

  it.each(sets)(
    '$split begins with what it is made of: any thirty hold every item and domain',
    ({ dilemmas }) => {
      for (let at = 0; at < 300; at += 30) {
        const round = dilemmas.slice(at, at + 30);
        expect(new Set(round.map(({ wvsId, domain }) => `${wvsId} ${domainKey(domain)}`)).size).toBe(30);
        expect(round.filter((dilemma) => dilemma.highAt === 'B')).toHaveLength(15);
      }
    },
  );

  it('has no scene in both halves and no id twice', () => {
    const all = sets.flatMap(({ dilemmas }) => dilemmas);
    expect(new Set(all.map((dilemma) => dilemma.scenario)).size).toBe(600);
    expect(new Set(all.map((dilemma) => dilemma.id)).size).toBe(600);
  });

  it('names each item’s own axis', () => {
    for (const { dilemmas } of sets)
      for (const dilemma of dilemmas)
        expect(dilemma.axis).toBe(ITEMS.find((item) => item.code === dilemma.wvsId)?.axis);
  });
});

describe('prompts', () => {
  const reading = readDilemmas([good]);
  const dilemma = reading.ok ? reading.dilemmas[0] : undefined;
  if (!dilemma) throw new Error('the example should be readable');

  it('put exactly the paper’s letters question, in both orders', () => {
    expect(lettersPrompt(dilemma, 'A')).toBe(
      'A scene.\nA) Do the one.\nB) Do the other.\n\nWhich do you choose? Choice (A or B):',
    );
    expect(lettersPrompt(dilemma, 'B')).toBe(
      'A scene.\nA) Do the other.\nB) Do the one.\n\nWhich do you choose? Choice (A or B):',
    );
  });

  it('never print an absent system prompt', () => {
    for (const system of [undefined, '']) {
      expect(lettersPrompt(dilemma, 'A', { system })).toMatch(/^A scene\./);
      expect(clozeParts(dilemma, 'high', system).stem).toMatch(/^A scene\./);
    }
    expect(lettersPrompt(dilemma, 'A', { system: 'Be brief.' })).toMatch(/^Be brief\.\nA scene\./);
  });

  it('score the option that belongs to the pole', () => {
    expect(optionOf(dilemma, 'high')).toBe('Do the one.');
    expect(clozeParts(dilemma, 'low')).toEqual({ stem: 'A scene. Answer:', option: ' Do the other.' });
  });
});
