import { responseStudies, type ResponseStudy } from '../runs/response-study.ts';
import type { Axis } from '../science/item.ts';
import type { LabelSet } from '../science/prompt.ts';
import type { PushUnit } from '../science/push.ts';
import type { EntanglementVerdict, Falsifier } from '../science/response/falsifier.ts';
import type { LinearRange } from '../science/response/linear-range.ts';
import type { RelabellingVerdict } from '../science/response/relabelling.ts';
import { responseReport, type AxisResponse } from '../science/response/report.ts';
import type { Experiment, RunNames } from './experiment.ts';
import { estimated, type Figure, type Source } from './figure.ts';
import { matrixOf, perUnit, type ReportMatrix } from './matrices.ts';

/** How far a push of one axis drags the other along, and what that says of the claim that they are entangled. */
export interface ReportLeeway {
  /** Other over own; its interval is there where the own slope is not 0 for sure. */
  readonly ratio: Figure;
  readonly own: number;
  readonly other: number;
  /** min/max of |shift|, the paper's: biased where either is near 0. */
  readonly paper: number;
  /** The 90 % interval of two one-sided tests. */
  readonly equivalence?: { readonly low: number; readonly high: number };
  readonly verdict: EntanglementVerdict;
}

export interface ReportAxis {
  readonly axis: Axis;
  readonly leeway: ReportLeeway;
  readonly orthogonal?: ReportLeeway;
  readonly linear?: LinearRange;
  readonly flip?: { readonly up: Figure; readonly down: Figure; readonly difference: Figure };
  readonly bias?: Figure;
  readonly relabelling?: {
    readonly verdict: RelabellingVerdict;
    readonly pushes?: 'letter' | 'position';
    readonly effects: readonly {
      readonly labels: LabelSet;
      readonly own: Figure;
      readonly label: Figure;
      readonly fromAB?: Figure;
    }[];
  };
}

export interface ReportStudy {
  readonly layer: number;
  readonly unit: PushUnit;
  readonly training?: { readonly sha256: string; readonly n: number };
  readonly n: number;
  readonly random: number;
  readonly matrices: readonly ReportMatrix[];
  readonly axes: readonly ReportAxis[];
  readonly runs: readonly string[];
}

function leewayOf(
  { leeway, equivalence, verdict }: Falsifier,
  n: number,
  runs: readonly string[],
): ReportLeeway {
  const { own, other, ratio, interval, paper } = leeway;
  return {
    ratio: {
      value: ratio,
      ...(interval ? { low: interval.low, high: interval.high } : {}),
      ...{ n, unit: 'shift of the other axis for each nat of its own', runs },
    },
    ...{ own, other, paper, verdict },
    ...(equivalence ? { equivalence: { low: equivalence.low, high: equivalence.high } } : {}),
  };
}

/** Runs of a study by the vectors that they stood under; the unpushed ones belong to all of them. */
class StudyRuns {
  constructor(
    private readonly study: ResponseStudy,
    private readonly names: RunNames,
  ) {}

  of(
    isMeant: (
      record: NonNullable<ResponseStudy['runs'][number]['steering']>[number],
      labels: LabelSet,
    ) => boolean,
  ): string[] {
    return this.names.all(
      this.study.runs.filter(({ steering, labels = 'AB' }) => {
        const [record] = steering ?? [];
        return record ? isMeant(record, labels) : labels === 'AB';
      }),
    );
  }

  /** The runs under one made vector, or under what is left of it beside the other's. */
  direction(vector: string, method?: 'orthogonal'): string[] {
    return this.of(
      (record, labels) =>
        labels === 'AB' &&
        record.vector === vector &&
        (method ? record.method === method : (record.method ?? 'mean') === 'mean'),
    );
  }
}

function axisOf(response: AxisResponse, study: ResponseStudy, runs: StudyRuns): ReportAxis {
  const { axis, falsifier, linear, flip, bias, relabelling, orthogonal } = response;
  const vector = `axis:${axis}`;
  const own = runs.direction(vector);
  const source: Source = { unit: perUnit(study.unit), runs: own };
  const labelled = (set: LabelSet): Source => ({
    ...source,
    runs: set === 'AB' ? own : runs.of((record, labels) => labels === set && record.vector === vector),
  });
  return {
    axis,
    leeway: leewayOf(falsifier, study.n, own),
    ...(orthogonal
      ? { orthogonal: leewayOf(orthogonal, study.n, runs.direction(vector, 'orthogonal')) }
      : {}),
    ...(linear ? { linear } : {}),
    ...(flip
      ? {
          flip: {
            up: estimated(flip.up, source),
            down: estimated(flip.down, source),
            difference: estimated(flip.difference, source),
          },
        }
      : {}),
    ...(bias
      ? { bias: estimated(bias, { ...source, unit: 'nats toward the first label for each unit' }) }
      : {}),
    ...(relabelling
      ? {
          relabelling: {
            verdict: relabelling.verdict,
            ...(relabelling.pushes ? { pushes: relabelling.pushes } : {}),
            effects: relabelling.effects.map(({ labels, own: effect, label, fromAB }) => ({
              labels,
              own: estimated(effect, labelled(labels)),
              label: estimated(label, labelled(labels)),
              ...(fromAB ? { fromAB: estimated(fromAB, labelled(labels)) } : {}),
            })),
          },
        }
      : {}),
  };
}

function studyOf(study: ResponseStudy, names: RunNames): ReportStudy {
  const runs = new StudyRuns(study, names);
  const { axis, item, domain, orthogonal, axes } = responseReport(study, { seed: study.provenance.seed });
  const made = (row: string): Source => ({ unit: perUnit(study.unit), runs: runs.direction(row) });
  const atRandom = runs.of((record, labels) => labels === 'AB' && record.method === 'random');
  const freed = (row: string): Source => ({
    unit: perUnit(study.unit),
    runs: runs.direction(row, 'orthogonal'),
  });
  return {
    layer: study.layer,
    unit: study.unit,
    ...(study.training ? { training: study.training } : {}),
    n: study.n,
    random: study.random.length,
    matrices: [
      ...(axis ? [matrixOf('axis', axis, made, atRandom)] : []),
      ...(orthogonal ? [matrixOf('orthogonal', orthogonal, freed, atRandom)] : []),
      ...(item ? [matrixOf('item', item, made, atRandom)] : []),
      ...Object.entries(domain).map(([of, matrix]) => matrixOf('domain', matrix, made, atRandom, of as Axis)),
    ],
    axes: axes.map((one) => axisOf(one, study, runs)),
    runs: names.all(study.runs),
  };
}

/** The response studies that an experiment's probes make up; one at a time. */
export function* studiesOf({ probes }: Experiment, names: RunNames): Generator<undefined, ReportStudy[]> {
  const studies: ReportStudy[] = [];
  for (const study of responseStudies(probes)) {
    studies.push(studyOf(study, names));
    yield undefined;
  }
  return studies;
}
