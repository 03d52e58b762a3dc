import { describe, expect, it } from 'vitest';
import type { Dilemma } from '../../../src/science/dilemma.ts';
import { giveaway } from '../../../src/science/lint/giveaway.ts';
import { findingLine, lint, LINT_LIMITS, LINT_RULES, type LintRule } from '../../../src/science/lint/lint.ts';
import { readingLevel } from '../../../src/science/lint/reading-level.ts';

const SCENES = [
  'Amina sells honey at a market. A man she has never seen asks to take six jars now and pay next week, because his wallet was left at home. Her stall closes for the season tonight.',
  'The bus to the lake leaves in five minutes. Your neighbour has just rung the bell and wants help with a wardrobe, which stands in the rain. There is no later bus today.',
];

const dilemma = (change: Partial<Dilemma> = {}, place = 0): Dilemma => ({
  index: place,
  id: `d-${place}`,
  wvsId: 'A165',
  axis: 'survival_self_expression',
  domain: 'workplace',
  split: 'test',
  scenario: SCENES[place % 2] ?? '',
  options: {
    A: 'Keep the jars until the money is here.',
    B: 'Hand over the jars and write the number.',
  },
  highAt: place % 2 === 0 ? 'B' : 'A',
  ...change,
});

const good = [
  dilemma(),
  dilemma(
    { options: { A: 'Take the next bus and lift with him.', B: 'Run for the bus and wave to him.' } },
    1,
  ),
];

const twenty = Array.from({ length: 20 }, (_, place) =>
  dilemma(
    {
      scenario: Array.from({ length: 30 }, (_, word) => `word${place}x${word}`).join(' ') + '.',
      options: {
        A: `Keep all those jars until day ${place}.`,
        B: `Keep all these several jars until day ${place}.`,
      },
      highAt: 'B',
    },
    place,
  ),
);

const first = good[0] ?? dilemma();
const second = good[1] ?? dilemma({}, 1);
const broken: Record<LintRule, readonly Dilemma[]> = {
  'scene-length': [{ ...first, scenario: 'Too short.' }, second],
  'option-length': [{ ...first, options: { A: 'Keep them.', B: 'Give them.' } }, second],
  'length-ratio': [
    {
      ...first,
      options: { ...first.options, B: 'Hand over all the jars and write the telephone number down at once.' },
    },
    second,
  ],
  'longer-option': twenty,
  'cue-word': [{ ...first, options: { ...first.options, B: 'Trust him and hand the jars over.' } }, second],
  'reading-level': [
    {
      ...first,
      scenario:
        'Notwithstanding considerable organisational uncertainty, the administrative representative contemplates extraordinarily complicated procedural alternatives, simultaneously acknowledging contradictory responsibilities, institutional expectations, professional commitments, environmental considerations and international communication requirements throughout.',
    },
    second,
  ],
  'near-duplicate': [first, { ...first, index: 1, id: 'again', highAt: 'A' }],
  'unique-id': [first, { ...second, id: first.id }],
  counts: [first],
  'order-balance': [first, { ...second, highAt: first.highAt }],
};

describe('lint', () => {
  it('finds nothing in a set that keeps the rules', () => {
    expect(lint(good, { ...LINT_LIMITS, perCell: 2 })).toEqual([]);
  });

  it.each(LINT_RULES)('catches %s', (rule) => {
    const findings = lint(broken[rule], { ...LINT_LIMITS, perCell: rule === 'longer-option' ? 20 : 2 });
    expect(findings.map((finding) => finding.rule)).toContain(rule);
    expect(findings.map(findingLine).every((line) => /\w/.test(line))).toBe(true);
  });

  it('allows an item’s own word that stands in both options', () => {
    const options = { A: 'Trust the man and keep the jars.', B: 'Trust the man and give the jars.' };
    expect(lint([{ ...first, options }, second])).toEqual([]);
  });
});

describe('giveaway', () => {
  const worded = (high: string, low: string): Dilemma[] =>
    ['workplace', 'family', 'legal'].map((domain, place) =>
      dilemma({ domain, options: { A: low, B: high }, highAt: 'B' }, place),
    );

  it('is certain where a word gives the pole away, and at chance where none does', () => {
    expect(giveaway(worded('Open it now.', 'Shut it now.'), worded('Open it.', 'Shut it.')).accuracy).toBe(1);
    expect(giveaway(worded('Open it now.', 'Shut it now.'), worded('Sing it.', 'Hum it.')).accuracy).toBe(
      0.5,
    );
  });
});

describe('reading level', () => {
  it('is the published formula', () => {
    // 8 words, 40 letters, 2 sentences
    expect(readingLevel('The cat sat still. Nobody expected anything else.')).toBeCloseTo(
      4.71 * (40 / 8) + 0.5 * (8 / 2) - 21.43,
      10,
    );
  });
});
