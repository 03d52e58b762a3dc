import { AXES, ITEMS, type Axis } from '../science/item.ts';
import { itemScores, sumOf } from '../science/item-score.ts';
import { pairedShift, type Shift } from '../science/shift.ts';
import { holm } from '../science/statistics/holm.ts';
import { inOrder, modelKey, steeringTraits, type ProbeRun } from './run.ts';

/** What two runs can differ in, in the order in which it is told. */
export const DIFFERENCES = ['model', 'protocol', 'labels', 'system', 'scenarios', 'steering'] as const;
export type Difference = (typeof DIFFERENCES)[number];

/** How far one item moved from the first run to the second. */
export interface ItemShift {
  readonly wvsId: string;
  readonly axis: Axis;
  /** Mean difference of log-odds, nats. */
  readonly mean: number;
  readonly n: number;
}

/** Two probes held against each other by the dilemmas that both answered. */
export interface Comparison {
  readonly before: ProbeRun;
  readonly after: ProbeRun;
  /** Dilemmas answered in both. */
  readonly shared: number;
  readonly shifts: Readonly<Partial<Record<Axis, Shift>>>;
  /** p values of the shifts, adjusted for testing both axes (Holm 1979). */
  readonly adjusted: Readonly<Partial<Record<Axis, number>>>;
  readonly items: readonly ItemShift[];
  readonly differs: readonly Difference[];
}

/** Each difference as one text, equal where the runs are alike in it. */
const traits: Readonly<Record<Difference, (run: ProbeRun) => string>> = {
  model: ({ model }) => modelKey(model),
  protocol: ({ protocol }) => protocol,
  labels: ({ protocol, labels = 'AB' }) => (protocol === 'cloze' ? '' : labels),
  system: ({ system = '' }) => system,
  scenarios: ({ scenarios }) => scenarios.sha256,
  steering: ({ steering = [] }) => JSON.stringify(inOrder(steering).map(steeringTraits)),
};

/** Items in their usual order, those that are none of the ten behind them. */
const placeOf = (wvsId: string): number => {
  const place = ITEMS.findIndex(({ code }) => code === wvsId);
  return place < 0 ? ITEMS.length : place;
};

/** What moved from the first run to the second, and what sets them apart. The first run's seed draws the resamples. */
export function compareRuns(before: ProbeRun, after: ProbeRun): Comparison {
  const start = new Map(before.answers.map((answer) => [answer.id, answer.logOddsHigh]));
  const moved = after.answers.flatMap((answer) => {
    const from = start.get(answer.id);
    return from === undefined ? [] : [{ ...answer, logOddsHigh: answer.logOddsHigh - from }];
  });
  const shifts = pairedShift(before.answers, after.answers, { seed: before.seed });
  const tested = AXES.filter((axis) => shifts[axis]?.test);
  const adjusted = holm(tested.map((axis) => shifts[axis]?.test?.p ?? 1));
  return {
    before,
    after,
    shared: moved.length,
    shifts,
    adjusted: Object.fromEntries(tested.map((axis, i) => [axis, adjusted[i]])),
    items: [...itemScores(moved.map(sumOf))]
      .map(([wvsId, { axis, logOdds, n }]) => ({ wvsId, axis, mean: logOdds, n }))
      .sort((a, b) => placeOf(a.wvsId) - placeOf(b.wvsId)),
    differs: DIFFERENCES.filter((name) => traits[name](before) !== traits[name](after)),
  };
}
