import { controlScore, type ControlScore } from '../science/control.ts';
import type { Projection } from '../science/culture-map.ts';
import { AXES, type Axis } from '../science/item.ts';
import { placeOf, type Place } from '../science/measurement.ts';
import { PROTOCOLS, type Protocol } from '../science/prompt.ts';
import { steerability, type Steerability } from '../science/steerability.ts';
import { grouped } from './grouped.ts';
import {
  modelKey,
  type ControlRun,
  type ProbeRun,
  type Provenance,
  type Run,
  type SteeringRecord,
} from './run.ts';

/** How far one axis's vector moves a model, and at which strengths and layer that was measured. */
export interface PushedFigures extends Steerability {
  readonly layer: number;
  /** Ascending; 0 is the unpushed run. */
  readonly strengths: readonly number[];
}

/** One model beside others: what its stored runs say of it, wherever these were made. */
export interface ModelFigures {
  readonly key: string;
  readonly model: Provenance['model'];
  readonly protocol: Protocol;
  /** Absent where control questions were not asked in this protocol. */
  readonly controls?: ControlScore;
  /** Dilemmas of the unpushed run. */
  readonly n: number;
  readonly place: Place;
  readonly pushed: Readonly<Partial<Record<Axis, PushedFigures>>>;
}

interface AxisRun {
  readonly run: ProbeRun;
  readonly record: SteeringRecord & { readonly axis: Axis };
}

/** A run under one axis's mean difference, added at every position and counted in norms; else nothing. */
function axisRun(run: ProbeRun): AxisRun[] {
  const [record, ...others] = run.steering ?? [];
  if (!record?.axis || others.length > 0 || record.unit !== 'norm') return [];
  const isPlain =
    (record.method ?? 'mean') === 'mean' && (record.way ?? 'add') === 'add' && (record.at ?? 'all') === 'all';
  return isPlain ? [{ run, record: { ...record, axis: record.axis } }] : [];
}

/** The pushes along an axis that belong together: of one layer and one training; those with most strengths and answers. */
function bestGroup(runs: readonly AxisRun[]): readonly AxisRun[] {
  const groups = grouped(runs, ({ record: { layer, training } }) =>
    [layer, training?.sha256 ?? '', training?.n ?? ''].join('|'),
  );
  const sizeOf = (group: readonly AxisRun[]): number =>
    group.length * 1e6 + Math.min(...group.map(({ run }) => run.answers.length));
  return [...groups.values()].reduce<readonly AxisRun[]>(
    (best, group) => (best.length > 0 && sizeOf(best) >= sizeOf(group) ? best : group),
    [],
  );
}

function pushedFigures(plain: ProbeRun, runs: readonly AxisRun[], axis: Axis): PushedFigures | undefined {
  const group = bestGroup(runs.filter(({ record }) => record.axis === axis));
  const steps = [
    { strength: 0, answers: plain.answers },
    ...group.map(({ run, record }) => ({ strength: record.strength, answers: run.answers })),
  ].sort((a, b) => a.strength - b.strength);
  const figures = steerability(axis, steps, { seed: plain.seed });
  const layer = group[0]?.record.layer;
  return figures && layer !== undefined
    ? { ...figures, layer, strengths: steps.map(({ strength }) => strength) }
    : undefined;
}

/**
 * Every model that answered some of these dilemmas plainly, with how far it can be moved. Only runs of one file of dilemmas
 * are set side by side. Of the protocols in which a model was asked, the one with most pushed axes, then the valid one,
 * then the one with most answers.
 * @param sha256 of the file of dilemmas
 */
export function modelFigures(runs: readonly Run[], sha256: string, projection: Projection): ModelFigures[] {
  const plain = (run: Run): boolean => !run.system && (run.labels ?? 'AB') === 'AB';
  const own = runs.filter(plain);
  const probes = own.filter(
    (run): run is ProbeRun =>
      run.kind === 'probe' && run.scenarios.sha256 === sha256 && run.answers.length > 0,
  );
  const controls = own.filter((run): run is ControlRun => run.kind === 'controls');
  const models = grouped(probes, ({ model }) => modelKey(model));
  return [...models].flatMap(([key, of]) => {
    const found = PROTOCOLS.flatMap((protocol): ModelFigures[] => {
      const asked = of.filter((run) => run.protocol === protocol);
      const base = asked.find(({ steering = [] }) => steering.length === 0);
      if (!base) return [];
      const control = controls.find((run) => modelKey(run.model) === key && run.protocol === protocol);
      const score = control && controlScore(control.answers);
      const pushes = asked.flatMap(axisRun);
      return [
        {
          key,
          model: base.model,
          protocol,
          ...(score ? { controls: score } : {}),
          n: base.answers.length,
          place: placeOf(base.answers, { projection, seed: base.seed }),
          pushed: Object.fromEntries(
            AXES.flatMap((axis) => {
              const figures = pushedFigures(base, pushes, axis);
              return figures ? [[axis, figures]] : [];
            }),
          ),
        },
      ];
    });
    const rank = ({ pushed, controls: score, n }: ModelFigures): number =>
      Object.keys(pushed).length * 1e6 + (score?.valid ? 1e5 : 0) + n;
    return found.sort((a, b) => rank(b) - rank(a)).slice(0, 1);
  });
}
