import type { Answer } from '../answer.ts';
import type { BootstrapOptions, Estimate } from '../axis-estimate.ts';
import { axisEstimates } from '../axis-estimate.ts';
import type { OrderReading } from '../choice.ts';
import type { Axis } from '../item.ts';
import type { LabelSet } from '../prompt.ts';
import { pairedShift, type Shift } from '../shift.ts';
import { excludesZero } from '../statistics/bootstrap.ts';
import { biasSlope } from './bias-slope.ts';
import { slopesOf, type Dose } from './dose.ts';

/** An answer that tells of its letters, too. */
export interface LabelledAnswer extends Answer {
  readonly positionBias?: number;
  readonly orders?: readonly OrderReading[];
}

export interface LabelledDose extends Dose {
  readonly answers: readonly LabelledAnswer[];
}

/** What a frozen vector does where the options are called by one set of labels. */
export interface LabelledEffect {
  readonly labels: LabelSet;
  /** Slope of its own axis, both orders averaged: nats toward the high pole for each unit of strength. */
  readonly own: Estimate;
  /** Slope of the position bias: nats toward the first label for each unit of strength, whatever stands there. */
  readonly label: Estimate;
  /** `own` minus that of A and B, paired by dilemma; absent for A and B themselves. */
  readonly fromAB?: Shift;
}

/** What the control says of a vector's effect. */
export type RelabellingVerdict =
  /** With A and B it does nothing to its axis that the interval shows. */
  | 'no effect'
  /** The effect is there under every set of labels. */
  | 'carries over'
  /** The effect is gone, or turned over, under another set of labels: it belongs to the letters. */
  | 'follows the letters'
  /** Neither is shown. */
  | 'undecided';

export interface Relabelling {
  readonly axis: Axis;
  readonly effects: readonly LabelledEffect[];
  readonly verdict: RelabellingVerdict;
  /**
   * Where the vector pushes one of the labels A and B more than it moves its axis, which a measurement in one order would
   * take for an opinion: `letter` where other labels are not pushed so, `position` where whatever stands first is.
   */
  readonly pushes?: 'letter' | 'position';
}

/** An effect carries over where it keeps at least this share. */
export const KEEPS = 0.5;

/**
 * The relabelling control (after the finding that steering vectors often push the answer's letter and not its meaning,
 * Tan et al. 2024, arXiv 2407.12404, section 4; design, "Relabelling control"): a frozen vector, with the options called
 * A and B, X and Y, 1 and 2. An opinion does not care what the options are called.
 * @param doses of one vector, by the labels; A and B among them
 * @returns undefined where A and B, or all other labels, are missing, or the axis has no dilemma.
 */
export function relabelling(
  axis: Axis,
  doses: Readonly<Partial<Record<LabelSet, readonly LabelledDose[]>>>,
  options: BootstrapOptions,
): Relabelling | undefined {
  const { AB } = doses;
  if (!AB) return undefined;
  const usual = slopesOf(AB);
  const effects = (Object.keys(doses) as LabelSet[]).flatMap((labels): LabelledEffect[] => {
    const own = labels === 'AB' ? usual : slopesOf(doses[labels] ?? []);
    const effect = axisEstimates(own, options)[axis];
    const label = biasSlope(doses[labels] ?? [], options);
    const fromAB = labels === 'AB' ? undefined : pairedShift(usual, own, options)[axis];
    return effect && label ? [{ labels, own: effect, label, ...(fromAB ? { fromAB } : {}) }] : [];
  });
  const first = effects.find(({ labels }) => labels === 'AB');
  const others = effects.filter(({ labels }) => labels !== 'AB');
  if (!first || others.length === 0) return undefined;
  const pushes = pushesOf(first, others);
  return { axis, effects, verdict: verdictOf(first, others), ...(pushes ? { pushes } : {}) };
}

function pushesOf(first: LabelledEffect, others: readonly LabelledEffect[]): Relabelling['pushes'] {
  if (!excludesZero(first.label.interval) || Math.abs(first.label.mean) <= Math.abs(first.own.mean))
    return undefined;
  return others.every(({ label }) => label.mean / first.label.mean < KEEPS) ? 'letter' : 'position';
}

function verdictOf(first: LabelledEffect, others: readonly LabelledEffect[]): RelabellingVerdict {
  if (!excludesZero(first.own.interval)) return 'no effect';
  const kept = (effect: LabelledEffect): number => effect.own.mean / first.own.mean;
  if (others.every((effect) => excludesZero(effect.own.interval) && kept(effect) >= KEEPS))
    return 'carries over';
  const isLost = others.some((effect) => kept(effect) < KEEPS && excludesZero(effect.fromAB?.interval));
  return isLost ? 'follows the letters' : 'undecided';
}
