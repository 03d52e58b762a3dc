import type { Answer } from '../answer.ts';
import { axisEstimates, type BootstrapOptions, type Estimate } from '../axis-estimate.ts';
import { AXES, otherAxis, type Axis } from '../item.ts';
import { falsifier, type EntanglementVerdict } from '../response/falsifier.ts';
import { groupMean, plainMean, type MeasuredGroup } from '../response/measured-group.ts';
import { excludesZero } from '../statistics/bootstrap.ts';
import { proportion, type Proportion } from '../statistics/proportion.ts';
import { seededRandom } from '../statistics/random.ts';
import { redraw } from './redraw.ts';

/** How an estimate and its interval fare over many draws. */
export interface Fared {
  /** What is true of the whole population. */
  readonly truth: number;
  /** Mean estimate minus the truth. */
  readonly bias: number;
  /** How often the 95 % interval holds the truth. */
  readonly coverage: Proportion;
}

/** How the measurement of one vector's leeway fares over draws of dilemmas. */
export interface LeewayFared {
  readonly axis: Axis;
  /** Slopes of the whole population, nats per unit of strength, and their ratio. */
  readonly own: Fared;
  readonly other: Fared;
  readonly ratio: Fared;
  /** How often the leeway's interval excludes 0. */
  readonly drifts: Proportion;
  /** How often the sign-flip test of the other axis has p < 0.05. */
  readonly flips: Proportion;
  /** The same two where the other axis's mean slope was taken away from its dilemmas, so that there is no drift at all. */
  readonly falseDrifts: Proportion;
  readonly falseFlips: Proportion;
  /** How often each verdict is passed. */
  readonly verdicts: Readonly<Record<EntanglementVerdict, number>>;
}

export interface CoverageOptions extends BootstrapOptions {
  readonly draws: number;
  /** Dilemmas of each item and domain in a draw. */
  readonly each: number;
}

/** Counts how an estimate fares. */
class Tally {
  #sum = 0;
  #held = 0;
  #n = 0;
  constructor(private readonly truth: number) {}

  add(mean: number, interval: { readonly low: number; readonly high: number } | undefined): void {
    this.#n += 1;
    this.#sum += mean - this.truth;
    if (interval && interval.low <= this.truth && this.truth <= interval.high) this.#held += 1;
  }

  get fared(): Fared {
    return { truth: this.truth, bias: this.#sum / this.#n, coverage: proportion(this.#held, this.#n) };
  }
}

const axisGroup = (axis: Axis): MeasuredGroup => ({ kind: 'axis', axis });

const meanOf = (answers: readonly Answer[], axis: Axis): number => plainMean(axisGroup(axis), answers) ?? NaN;

/** The sign-flip p and the estimate of an axis's mean slope. */
function tested(
  slopes: readonly Answer[],
  axis: Axis,
  options: BootstrapOptions,
): Estimate & { readonly p: number } {
  const found = groupMean(axisGroup(axis), slopes, options);
  return { mean: found?.mean ?? NaN, n: found?.n ?? 0, ...found, p: found?.test?.p ?? 1 };
}

/**
 * How the leeway of a vector is measured over many draws of dilemmas, held against what the whole population does.
 * @param population slopes of all dilemmas, nats per unit of strength
 */
export function leewayCoverage(
  axis: Axis,
  population: readonly Answer[],
  { draws, each, ...options }: CoverageOptions,
): LeewayFared {
  const other = otherAxis(axis);
  const [own, drift] = [meanOf(population, axis), meanOf(population, other)];
  const tallies = { own: new Tally(own), other: new Tally(drift), ratio: new Tally(drift / own) };
  const verdicts: Record<EntanglementVerdict, number> = {
    'no push': 0,
    drifts: 0,
    'no drift': 0,
    undecided: 0,
  };
  const hits = { drifts: 0, flips: 0, falseDrifts: 0, falseFlips: 0 };
  const random = seededRandom(options.seed);
  for (let draw = 0; draw < draws; draw++) {
    const seeded = { ...options, seed: options.seed + draw };
    const slopes = redraw(population, { each, random });
    const [mine, theirs] = [tested(slopes, axis, seeded), tested(slopes, other, seeded)];
    tallies.own.add(mine.mean, mine.interval);
    tallies.other.add(theirs.mean, theirs.interval);
    const held = falsifier(axis, slopes, seeded);
    if (held) {
      tallies.ratio.add(held.leeway.ratio, held.leeway.interval);
      verdicts[held.verdict] += 1;
      if (excludesZero(held.leeway.interval)) hits.drifts += 1;
    }
    if (theirs.p < 0.05) hits.flips += 1;
    const level = slopes.map((answer) =>
      answer.axis === other ? { ...answer, logOddsHigh: answer.logOddsHigh - drift } : answer,
    );
    if (excludesZero(falsifier(axis, level, seeded)?.leeway.interval)) hits.falseDrifts += 1;
    if (tested(level, other, seeded).p < 0.05) hits.falseFlips += 1;
  }
  return {
    axis,
    ...{ own: tallies.own.fared, other: tallies.other.fared, ratio: tallies.ratio.fared },
    drifts: proportion(hits.drifts, draws),
    flips: proportion(hits.flips, draws),
    falseDrifts: proportion(hits.falseDrifts, draws),
    falseFlips: proportion(hits.falseFlips, draws),
    verdicts,
  };
}

/** How the axis scores of an unpushed model are measured over many draws of dilemmas. */
export function scoreCoverage(
  population: readonly Answer[],
  { draws, each, ...options }: CoverageOptions,
): Readonly<Record<Axis, Fared>> {
  const random = seededRandom(options.seed);
  const tallies = AXES.map((axis) => [axis, new Tally(meanOf(population, axis))] as const);
  for (let draw = 0; draw < draws; draw++) {
    const estimates = axisEstimates(redraw(population, { each, random }), {
      ...options,
      seed: options.seed + draw,
    });
    for (const [axis, tally] of tallies) tally.add(estimates[axis]?.mean ?? NaN, estimates[axis]?.interval);
  }
  return Object.fromEntries(tallies.map(([axis, { fared }]) => [axis, fared])) as Record<Axis, Fared>;
}
