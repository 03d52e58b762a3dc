import { wholeOf } from '../runs/run-figures.ts';
import { pushWords } from '../runs/push-words.ts';
import { steeringOf, type Provenance, type Run, type RunKind } from '../runs/run.ts';
import { capital } from '../science/axis-words.ts';
import { mapPoint, type MapMode, type MapPoint, type Projection } from '../science/culture-map.ts';
import { directOf, type Direct, type ReportSurvey } from './direct.ts';
import { homeProbe, RunNames, type Experiment } from './experiment.ts';
import { measuringOf, type Measuring } from './measuring.ts';
import { methodSentences, PAPER } from './method.ts';
import { pushesOf, type ReportPush } from './pushes.ts';
import { sideEffectsOf, type ReportSideEffects } from './side-effects.ts';
import { standingOf, type Standing } from './standing.ts';
import { studiesOf, type ReportStudy } from './studies.ts';
import { warningsOf } from './warnings.ts';

/** What a report calls itself where programs read it. */
export const REPORT_FORMAT = { format: 'leeway-report', version: 1 } as const;

/** A human society beside the model. */
export interface ReportSociety extends MapPoint {
  readonly iso3: string;
  readonly name: string;
  readonly zone: string | null;
}

/** What a report is made with beside runs. */
export interface ReportMaterials {
  readonly projection: Projection;
  readonly societies: readonly ReportSociety[];
  /** Whose figures the societies and the projection are. */
  readonly sources: readonly string[];
  readonly survey: ReportSurvey;
  /** ISO time. */
  readonly made: string;
}

export interface ReportRun {
  readonly name: string;
  readonly key: string;
  readonly kind: RunKind;
  readonly labels?: string;
  /** Absent where nothing pushed. */
  readonly push?: string;
  readonly answers: number;
  /** Answers that make it whole. */
  readonly whole: number;
  readonly updated: string;
}

/** All that stored runs of one experiment say. */
export interface Report {
  readonly format: (typeof REPORT_FORMAT)['format'];
  readonly version: (typeof REPORT_FORMAT)['version'];
  readonly made: string;
  readonly provenance: {
    readonly model: Provenance['model'];
    readonly protocol: Provenance['protocol'];
    /** Every set of labels that was tried. */
    readonly labels: readonly string[];
    readonly system?: string;
    readonly scenarios: Provenance['scenarios'];
    readonly seeds: readonly number[];
    /** ISO times of the oldest and the newest run. */
    readonly first: string;
    readonly last: string;
  };
  readonly asked: readonly {
    readonly kind: RunKind;
    readonly runs: number;
    readonly pushed: number;
    readonly answers: number;
  }[];
  readonly warnings: readonly string[];
  readonly standing?: Standing;
  /** The society that stands nearest, by the map's first way of reading. */
  readonly nearest?: { readonly iso3: string; readonly name: string; readonly distance: number };
  readonly measuring: Measuring;
  /** Absent where the direct questions were not asked. */
  readonly direct?: Direct;
  readonly pushes: readonly ReportPush[];
  readonly studies: readonly ReportStudy[];
  readonly sideEffects: readonly ReportSideEffects[];
  readonly method: readonly string[];
  readonly citations: readonly string[];
  readonly runs: readonly ReportRun[];
}

/** How the map is read in reports. */
export const MODE: MapMode = 'centred';

const KINDS: readonly RunKind[] = ['probe', 'controls', 'survey', 'neutral'];

function runOf(run: Run, names: RunNames): ReportRun {
  const steering = steeringOf(run);
  return {
    name: names.of(run),
    key: run.key,
    kind: run.kind,
    ...(run.labels ? { labels: run.labels } : {}),
    ...(steering.length > 0 ? { push: capital(pushWords(steering)) } : {}),
    answers: run.answers.length,
    whole: wholeOf(run),
    updated: run.updated,
  };
}

function nearestOf(standing: Standing | undefined, societies: readonly ReportSociety[]): Report['nearest'] {
  const place = standing?.places.find(({ mode }) => mode === MODE);
  if (!place) return undefined;
  const by = societies.map(({ iso3, name, x, y }) => ({
    iso3,
    name,
    distance: Math.hypot(x - place.x.value, y - place.y.value),
  }));
  return by.reduce<Report['nearest']>(
    (best, one) => (best && best.distance <= one.distance ? best : one),
    undefined,
  );
}

/** Where a model stands on the report's map that is undecided everywhere. */
export const undecided = (projection: Projection): MapPoint =>
  mapPoint(new Map(projection.items.map((item) => [item, 0.5])), projection, MODE) ?? { x: 0, y: 0 };

/** A report in steps that take some 50 ms each, so that a page can live between them. */
export function* reportSteps(
  experiment: Experiment,
  { projection, societies, sources, survey, made }: ReportMaterials,
): Generator<undefined, Report> {
  const { model, protocol, system, scenarios, runs, probes } = experiment;
  const names = new RunNames(runs);
  const plain = homeProbe(experiment);
  const standing = plain && standingOf(plain, names, projection);
  yield undefined;
  const pushes = yield* pushesOf(experiment, names, projection);
  const studies = yield* studiesOf(experiment, names);
  const nearest = nearestOf(standing, societies);
  const direct = directOf(experiment, names, survey, projection);
  const times = runs.map(({ updated }) => updated).sort();
  const report: Omit<Report, 'warnings'> = {
    ...REPORT_FORMAT,
    made,
    provenance: {
      ...{ model, protocol, scenarios },
      labels: [...new Set(probes.map(({ labels }) => labels ?? 'AB'))],
      ...(system ? { system } : {}),
      seeds: [...new Set(runs.map(({ seed }) => seed))].sort((a, b) => a - b),
      first: times[0] ?? '',
      last: times.at(-1) ?? '',
    },
    asked: KINDS.flatMap((kind) => {
      const own = runs.filter((run) => run.kind === kind);
      const answers = own.reduce((sum, run) => sum + run.answers.length, 0);
      const pushed = own.filter((run) => steeringOf(run).length > 0).length;
      return own.length > 0 ? [{ kind, runs: own.length, pushed, answers }] : [];
    }),
    ...(standing ? { standing } : {}),
    ...(nearest ? { nearest } : {}),
    measuring: measuringOf(experiment, names),
    ...(direct ? { direct } : {}),
    pushes,
    studies,
    sideEffects: sideEffectsOf(experiment, names),
    method: methodSentences(protocol),
    citations: [PAPER, ...sources],
    runs: runs.map((run) => runOf(run, names)),
  };
  return { ...report, warnings: warningsOf(report) };
}

/** The same at once. */
export function makeReport(experiment: Experiment, materials: ReportMaterials): Report {
  const steps = reportSteps(experiment, materials);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
