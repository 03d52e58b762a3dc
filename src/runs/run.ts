import type { LoadedModel } from '../engine/shared/protocol.ts';
import type { Answer } from '../science/answer.ts';
import type { OrderReading } from '../science/choice.ts';
import type { ControlForm } from '../science/control.ts';
import type { Axis } from '../science/item.ts';
import type { LabelSet, Protocol } from '../science/prompt.ts';
import type { SurveyReading } from '../science/survey.ts';

/** The shape of stored runs; raised when a field changes its meaning. 1: probes alone, answers without their item. */
export const RUN_SCHEMA = 2;

/** A file that questions came from. */
export interface Material {
  readonly name: string;
  /** SHA-256 of the file's text. */
  readonly sha256: string;
  /** Questions in the file. */
  readonly n: number;
}

/** What a figure depends on: with these the run can be made again. */
export interface Provenance {
  readonly model: Pick<
    LoadedModel,
    'id' | 'revision' | 'dtype' | 'backend' | 'runtime' | 'layers' | 'hidden' | 'selfCheck'
  >;
  readonly protocol: Protocol;
  /** What the options were called; absent for A and B, and for cloze. */
  readonly labels?: LabelSet;
  readonly system?: string;
  readonly scenarios: Material;
  /** Seed of every resampling of this run. */
  readonly seed: number;
}

/** The steering that a run stood under. */
export interface SteeringRecord {
  /** What the vector was learned for, or the name of its file. */
  readonly vector: string;
  readonly axis?: Axis;
  readonly layer: number;
  readonly strength: number;
  readonly unit: 'norm' | 'raw';
  /** Training dilemmas that the vector was learned from. */
  readonly training?: { readonly sha256: string; readonly n: number };
}

interface StoredChoice {
  /** Place in the file, from 0. */
  readonly index: number;
  readonly positionBias?: number;
  readonly answerMass?: number;
  readonly orders?: readonly OrderReading[];
}

/** One answered dilemma. */
export interface StoredAnswer extends Answer, StoredChoice {}

/** One answered control question; log-odds are those of the right answer. */
export interface StoredControl extends StoredChoice {
  readonly id: string;
  readonly form: ControlForm;
  readonly logOddsHigh: number;
}

interface Stored extends Provenance {
  readonly schema: typeof RUN_SCHEMA;
  readonly key: string;
  /** ISO time of the last answer. */
  readonly updated: string;
  /** Token-layers of the answers, computed and naive; absent where an older run did not keep them. */
  readonly tokenLayers?: { readonly computed: number; readonly naive: number };
}

export interface ProbeRun extends Stored {
  readonly kind: 'probe';
  readonly steering?: SteeringRecord;
  readonly answers: readonly StoredAnswer[];
}

export interface ControlRun extends Stored {
  readonly kind: 'controls';
  readonly answers: readonly StoredControl[];
}

export interface SurveyRun extends Stored {
  readonly kind: 'survey';
  readonly answers: readonly SurveyReading[];
}

/** A stored experiment. */
export type Run = ProbeRun | ControlRun | SurveyRun;
export type RunKind = Run['kind'];

/** What makes two measurements of one model the same. */
export function modelKey({ id, revision, dtype, backend }: Provenance['model']): string {
  return [id, revision, dtype, backend].join('|');
}

/** The key under which a run is found again. */
export function runKey(kind: RunKind, run: Provenance & { readonly steering?: SteeringRecord }): string {
  const { model, protocol, labels, system, scenarios, steering } = run;
  return [
    kind,
    modelKey(model),
    protocol,
    scenarios.sha256,
    labels && labels !== 'AB' ? `labels=${labels}` : [],
    system ? `system=${system}` : [],
    steering
      ? [
          steering.vector,
          steering.layer,
          steering.strength,
          steering.unit,
          steering.training ? `${steering.training.sha256}/${steering.training.n}` : [],
        ]
      : [],
  ]
    .flat(2)
    .join('|');
}

/** What tells the answers of one run apart: a survey asks each question in two orders. */
export const answerKey = (answer: { readonly id: string; readonly order?: string }): string =>
  answer.order === undefined ? answer.id : `${answer.id} ${answer.order}`;
