import { Ajv2020, type AnySchema } from 'ajv/dist/2020.js';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CONTROL_FORMS, readControls } from '../../../src/science/control.ts';
import { ITEMS } from '../../../src/science/item.ts';
import { readSurvey } from '../../../src/science/survey.ts';
import { lintControls } from '../../../tools/scenarios/controls.ts';

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../public/${name}`, import.meta.url), 'utf8'));

describe('the published schema', () => {
  const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(
    read('scenarios/dilemma.schema.json') as AnySchema,
  );

  it.each(['train', 'test', 'paraphrases'])('holds for %s.json', (name) => {
    expect(validate(read(`scenarios/${name}.json`)), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
  });

  it.each([
    ['three options', { options: { A: 'a', B: 'b', C: 'c' } }],
    ['one pole', { mapping: { low_pole: 'A' } }],
    ['both poles at one letter', { mapping: { low_pole: 'A', high_pole: 'A' } }],
    ['no scene', { scenario_text: ' ' }],
  ])('refuses %s', (_, change) => {
    const [first] = read('scenarios/test.json') as object[];
    expect(validate([{ ...first, ...change }])).toBe(false);
  });
});

describe('control questions', () => {
  const file = read('scenarios/controls.json') as Record<string, unknown>[];

  it('are 60, half in the dilemmas’ own form, half right at A, mixed in any beginning', () => {
    const questions = readControls(file);
    expect(questions).toHaveLength(60);
    expect(lintControls(file)).toEqual([]);
    for (const first of [12, 24, 60])
      for (const form of CONTROL_FORMS)
        expect(questions.slice(0, first).filter((question) => question.form === form)).toHaveLength(
          first / 2,
        );
  });

  it.each<[string, (entries: Record<string, unknown>[]) => Record<string, unknown>[]]>([
    [
      'an id that stands twice',
      (all) => all.map((entry, i) => (i === 5 ? { ...entry, id: all[4]?.['id'] } : entry)),
    ],
    [
      'a question that stands twice',
      (all) =>
        all.map((entry, i) => (i === 2 ? { ...all[0], id: entry['id'], right: entry['right'] } : entry)),
    ],
    ['right answers at A alone', (all) => all.map((entry) => ({ ...entry, right: 'A' }))],
    [
      'a long option',
      (all) =>
        all.map((entry, i) =>
          i === 0 ? { ...entry, options: { A: 'A word.', B: 'A much longer one than that is.' } } : entry,
        ),
    ],
    ['a missing question', (all) => all.slice(1)],
  ])('are linted: %s', (_, change) => {
    expect(lintControls(change(file)).length).toBeGreaterThan(0);
  });
});

describe('the survey', () => {
  it('covers the ten items, their scales within the item’s codes', () => {
    const questions = readSurvey(read('scenarios/survey.json'));
    expect(new Set(questions.map(({ wvsId }) => wvsId))).toEqual(new Set(ITEMS.map(({ code }) => code)));
    for (const { wvsId, points } of questions) {
      if (wvsId === 'Y003' || wvsId === 'Y002') continue;
      const item = ITEMS.find(({ code }) => code === wvsId);
      expect([points[0]?.value, points.at(-1)?.value]).toEqual([item?.scale.min, item?.scale.max]);
    }
    expect(() => readSurvey({ questions: [{ id: 'x' }] })).toThrow(/question 1/);
  });
});

describe('prompts and passages', () => {
  const prompts = read('scenarios/prompts.json') as Record<
    'countries' | 'personas',
    { iso3: string; system: string }[]
  >;
  const { societies } = read('human/societies.json') as { societies: { iso3: string; name: string }[] };

  it('have a country prompt for every society and a persona for the four target nations', () => {
    expect(prompts.countries.map(({ iso3 }) => iso3)).toEqual(societies.map(({ iso3 }) => iso3));
    expect(prompts.personas.map(({ iso3 }) => iso3).sort()).toEqual(['DNK', 'IND', 'MEX', 'VNM']);
    // A persona that named its nation would be a country prompt, too.
    for (const { iso3, system } of prompts.personas)
      expect(system).not.toContain(societies.find((society) => society.iso3 === iso3)?.name ?? iso3);
    for (const { system } of prompts.countries) expect(system).not.toMatch(/undefined|None|SAR|ROC/);
  });

  it('have neutral passages of like length', () => {
    const { passages } = read('scenarios/passages.json') as { passages: { id: string; text: string }[] };
    expect(passages.length).toBeGreaterThanOrEqual(20);
    for (const { text } of passages) {
      expect(text.split(/\s+/).length).toBeGreaterThanOrEqual(70);
      expect(text.split(/\s+/).length).toBeLessThanOrEqual(110);
    }
  });
});
