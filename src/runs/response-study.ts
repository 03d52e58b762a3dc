import { readSelection, type SelectionKind } from '../science/directions/selection.ts';
import type { Axis } from '../science/item.ts';
import type { LabelSet } from '../science/prompt.ts';
import type { PushUnit } from '../science/push.ts';
import { sizesOf, type Dose } from '../science/response/dose.ts';
import type { PushedDirection } from '../science/response/matrix.ts';
import type { LabelledDose } from '../science/response/relabelling.ts';
import type { ResponseData } from '../science/response/report.ts';
import { grouped } from './grouped.ts';
import {
  modelKey,
  type ProbeRun,
  type Provenance,
  type Run,
  type SteeringRecord,
  type StoredAnswer,
} from './run.ts';

/** The runs that together tell how one model answers pushes at one layer. */
export interface ResponseStudy extends ResponseData {
  readonly key: string;
  /** Of the runs: all that they have in common. */
  readonly provenance: Provenance;
  readonly layer: number;
  readonly unit: PushUnit;
  /** What the vectors were learned from; absent where the runs do not say. */
  readonly training?: SteeringRecord['training'];
  /** Which kinds of vectors are in. */
  readonly kinds: readonly SelectionKind[];
  /** Dilemmas behind it, at most. */
  readonly n: number;
  /** ISO time of the newest answer. */
  readonly updated: string;
  readonly tokenLayers: { readonly computed: number; readonly naive: number };
  readonly runs: readonly ProbeRun[];
}

const KINDS: readonly SelectionKind[] = ['axis', 'item', 'domain', 'all'];

interface PushedRun {
  readonly run: ProbeRun;
  readonly record: SteeringRecord;
}

type StudyDose = Dose & LabelledDose & { readonly answers: readonly StoredAnswer[] };

/** What probes have in common that were asked of one model in one way. */
export const askedKey = ({ model, protocol, scenarios, system }: ProbeRun): string =>
  [modelKey(model), protocol, scenarios.sha256, system ?? ''].join('|');

const studyKey = ({ run, record: { layer, unit, training } }: PushedRun): string =>
  [askedKey(run), layer, unit, training?.sha256 ?? '', training?.n ?? ''].join('|');

/** A run under a single vector that is added at every position. */
function pushedRun(run: ProbeRun): PushedRun[] {
  const [record, ...others] = run.steering ?? [];
  const isPlain = record && (record.way ?? 'add') === 'add' && (record.at ?? 'all') === 'all';
  return isPlain && others.length === 0 ? [{ run, record }] : [];
}

/**
 * The doses of one vector: those that most dilemmas were asked at, strengths that were tried both ways, and 0. A slider's
 * stray strength, or one that is still being asked, is none of them.
 */
function dosesOf(runs: readonly PushedRun[], plain: ProbeRun | undefined): StudyDose[] {
  const most = Math.max(...runs.map(({ run }) => run.answers.length));
  const doses = runs
    .filter(({ run }) => run.answers.length === most)
    .map(({ run, record }): StudyDose => ({ strength: record.strength, answers: run.answers }));
  const sizes = sizesOf(doses);
  const both = doses.filter(({ strength }) =>
    sizes.some((size) => Math.abs(size - Math.abs(strength)) < 1e-9),
  );
  if (both.length === 0) return [];
  return [...(plain ? [{ strength: 0, answers: plain.answers }] : []), ...both].sort(
    (a, b) => a.strength - b.strength,
  );
}

/** Directions by what their vectors are called. */
function directionsOf(runs: readonly PushedRun[], plain: ProbeRun | undefined): PushedDirection[] {
  return [...grouped(runs, ({ record }) => record.vector)]
    .flatMap(([name, own]) => {
      const doses = dosesOf(own, plain);
      return doses.length > 0 ? [{ name, doses }] : [];
    })
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

/** Shuffled directions by what they stand for: `shuffled:3/axis:…` for `axis:…`. */
function shuffledOf(directions: readonly PushedDirection[]): Map<string, PushedDirection[]> {
  return grouped(directions, ({ name }) => name.slice(name.indexOf('/') + 1));
}

/** The axes' own vectors under each set of labels that was tried, where more than one was. */
function labelledOf(
  runs: readonly PushedRun[],
  plain: ReadonlyMap<LabelSet, ProbeRun>,
): Map<Axis, Partial<Record<LabelSet, readonly LabelledDose[]>>> {
  const found = new Map<Axis, Partial<Record<LabelSet, readonly LabelledDose[]>>>();
  const own = runs.filter(({ record }) => record.axis !== undefined && isMade(record));
  for (const [axis, group] of grouped(own, ({ record }) => record.axis ?? '')) {
    const byLabels: Partial<Record<LabelSet, readonly LabelledDose[]>> = {};
    for (const [labels, some] of grouped(group, ({ run }) => run.labels ?? 'AB')) {
      const doses = dosesOf(some, plain.get(labels as LabelSet)) as LabelledDose[];
      if (doses.length > 0) byLabels[labels as LabelSet] = doses;
    }
    if (Object.keys(byLabels).length > 1) found.set(axis as Axis, byLabels);
  }
  return found;
}

const isMade = ({ method, vector }: SteeringRecord): boolean =>
  (method === undefined || method === 'mean') && readSelection(vector) !== undefined;

function studyOf(key: string, group: readonly PushedRun[], plains: readonly ProbeRun[]): ResponseStudy[] {
  const [first] = group;
  if (!first) return [];
  const plain = new Map(plains.map((run) => [run.labels ?? 'AB', run] as const));
  const usual = group.filter(({ run }) => (run.labels ?? 'AB') === 'AB');
  const by = (method: SteeringRecord['method']): PushedDirection[] =>
    directionsOf(
      usual.filter(({ record }) => record.method === method),
      plain.get('AB'),
    );
  const made = directionsOf(
    usual.filter(({ record }) => isMade(record)),
    plain.get('AB'),
  );
  if (made.length === 0) return [];
  const { model, protocol, scenarios, seed, system } = first.run;
  const runs = [...plains, ...group.map(({ run }) => run)];
  const kinds = new Set(made.map(({ name }) => readSelection(name)?.kind));
  return [
    {
      key,
      provenance: { model, protocol, scenarios, seed, ...(system ? { system } : {}) },
      layer: first.record.layer,
      unit: first.record.unit,
      ...(first.record.training ? { training: first.record.training } : {}),
      kinds: KINDS.filter((kind) => kinds.has(kind)),
      n: Math.max(...made.flatMap(({ doses }) => doses.map(({ answers }) => answers.length))),
      updated: runs.map(({ updated }) => updated).reduce((a, b) => (a > b ? a : b)),
      tokenLayers: {
        computed: runs.reduce((sum, { tokenLayers }) => sum + (tokenLayers?.computed ?? 0), 0),
        naive: runs.reduce((sum, { tokenLayers }) => sum + (tokenLayers?.naive ?? 0), 0),
      },
      runs,
      made,
      orthogonal: by('orthogonal'),
      random: by('random'),
      shuffled: shuffledOf(by('shuffled')),
      labelled: labelledOf(group, plain),
    },
  ];
}

/**
 * The studies that stored runs make up, the newest first: probes of one model, asked in one way, under single vectors of
 * one training at one layer. Strengths count where they were tried both ways.
 */
export function responseStudies(runs: readonly Run[]): ResponseStudy[] {
  const probes = runs.filter((run): run is ProbeRun => run.kind === 'probe' && run.answers.length > 0);
  const plains = grouped(
    probes.filter(({ steering }) => !steering?.length),
    askedKey,
  );
  const pushed = grouped(probes.flatMap(pushedRun), studyKey);
  return [...pushed]
    .flatMap(([key, group]) => studyOf(key, group, plains.get(askedKey((group[0] as PushedRun).run)) ?? []))
    .sort((a, b) => b.updated.localeCompare(a.updated));
}

/** The other layers of a study's model at which its axes' vectors were tried in the same way, lowest first. */
export function layersOf(study: ResponseStudy, among: readonly ResponseStudy[]): ResponseStudy[] {
  const like = ({ provenance, unit, training }: ResponseStudy): string =>
    [
      modelKey(provenance.model),
      ...[provenance.protocol, provenance.scenarios.sha256, provenance.system ?? '', unit],
      ...[training?.sha256 ?? '', training?.n ?? ''],
    ].join('|');
  return among.filter((one) => like(one) === like(study)).sort((a, b) => a.layer - b.layer);
}
