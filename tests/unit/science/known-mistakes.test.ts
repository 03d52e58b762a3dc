import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mapPoint, type Projection } from '../../../src/science/culture-map.ts';
import { ITEMS } from '../../../src/science/item.ts';
import { topLayers } from '../../../src/science/layer-choice.ts';
import { readSurvey, SCALE_ORDERS, surveyPrompt, type SurveyReading } from '../../../src/science/survey.ts';
import { postMaterialism, surveyScores } from '../../../src/science/survey-score.ts';

const read = (path: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../public/${path}`, import.meta.url), 'utf8'));

const projection = read('human/projection.json') as Projection;
const questions = readSurvey(read('scenarios/survey.json'));

/** Readings that give one point of every question all the probability. */
const answering = (pick: (id: string, count: number) => number): SurveyReading[] =>
  questions.flatMap(({ id, points }) =>
    SCALE_ORDERS.map((order) => ({
      id,
      order,
      points: points.map((_, i) => (i === pick(id, points.length) ? 1 : 0)),
      sentence: 0,
    })),
  );

/**
 * Faults of earlier code for the paper that a test can catch here. Others are caught beside what they are about: poles and
 * orders (asking.test.ts, dilemma.test.ts), the absent system prompt (dilemma.test.ts, asking.test.ts), items scored
 * backwards on the map (measurement.test.ts).
 */
describe('the direct survey', () => {
  it('has no answer table turned round: each item’s own words lead to its own pole', () => {
    // First and last point of each scale, and where they should lead.
    const first = surveyScores(
      questions,
      answering(() => 0),
    );
    const last = surveyScores(
      questions,
      answering((_, count) => count - 1),
    );
    const high = (scores: ReturnType<typeof surveyScores>, code: string): number =>
      scores.get(code)?.probability ?? NaN;
    // Very happy, trust, have signed: the first point is the high pole.
    for (const code of ['A008', 'A165', 'E025']) {
      expect(high(first, code), code).toBe(1);
      expect(high(last, code), code).toBe(0);
    }
    // God unimportant is the first point and secular.
    expect(high(first, 'F063')).toBe(1);
    expect(high(last, 'F063')).toBe(0);
    // Never justifiable, very proud, respect a good thing: the first point is the low pole.
    for (const code of ['F118', 'F120', 'G006', 'E018']) {
      expect(high(first, code), code).toBe(0);
      expect(high(last, code), code).toBe(1);
    }
    expect(questions.find(({ id }) => id === 'A008')?.points[0]?.label).toBe('Very happy');
  });

  it('lists the four qualities of the autonomy index, with their signs', () => {
    const own = questions.filter(({ wvsId }) => wvsId === 'Y003');
    expect(own.map(({ text }) => /home: ([\w ]+)\./.exec(text)?.[1])).toEqual([
      'independence',
      'determination and perseverance',
      'religious faith',
      'obedience',
    ]);
    const naming = (named: readonly string[]): number | undefined =>
      surveyScores(
        questions,
        answering((id) => (named.includes(id) ? 0 : 1)),
      ).get('Y003')?.code;
    expect(naming(['Y003-independence', 'Y003-determination'])).toBe(2);
    expect(naming(['Y003-faith', 'Y003-obedience'])).toBe(-2);
    expect(naming([])).toBe(0);
  });

  it('makes the post-materialist index of first choices', () => {
    // Order alone first, then prices by elimination of all others' chances.
    expect(postMaterialism([0.5, 0, 0.5, 0])).toBeCloseTo(1);
    expect(postMaterialism([0, 0.5, 0, 0.5])).toBeCloseTo(3);
    expect(postMaterialism([0.25, 0.25, 0.25, 0.25])).toBeCloseTo(2);
  });

  it('names the scale it wants, in both orders', () => {
    const [question] = questions.filter(({ id }) => id === 'E018');
    if (!question) throw new Error('the question is there');
    expect(surveyPrompt(question, 'forward')).toMatch(
      /1 = A good thing\n2 = I do not mind\n3 = A bad thing\n\nAnswer with one number from 1 to 3:$/,
    );
    expect(surveyPrompt(question, 'backward')).toMatch(
      /3 = A bad thing\n2 = I do not mind\n1 = A good thing/,
    );
  });
});

describe('axis names', () => {
  it('mean the same everywhere: x is survival to self-expression, y traditional to secular-rational', () => {
    const base = new Map(ITEMS.map(({ code }) => [code, 0.5]));
    const moved = (axis: string): { dx: number; dy: number } => {
      const scores = new Map(base);
      for (const item of ITEMS) if (item.axis === axis) scores.set(item.code, 0.6);
      const from = mapPoint(base, projection, 'centred');
      const to = mapPoint(scores, projection, 'centred');
      if (!from || !to) throw new Error('all items are there');
      return { dx: to.x - from.x, dy: to.y - from.y };
    };
    const self = moved('survival_self_expression');
    expect(self.dx).toBeGreaterThan(Math.abs(self.dy));
    const secular = moved('traditional_secular');
    expect(secular.dy).toBeGreaterThan(Math.abs(secular.dx));
  });

  it('put Sweden top right, Jordan bottom left and Japan high', () => {
    const { societies } = read('human/societies.json') as {
      societies: { iso3: string; x: number; y: number }[];
    };
    const place = (iso3: string): { x: number; y: number } => {
      const society = societies.find((entry) => entry.iso3 === iso3);
      if (!society) throw new Error(`${iso3} is missing`);
      return society;
    };
    expect(place('SWE').x).toBeGreaterThan(1.5);
    expect(place('SWE').y).toBeGreaterThan(0.5);
    expect(place('JOR').x).toBeLessThan(-1);
    expect(place('JOR').y).toBeLessThan(-1);
    expect(place('JPN').y).toBeGreaterThan(1);
  });
});

describe('the paper’s choice of layers', () => {
  it('takes those that moved most, not the first ones, nor by the order of digits', () => {
    const shifts = [0.01, 0.2, 0.1, 0.05, 0.02, 0.3, 0.001, 0.4, 0, 0.02, 10, 9];
    expect(topLayers(shifts, 4)).toEqual([5, 7, 10, 11]);
    expect(topLayers([-5, 0.1, 0.2], 1)).toEqual([2]);
  });
});
