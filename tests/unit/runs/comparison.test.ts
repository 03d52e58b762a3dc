import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compareRuns } from '../../../src/runs/comparison.ts';
import { figuresOf, wholeOf } from '../../../src/runs/run-figures.ts';
import { AXES } from '../../../src/science/item.ts';
import type { Projection } from '../../../src/science/culture-map.ts';
import { summarize } from '../../../src/science/measurement.ts';
import { controlRun, letterAnswers, letterProbe, surveyRun } from './runs.ts';

describe('two probes', () => {
  const before = letterProbe();
  const steering = [{ vector: 'axis:traditional_secular', layer: 3, strength: 0.2, unit: 'norm' as const }];

  it('are compared by the dilemmas that both answered, whatever their order', () => {
    const after = letterProbe({ steering, answers: letterAnswers(0.5).slice(6).toReversed() });
    const { shared, shifts, adjusted, items, differs } = compareRuns(before, after);
    const raw = AXES.map((axis) => shifts[axis]?.test?.p ?? NaN);
    const least = Math.min(...raw);
    AXES.forEach((axis, i) =>
      expect(adjusted[axis]).toBe(raw[i] === least ? 2 * least : Math.max(2 * least, raw[i] ?? NaN)),
    );
    expect(shared).toBe(24);
    expect(shifts.traditional_secular).toMatchObject({ n: 9 });
    expect(shifts.survival_self_expression?.mean).toBeCloseTo(0.5, 12);
    expect(shifts.survival_self_expression?.interval?.low).toBeCloseTo(0.5, 12);
    expect(shifts.survival_self_expression?.g).toBeGreaterThan(0);
    expect(items).toHaveLength(8);
    for (const item of items) expect(item.mean).toBeCloseTo(0.5, 12);
    expect(differs).toEqual(['steering']);
  });

  it('without a shared dilemma show nothing but that', () => {
    const strange = letterAnswers().map((answer) => ({ ...answer, id: `other-${answer.index}` }));
    const other = letterProbe({
      answers: strange,
      scenarios: { name: 'mine.json', sha256: 'cd'.repeat(32), n: 30 },
    });
    expect(compareRuns(before, other)).toMatchObject({
      shared: 0,
      shifts: {},
      items: [],
      differs: ['scenarios'],
    });
  });

  it('are told apart by model, protocol, labels and system prompt; A and B are the usual labels', () => {
    const chat = letterProbe({
      model: { ...before.model, dtype: 'fp32' },
      protocol: 'letters-chat',
      labels: 'XY',
      system: 'Be brief.',
    });
    expect(compareRuns(before, chat).differs).toEqual(['model', 'protocol', 'labels', 'system']);
    expect(compareRuns(before, letterProbe({ labels: 'AB' })).differs).toEqual([]);
  });
});

describe('figures of a run', () => {
  it('of a probe are those of its summary', () => {
    const projection = JSON.parse(
      readFileSync(new URL('../../../public/human/projection.json', import.meta.url), 'utf8'),
    ) as Projection;
    const run = letterProbe();
    const figures = figuresOf(run);
    expect(figures).toEqual({
      kind: 'probe',
      axes: summarize(run.answers, { projection, seed: run.seed }).axes,
    });
    expect(wholeOf(run)).toBe(30);
    expect(figuresOf(letterProbe({ answers: [] }))).toBeUndefined();
  });

  it('of control questions are the share right, of a survey the mass on its scale', () => {
    expect(figuresOf(controlRun([2, 1, 1, -1]))).toMatchObject({ right: { share: 0.75 }, valid: false });
    const survey = surveyRun([
      { id: 'F063', order: 'forward', points: [0.3, 0.5], sentence: 0.1 },
      { id: 'F063', order: 'backward', points: [0.2, 0.4], sentence: 0.3 },
    ]);
    const figures = figuresOf(survey);
    expect(figures).toMatchObject({ kind: 'survey', sentence: 0.2 });
    expect(figures?.kind === 'survey' && figures.answered).toBeCloseTo(0.7, 12);
    expect(wholeOf(survey)).toBe(60);
  });
});
