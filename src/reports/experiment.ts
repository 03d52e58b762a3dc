import { grouped } from '../runs/grouped.ts';
import { askedKey } from '../runs/response-study.ts';
import {
  modelKey,
  steeringOf,
  type ControlRun,
  type NeutralRun,
  type ProbeRun,
  type Provenance,
  type Run,
  type SurveyRun,
} from '../runs/run.ts';

/** The runs of one model, asked the same dilemmas in one way. */
export interface Experiment {
  readonly key: string;
  readonly model: Provenance['model'];
  readonly protocol: Provenance['protocol'];
  readonly system?: string;
  readonly scenarios: Provenance['scenarios'];
  /** ISO time of the newest answer. */
  readonly updated: string;
  readonly probes: readonly ProbeRun[];
  /** Of the same model in the same protocol. */
  readonly controls: readonly ControlRun[];
  /** Of the same model. */
  readonly neutral: readonly NeutralRun[];
  readonly surveys: readonly SurveyRun[];
  /** All of these, the oldest first. */
  readonly runs: readonly Run[];
}

const byTime = (a: Run, b: Run): number => a.updated.localeCompare(b.updated) || a.key.localeCompare(b.key);

const ofModel = <Kind extends Run>(runs: readonly Run[], kind: Kind['kind'], key: string): Kind[] =>
  runs
    .filter((run): run is Kind => run.kind === kind && modelKey(run.model) === key && run.answers.length > 0)
    .sort(byTime);

/** The experiments that stored runs make up, the newest first. Each has a probe at least. */
export function experimentsOf(runs: readonly Run[]): Experiment[] {
  const probes = runs
    .filter((run): run is ProbeRun => run.kind === 'probe' && run.answers.length > 0)
    .sort(byTime);
  return [...grouped(probes, askedKey)]
    .flatMap(([key, own]): Experiment[] => {
      const [first] = own;
      if (!first) return [];
      const { model, protocol, system, scenarios } = first;
      const same = modelKey(model);
      const controls = ofModel<ControlRun>(runs, 'controls', same).filter(
        (run) => run.protocol === protocol && (run.system ?? '') === (system ?? ''),
      );
      const neutral = ofModel<NeutralRun>(runs, 'neutral', same);
      const surveys = ofModel<SurveyRun>(runs, 'survey', same);
      const all = [...own, ...controls, ...neutral, ...surveys].sort(byTime);
      return [
        {
          ...{ key, model, protocol, scenarios },
          ...(system ? { system } : {}),
          updated: all.at(-1)?.updated ?? first.updated,
          ...{ probes: own, controls, neutral, surveys, runs: all },
        },
      ];
    })
    .sort((a, b) => b.updated.localeCompare(a.updated));
}

const isPlain = (run: Run): boolean => steeringOf(run).length === 0;

/** The probe that nothing pushed, with the options called by these labels. */
export const plainProbe = (
  { probes }: Experiment,
  labels: NonNullable<Provenance['labels']> = 'AB',
): ProbeRun | undefined => probes.find((run) => isPlain(run) && (run.labels ?? 'AB') === labels);

/** The probe that tells where the model stands: with the usual labels, where it was asked with them. */
export const homeProbe = (experiment: Experiment): ProbeRun | undefined =>
  plainProbe(experiment) ?? plainOf(experiment.probes)[0];

/** Runs that nothing pushed, and those that something did. */
export const plainOf = <Kind extends Run>(runs: readonly Kind[]): Kind[] => runs.filter(isPlain);
export const pushedOf = <Kind extends Run>(runs: readonly Kind[]): Kind[] =>
  runs.filter((run) => !isPlain(run));

/** How reports call runs: by short names, whose keys stand in the report's list. */
export class RunNames {
  readonly #names: ReadonlyMap<string, string>;

  constructor(runs: readonly Run[]) {
    this.#names = new Map(runs.map(({ key }, i) => [key, `R${i + 1}`]));
  }

  of(run: Pick<Run, 'key'>): string {
    return this.#names.get(run.key) ?? run.key;
  }

  all(runs: readonly Pick<Run, 'key'>[]): string[] {
    return runs.map((run) => this.of(run));
  }
}
