import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeRuns } from '../../../src/runs/merge.ts';
import { answerKey, type SurveyRun } from '../../../src/runs/run.ts';
import { letterAnswers, letterProbe, surveyRun } from './runs.ts';

const all = letterAnswers();
const work = (computed: number) => ({ computed, naive: 2 * computed });

describe('two runs of one key', () => {
  it('become one that lacks no answer of either and changes none that is here', () => {
    const some = fc.subarray([...all]);
    fc.assert(
      fc.property(some, some, (ours, theirs) => {
        const moved = theirs.map((answer) => ({ ...answer, logOddsHigh: answer.logOddsHigh + 1 }));
        const { run, outcome } = mergeRuns(letterProbe({ answers: ours }), letterProbe({ answers: moved }));
        const ids = new Set([...ours, ...theirs].map(({ id }) => id));
        expect(new Set(run.answers.map(({ id }) => id))).toEqual(ids);
        expect(run.answers).toHaveLength(ids.size);
        expect(run.answers.map(({ index }) => index)).toEqual(
          run.answers.map(({ index }) => index).toSorted((a, b) => a - b),
        );
        for (const answer of ours) expect(run.answers).toContainEqual(answer);
        expect(outcome).toBe(ids.size === ours.length ? 'already here' : 'completed');
      }),
    );
  });

  it('take seed, work and time from the one with more answers where that one has them all', () => {
    const here = letterProbe({ answers: all.slice(0, 10), seed: 1, tokenLayers: work(10) });
    const come = letterProbe({ seed: 2, tokenLayers: work(30), updated: '2026-06-01T00:00:00.000Z' });
    expect(mergeRuns(here, come).run).toEqual(come);
    expect(mergeRuns(come, here)).toEqual({ run: come, outcome: 'already here' });
  });

  it('add up the work of halves, and leave it out where it cannot be known', () => {
    const here = letterProbe({ answers: all.slice(0, 10), tokenLayers: work(10) });
    const rest = letterProbe({ answers: all.slice(10), tokenLayers: work(20) });
    expect(mergeRuns(here, rest).run.tokenLayers).toEqual(work(30));
    const overlapping = letterProbe({ answers: all.slice(5), tokenLayers: work(25) });
    expect(mergeRuns(here, overlapping).run.tokenLayers).toBeUndefined();
  });

  it('keep both orders of a survey question', () => {
    const survey = (order: 'forward' | 'backward'): SurveyRun =>
      surveyRun([{ id: 'F063', order, points: [0.5, 0.5], sentence: 0 }]);
    const { run } = mergeRuns(survey('forward'), survey('backward'));
    expect(run.answers.map(answerKey)).toEqual(['F063 forward', 'F063 backward']);
  });
});
