import { probability } from './choice.ts';
import {
  coveringEllipse,
  mapPoint,
  MAP_MODES,
  type Ellipse,
  type MapMode,
  type MapPoint,
  type Projection,
} from './culture-map.ts';
import { AXES, type Axis } from './item.ts';
import { canResample, percentileInterval, resample, type Interval } from './statistics/bootstrap.ts';

/** What the summary needs to know of one answered dilemma. */
export interface Answer {
  readonly id: string;
  readonly wvsId: string;
  readonly axis: Axis;
  readonly logOddsHigh: number;
}

/** A mean with its bootstrap interval, absent while an item has a single dilemma. */
export interface Estimate {
  readonly mean: number;
  readonly n: number;
  readonly interval?: Interval;
}

export interface ItemScore {
  readonly axis: Axis;
  readonly n: number;
  /** Mean probability of the high pole over the item's dilemmas. */
  readonly probability: number;
  /** Mean log-odds of the high pole, nats. */
  readonly logOdds: number;
}

export interface PlacedPoint extends MapPoint {
  readonly ellipse?: Ellipse;
}

/** All figures of one probe. */
export interface Summary {
  readonly n: number;
  readonly items: Readonly<Record<string, ItemScore>>;
  /** Mean of item log-odds over the axis's items, nats; absent while no item of the axis is in. */
  readonly axes: Readonly<Partial<Record<Axis, Estimate>>>;
  /** Undefined until all ten items have a score. */
  readonly map: Readonly<Partial<Record<MapMode, PlacedPoint>>>;
}

export interface SummaryOptions {
  readonly projection: Projection;
  readonly seed: number;
  readonly resamples?: number;
}

type Weighted = Pick<Answer, 'wvsId' | 'axis' | 'logOddsHigh'>;

function itemScores(answers: Iterable<Weighted>): Map<string, ItemScore> {
  const scores = new Map<string, { axis: Axis; n: number; probability: number; logOdds: number }>();
  for (const { wvsId, axis, logOddsHigh } of answers) {
    const score = scores.get(wvsId) ?? { axis, n: 0, probability: 0, logOdds: 0 };
    score.n += 1;
    score.probability += probability(logOddsHigh);
    score.logOdds += logOddsHigh;
    scores.set(wvsId, score);
  }
  for (const score of scores.values()) {
    score.probability /= score.n;
    score.logOdds /= score.n;
  }
  return scores;
}

function axisMean(scores: ReadonlyMap<string, ItemScore>, axis: Axis): number | undefined {
  let sum = 0;
  let n = 0;
  for (const score of scores.values())
    if (score.axis === axis) {
      sum += score.logOdds;
      n += 1;
    }
  return n === 0 ? undefined : sum / n;
}

const probabilities = (scores: ReadonlyMap<string, ItemScore>): Map<string, number> =>
  new Map([...scores].map(([code, score]) => [code, score.probability]));

/**
 * Item, axis and map figures of a set of answers, with percentile intervals from a bootstrap stratified by item.
 * Axis scores are means of item log-odds, never map coordinates (happiness loads on both).
 */
export function summarize(answers: readonly Answer[], options: SummaryOptions): Summary {
  const { projection, seed, resamples = 1000 } = options;
  const scores = itemScores(answers);
  const points = new Map<MapMode, MapPoint>();
  for (const mode of MAP_MODES) {
    const point = mapPoint(probabilities(scores), projection, mode);
    if (point) points.set(mode, point);
  }

  const axisReplicates = new Map<Axis, number[]>(AXES.map((axis) => [axis, []]));
  const mapReplicates = new Map<MapMode, MapPoint[]>(MAP_MODES.map((mode) => [mode, []]));
  const strata = answers.map((answer) => answer.wvsId);
  if (canResample(strata))
    resample(strata, resamples, seed, (draw) => {
      const drawn = itemScores(
        Array.from(draw, (index) => answers[index]).filter((answer) => answer !== undefined),
      );
      for (const axis of AXES) {
        const mean = axisMean(drawn, axis);
        if (mean !== undefined) axisReplicates.get(axis)?.push(mean);
      }
      for (const mode of points.keys()) {
        const point = mapPoint(probabilities(drawn), projection, mode);
        if (point) mapReplicates.get(mode)?.push(point);
      }
    });

  const axes: Partial<Record<Axis, Estimate>> = {};
  for (const axis of AXES) {
    const mean = axisMean(scores, axis);
    if (mean === undefined) continue;
    const n = answers.filter((answer) => answer.axis === axis).length;
    const replicates = axisReplicates.get(axis) ?? [];
    axes[axis] = replicates.length > 0 ? { mean, n, interval: percentileInterval(replicates) } : { mean, n };
  }
  const map: Partial<Record<MapMode, PlacedPoint>> = {};
  for (const [mode, point] of points) {
    const cloud = mapReplicates.get(mode) ?? [];
    map[mode] = cloud.length > 1 ? { ...point, ellipse: coveringEllipse(cloud, point) } : point;
  }
  return { n: answers.length, items: Object.fromEntries(scores), axes, map };
}

/**
 * Paired shift of each axis: mean over items of (steered - baseline) log-odds of the dilemmas answered in both,
 * with a paired bootstrap interval stratified by item.
 */
export function pairedShift(
  baseline: readonly Answer[],
  steered: readonly Answer[],
  options: Pick<SummaryOptions, 'seed' | 'resamples'>,
): Partial<Record<Axis, Estimate>> {
  const before = new Map(baseline.map((answer) => [answer.id, answer.logOddsHigh]));
  const differences = steered.flatMap((answer) => {
    const start = before.get(answer.id);
    return start === undefined ? [] : [{ ...answer, logOddsHigh: answer.logOddsHigh - start }];
  });
  const shifts: Partial<Record<Axis, Estimate>> = {};
  for (const axis of AXES) {
    const own = differences.filter((answer) => answer.axis === axis);
    const mean = axisMean(itemScores(own), axis);
    if (mean === undefined) continue;
    const strata = own.map((answer) => answer.wvsId);
    if (!canResample(strata)) {
      shifts[axis] = { mean, n: own.length };
      continue;
    }
    const replicates: number[] = [];
    resample(strata, options.resamples ?? 1000, options.seed, (draw) => {
      const drawn = itemScores(
        Array.from(draw, (index) => own[index]).filter((answer) => answer !== undefined),
      );
      const value = axisMean(drawn, axis);
      if (value !== undefined) replicates.push(value);
    });
    shifts[axis] = { mean, n: own.length, interval: percentileInterval(replicates) };
  }
  return shifts;
}

/**
 * Baseline answers with those already measured under steering put in their place: the moved point starts where the
 * model stands and moves as dilemmas come in, never by a comparison of different dilemmas.
 */
export function overlay(baseline: readonly Answer[], steered: readonly Answer[]): Answer[] {
  const moved = new Map(steered.map((answer) => [answer.id, answer]));
  return baseline.map((answer) => moved.get(answer.id) ?? answer);
}

/** What a push did on its own axis: moved it its way, moved it against its way, or nothing that the interval shows. */
export type PushEffect = 'with' | 'against' | 'unclear';

/** Reads a paired shift against the sign of the strength; undefined while there is no interval. */
export function effectOf(shift: Estimate | undefined, strength: number): PushEffect | undefined {
  if (!shift?.interval || strength === 0) return undefined;
  const { low, high } = shift.interval;
  if (low <= 0 && high >= 0) return 'unclear';
  return Math.sign(shift.mean) === Math.sign(strength) ? 'with' : 'against';
}
