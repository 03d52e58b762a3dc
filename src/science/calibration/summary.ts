import { AXES, type Axis } from '../item.ts';
import type { EntanglementVerdict } from '../response/falsifier.ts';
import { proportion, type Proportion } from '../statistics/proportion.ts';
import type { Fared, LeewayFared } from './coverage.ts';

/** A model's leeway along one axis, by every way in which it is known. */
export interface KnownLeeway {
  readonly axis: Axis;
  /** other / own by Bayes' rule in the population that it was trained on. */
  readonly bayes: number;
  /** What it does when it is told answers of the axis in its prompt. */
  readonly evidence: number;
  /** What steering with all training dilemmas does to all test dilemmas, in PyTorch; with its 95 % interval. */
  readonly reference: { readonly mean: number; readonly low: number; readonly high: number };
  /** What steering does with vectors from halves of the training dilemmas, to all test dilemmas: one figure a learning. */
  readonly found: readonly number[];
}

/** How the page's figures fare on one model whose truth is known. */
export interface FaredSummary {
  /** Draws of dilemmas behind the shares: learnings x axes x draws. */
  readonly draws: number;
  /** How often 95 % intervals hold the truth: of the axis scores, the vectors' slopes, the leeway. */
  readonly scores: Proportion;
  readonly slopes: Proportion;
  readonly leeway: Proportion;
  /** Mean error of the leeway's estimate. */
  readonly bias: number;
  /** How often the leeway's interval excludes 0. */
  readonly drifts: Proportion;
  /** The same, and the sign-flip test at 5 %, where the drift was taken out of the answers. */
  readonly falseDrifts: Proportion;
  readonly falseFlips: Proportion;
  readonly verdicts: Readonly<Record<EntanglementVerdict, number>>;
}

const pooled = (shares: readonly Proportion[]): Proportion =>
  proportion(
    shares.reduce((sum, { share, n }) => sum + Math.round(share * n), 0),
    shares.reduce((sum, { n }) => sum + n, 0),
  );

/** The mean of some values. */
export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Everything that was counted on one model, over its learnings and axes. */
export function faredSummary(
  scores: Readonly<Record<Axis, Fared>>,
  leeways: readonly LeewayFared[],
): FaredSummary {
  const of = (pick: (one: LeewayFared) => Proportion): Proportion => pooled(leeways.map(pick));
  const verdicts: Record<EntanglementVerdict, number> = {
    'no push': 0,
    drifts: 0,
    'no drift': 0,
    undecided: 0,
  };
  for (const { verdicts: some } of leeways)
    for (const name of Object.keys(verdicts) as EntanglementVerdict[]) verdicts[name] += some[name];
  return {
    draws: leeways.reduce((sum, { drifts }) => sum + drifts.n, 0),
    scores: pooled(AXES.map((axis) => scores[axis].coverage)),
    slopes: pooled(leeways.flatMap(({ own, other }) => [own.coverage, other.coverage])),
    leeway: of(({ ratio }) => ratio.coverage),
    bias: mean(leeways.map(({ ratio }) => ratio.bias)),
    drifts: of(({ drifts }) => drifts),
    falseDrifts: of(({ falseDrifts }) => falseDrifts),
    falseFlips: of(({ falseFlips }) => falseFlips),
    verdicts,
  };
}
