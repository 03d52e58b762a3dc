import { compareRuns } from '../runs/comparison.ts';
import { pushWords } from '../runs/push-words.ts';
import { steeringOf, type ProbeRun, type SteeringRecord } from '../runs/run.ts';
import { capital } from '../science/axis-words.ts';
import type { Projection } from '../science/culture-map.ts';
import { AXES, type Axis } from '../science/item.ts';
import { overlay } from '../science/shift.ts';
import { placeOf } from '../science/measurement.ts';
import { plainProbe, pushedOf, type Experiment, type RunNames } from './experiment.ts';
import { estimated, type Figure } from './figure.ts';
import { placed, type ReportPlace } from './standing.ts';

/** What a push did to both axes, by the dilemmas that were answered with it and without. */
export interface ReportPush {
  readonly run: string;
  /** The run without a push that it is held against. */
  readonly before: string;
  readonly words: string;
  readonly steering: readonly SteeringRecord[];
  readonly labels: string;
  /** Dilemmas answered in both. */
  readonly shared: number;
  readonly shifts: readonly { readonly axis: Axis; readonly shift: Figure; readonly g?: number }[];
  /** The unpushed place with what was answered under the push in its stead. */
  readonly place?: ReportPlace;
  /** One vector without a meaning: random, or of pairs whose poles were dealt by chance. */
  readonly isNull: boolean;
}

const NULL_METHODS = ['random', 'shuffled'];

function pushOf(before: ProbeRun, after: ProbeRun, names: RunNames, projection: Projection): ReportPush {
  const steering = steeringOf(after);
  const { shared, shifts, adjusted } = compareRuns(before, after);
  const runs = names.all([before, after]);
  const isNull = steering.every(({ method }) => NULL_METHODS.includes(method ?? ''));
  const mode = 'centred';
  // A null has no place of its own worth the time: its shift is what it is there for.
  const point = isNull
    ? undefined
    : placeOf(overlay(before.answers, after.answers), { projection, seed: before.seed })[mode];
  return {
    run: names.of(after),
    before: names.of(before),
    words: capital(pushWords(steering)),
    steering,
    labels: after.labels ?? 'AB',
    shared,
    shifts: AXES.flatMap((axis) => {
      const shift = shifts[axis];
      if (!shift) return [];
      const figure = estimated(shift, { unit: 'nats of mean log-odds', runs }, adjusted[axis]);
      return [{ axis, shift: figure, ...(Number.isFinite(shift.g) ? { g: shift.g as number } : {}) }];
    }),
    ...(point ? { place: placed(mode, point, shared, runs) } : {}),
    isNull,
  };
}

/** Every push that has a run without one to be held against; one at a time, for each takes a while. */
export function* pushesOf(
  experiment: Experiment,
  names: RunNames,
  projection: Projection,
): Generator<undefined, ReportPush[]> {
  const pushes: ReportPush[] = [];
  for (const after of pushedOf(experiment.probes)) {
    const before = plainProbe(experiment, after.labels);
    if (!before) continue;
    const push = pushOf(before, after, names, projection);
    if (push.shared > 0) pushes.push(push);
    yield undefined;
  }
  return pushes.sort(inOrder);
}

/** What has a meaning first; then by vector and strength. */
function inOrder(a: ReportPush, b: ReportPush): number {
  const [one, other] = [a.steering[0], b.steering[0]];
  return (
    Number(a.isNull) - Number(b.isNull) ||
    a.steering.length - b.steering.length ||
    (a.labels === b.labels
      ? 0
      : a.labels === 'AB'
        ? -1
        : b.labels === 'AB'
          ? 1
          : a.labels.localeCompare(b.labels)) ||
    (one?.method ?? '').localeCompare(other?.method ?? '') ||
    (one?.vector ?? '').localeCompare(other?.vector ?? '', 'en', { numeric: true }) ||
    (one?.layer ?? 0) - (other?.layer ?? 0) ||
    (one?.strength ?? 0) - (other?.strength ?? 0)
  );
}
