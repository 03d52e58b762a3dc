import { answerKey, type Run } from './run.ts';

/** What became of a run that was brought in. */
export type MergeOutcome = 'new' | 'completed' | 'already here';

type Answers = readonly { readonly id: string }[];

const keysOf = (run: Run): Set<string> => new Set((run.answers as Answers).map(answerKey));

/**
 * Two runs of one key, which are the same measurement, as one run that lacks no answer of either. Where both answered, the
 * answer that is here stays; the figures of the run itself come from the one with more answers. Work is only known where
 * one run holds all answers, or none is in both.
 */
export function mergeRuns<Of extends Run>(here: Of, come: Of): { run: Of; outcome: MergeOutcome } {
  const known = keysOf(here);
  const fresh = (come.answers as Answers).filter((answer) => !known.has(answerKey(answer)));
  if (fresh.length === 0) return { run: here, outcome: 'already here' };
  const whole = come.answers.length - fresh.length === here.answers.length;
  const { tokenLayers: ours, ...larger } = come.answers.length > here.answers.length ? come : here;
  const disjoint = fresh.length === come.answers.length;
  const sum =
    disjoint && here.tokenLayers && come.tokenLayers
      ? {
          computed: here.tokenLayers.computed + come.tokenLayers.computed,
          naive: here.tokenLayers.naive + come.tokenLayers.naive,
        }
      : undefined;
  const work = whole ? ours : sum;
  const placeOf = (answer: Answers[number]): number =>
    'index' in answer && typeof answer.index === 'number' ? answer.index : 0;
  const answers = [...(here.answers as Answers), ...fresh].sort((a, b) => placeOf(a) - placeOf(b));
  return {
    run: {
      ...larger,
      scenarios: { ...larger.scenarios, n: Math.max(here.scenarios.n, come.scenarios.n) },
      updated: here.updated > come.updated ? here.updated : come.updated,
      ...(work ? { tokenLayers: work } : {}),
      answers,
    } as unknown as Of,
    outcome: 'completed',
  };
}
