import { describe, expect, it } from 'vitest';
import { controlScore, defaultProtocol, readControls } from '../../../src/science/control.ts';
import { ITEMS } from '../../../src/science/item.ts';
import { seededRandom } from '../../../src/science/statistics/random.ts';
import { agreementOf } from '../../../src/science/validity/agreement.ts';
import { discriminantOf } from '../../../src/science/validity/discriminant.ts';
import { leaveOneItemOut } from '../../../src/science/validity/leave-out.ts';
import { lettersForm } from '../../../src/science/validity/letters-form.ts';
import {
  validityReport,
  type MeasuredAnswer,
  type ValidityData,
} from '../../../src/science/validity/report.ts';
import { levelsOf, verdictOf } from '../../../src/science/validity/verdict.ts';

const DOMAINS = ['workplace', 'family', 'legal'];

/** Thirty dilemmas, three an item; `of` gives the log-odds. */
const answersOf = (of: (item: number, k: number, random: number) => number, seed = 1): MeasuredAnswer[] => {
  const random = seededRandom(seed);
  return ITEMS.flatMap(({ code, axis }, item) =>
    DOMAINS.flatMap((domain, d) =>
      [0, 1, 2].map((n) => ({
        id: `${code}-${domain}-${n}`,
        wvsId: code,
        axis,
        domain,
        logOddsHigh: of(item, 3 * d + n, random() - 0.5),
      })),
    ),
  );
};

const right = (hits: number, n = 60) =>
  controlScore(
    Array.from({ length: n }, (_, i) => ({
      form: i % 2 === 0 ? ('dilemma' as const) : ('plain' as const),
      logOddsHigh: i < hits ? 1 : -1,
    })),
  );

const score = (hits: number, n = 60) => {
  const found = right(hits, n);
  if (!found) throw new Error('there are answers');
  return found;
};

const dataOf = (change: Partial<ValidityData>): ValidityData => ({
  protocol: 'cloze',
  controls: { cloze: score(57) },
  probes: {},
  labels: {},
  paraphrases: [],
  survey: { questions: [], readings: [] },
  questions: [],
  seed: 7,
  ...change,
});

describe('control questions', () => {
  it('count a tie as half, by form, and are valid from 80 %', () => {
    expect(score(48).valid).toBe(true);
    expect(score(47).valid).toBe(false);
    expect(score(60)).toMatchObject({ decided: true, all: { share: 1 } });
    expect(score(48).decided).toBe(false);
    expect(controlScore([{ form: 'plain', logOddsHigh: 0 }])).toMatchObject({ all: { share: 0.5 } });
    expect(controlScore([])).toBeUndefined();
  });

  it('choose the first valid protocol, the paper’s first, and say where none is', () => {
    expect(defaultProtocol({ letters: score(58), cloze: score(58) })).toEqual({
      protocol: 'letters',
      valid: true,
    });
    expect(defaultProtocol({ letters: score(30), 'letters-chat': score(50), cloze: score(58) })).toEqual({
      protocol: 'letters-chat',
      valid: true,
    });
    expect(defaultProtocol({ letters: score(30), cloze: score(55) })).toEqual({
      protocol: 'cloze',
      valid: true,
    });
    expect(defaultProtocol({ letters: score(30), cloze: score(40) })).toEqual({
      protocol: 'cloze',
      valid: false,
    });
    expect(defaultProtocol({})).toEqual({ protocol: 'cloze', valid: false });
  });

  it('refuse a file that is not whole', () => {
    const whole = { id: 'c', form: 'plain', scenario_text: 'S?', options: { A: 'a', B: 'b' }, right: 'A' };
    expect(readControls([whole])[0]).toMatchObject({ highAt: 'A', form: 'plain' });
    for (const broken of [
      { right: 'C' },
      { form: 'x' },
      { options: { A: 'a' } },
      { scenario_text: '' },
      { id: 1 },
    ])
      expect(() => readControls([whole, { ...whole, ...broken }])).toThrow(/question 2/);
    expect(() => readControls({})).toThrow(RangeError);
  });
});

describe('agreement', () => {
  it('is whole with itself, turned round with its mirror, and knows a shift of all', () => {
    const first = answersOf((item, k) => Math.sin(item * 5 + k));
    const same = agreementOf(first, first);
    expect(same?.r).toBeCloseTo(1, 12);
    expect(same).toMatchObject({ n: 90, sameSide: 1, shift: 0 });
    const mirror = first.map((answer) => ({ ...answer, logOddsHigh: -answer.logOddsHigh }));
    expect(agreementOf(first, mirror)?.r).toBeCloseTo(-1, 12);
    const shifted = first.map((answer) => ({ ...answer, logOddsHigh: answer.logOddsHigh + 0.4 }));
    expect(agreementOf(first, shifted)?.shift).toBeCloseTo(0.4, 12);
    expect(agreementOf(first, shifted)?.consistency).toBeCloseTo(1, 12);
    // A spread three times as large is the same order, and not the same answers.
    const wider = first.map((answer) => ({ ...answer, logOddsHigh: 3 * answer.logOddsHigh }));
    expect(agreementOf(first, wider)?.r).toBeCloseTo(1, 12);
    expect(agreementOf(first, wider)?.consistency).toBeLessThan(0.7);
  });

  it('pairs by id and says nothing of fewer than three', () => {
    const [a, b, c, d] = answersOf((item, k) => item + k);
    if (!a || !b || !c || !d) throw new Error('they are there');
    expect(agreementOf([a, b, c], [c, d, a, b])?.n).toBe(3);
    expect(agreementOf([a, b], [a, b])).toBeUndefined();
  });
});

describe('discriminant validity', () => {
  it('finds items that differ, and none where dilemmas are noise', () => {
    const different = discriminantOf(
      answersOf((item, _, noise) => item + noise),
      [],
      1,
    );
    expect(different?.items).toBeGreaterThan(0.9);
    expect(different?.p).toBeLessThan(0.01);
    const noise = discriminantOf(
      answersOf((_item, _k, random) => random),
      [],
      1,
    );
    expect(noise?.p).toBeGreaterThan(0.05);
  });

  it('catches answers that follow the options’ length', () => {
    const answers = answersOf((_, k) => k - 4);
    const questions = answers.map(({ id }, index) => ({
      index,
      id,
      scenario: 's',
      options: { A: 'x'.repeat(30), B: 'y'.repeat(30 + (index % 9) - 4) },
      highAt: 'B' as const,
    }));
    expect(discriminantOf(answers, questions, 1)?.length).toBeCloseTo(1, 6);
  });
});

describe('an axis without one of its items', () => {
  it('moves by what that item had more than the others', () => {
    const left = leaveOneItemOut(answersOf((item) => (item === 0 ? 1 : 0)));
    expect(left).toHaveLength(10);
    expect(left[0]).toMatchObject({ wvsId: 'F063', mean: 0 });
    expect(left[0]?.shift).toBeCloseTo(-0.2, 12);
    expect(left[1]?.shift).toBeCloseTo(0.25 - 0.2, 12);
    expect(left[5]?.shift).toBe(0);
  });
});

describe('letters', () => {
  it('tell bias, its size against the answers, and the mass', () => {
    const form = lettersForm([
      { logOddsHigh: -1, positionBias: 2, answerMass: 0.8 },
      { logOddsHigh: 1, positionBias: 4, answerMass: 0.6 },
    ]);
    expect(form).toMatchObject({ n: 2, bias: 3, leastMass: 0.6 });
    expect(form?.mass).toBeCloseTo(0.7);
    expect(form?.biasOverSpread).toBeCloseTo(3 / Math.SQRT2);
    expect(lettersForm([{ logOddsHigh: 1 }, { logOddsHigh: 2 }])).toBeUndefined();
  });
});

describe('the verdict', () => {
  const steady = answersOf((item, _, noise) => item / 3 - 1.5 + noise / 4);

  it('stands where a model understands, and is steady', () => {
    const report = validityReport(dataOf({ probes: { cloze: steady }, paraphrases: steady }));
    expect(levelsOf(report)).toMatchObject({
      controls: 'good',
      halves: 'good',
      paraphrase: 'good',
      items: 'good',
      position: 'open',
      convergence: 'open',
    });
    expect(verdictOf(report)).toBe('stands');
  });

  it('fails with the control questions, whatever else is well', () => {
    const report = validityReport(
      dataOf({ controls: { cloze: score(40) }, probes: { cloze: steady }, paraphrases: steady }),
    );
    expect(verdictOf(report)).toBe('fails');
  });

  it('is weak where answers are noise', () => {
    const noise = answersOf((_item, _k, random) => random, 3);
    const other = answersOf((_item, _k, random) => random, 4);
    const report = validityReport(dataOf({ probes: { cloze: noise }, paraphrases: other }));
    expect(levelsOf(report)).toMatchObject({ paraphrase: 'poor', items: 'poor' });
    expect(verdictOf(report)).toBe('weak');
  });

  it('is weak where letters follow the place', () => {
    const placed = steady.map((answer) => ({ ...answer, positionBias: 3, answerMass: 0.9 }));
    const report = validityReport(
      dataOf({
        protocol: 'letters',
        controls: { letters: score(57) },
        probes: { letters: placed },
        paraphrases: placed,
      }),
    );
    expect(levelsOf(report)).toMatchObject({ position: 'poor', mass: 'good' });
    expect(verdictOf(report)).toBe('weak');
  });

  it('is open before control questions, and the report is the same each time', () => {
    const data = dataOf({ controls: {}, probes: { cloze: steady } });
    expect(verdictOf(validityReport(data))).toBe('open');
    expect(validityReport(data)).toEqual(validityReport(data));
  });
});
