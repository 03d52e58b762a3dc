import { axisEstimates } from '../science/axis-estimate.ts';
import { controlScore } from '../science/control.ts';
import type { Axis } from '../science/item.ts';
import type { Estimate } from '../science/axis-estimate.ts';
import { meanKl, perplexityEstimate } from '../science/side-effects.ts';
import { SCALE_ORDERS } from '../science/survey.ts';
import type { Proportion } from '../science/statistics/proportion.ts';
import type { Run } from './run.ts';

/** The few figures by which a run is known at a glance. */
export type RunFigures =
  | { readonly kind: 'probe'; readonly axes: Readonly<Partial<Record<Axis, Estimate>>> }
  | { readonly kind: 'controls'; readonly right: Proportion; readonly valid: boolean }
  /** Mean probability of a number of the scale, and of the opening of a sentence. */
  | { readonly kind: 'survey'; readonly answered: number; readonly sentence: number }
  /** Perplexity of plain prose, and where it was pushed how far its next words drifted, nats. */
  | { readonly kind: 'neutral'; readonly perplexity: Estimate; readonly kl?: Estimate | undefined };

/** The figures of a run; undefined while it has no answer. */
export function figuresOf(run: Run): RunFigures | undefined {
  if (run.answers.length === 0) return undefined;
  switch (run.kind) {
    case 'probe':
      return { kind: 'probe', axes: axisEstimates(run.answers, { seed: run.seed }) };
    case 'controls': {
      const score = controlScore(run.answers);
      return score && { kind: 'controls', right: score.all, valid: score.valid };
    }
    case 'neutral': {
      const perplexity = perplexityEstimate(run.answers, { seed: run.seed });
      const kl = run.steering && meanKl(run.answers, { seed: run.seed });
      return perplexity && { kind: 'neutral', perplexity, ...(kl ? { kl } : {}) };
    }
    case 'survey': {
      const n = run.answers.length;
      const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
      return {
        kind: 'survey',
        answered: sum(run.answers.map(({ points }) => sum(points))) / n,
        sentence: sum(run.answers.map(({ sentence }) => sentence)) / n,
      };
    }
  }
}

/** How many answers make the run whole. */
export const wholeOf = ({ kind, scenarios }: Run): number =>
  kind === 'survey' ? scenarios.n * SCALE_ORDERS.length : scenarios.n;
