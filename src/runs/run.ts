import type { LoadedModel } from '../engine/shared/protocol.ts';
import type { Answer } from '../science/answer.ts';
import type { OrderReading } from '../science/choice.ts';
import type { ControlForm } from '../science/control.ts';
import type { Axis } from '../science/item.ts';
import type { PushPlace, PushUnit, PushWay } from '../science/push.ts';
import type { LabelSet, Protocol } from '../science/prompt.ts';
import type { PassageReading } from '../science/side-effects.ts';
import type { SurveyReading } from '../science/survey.ts';
import type { VectorMethod } from './vector-method.ts';

/**
 * The shape of stored runs; raised when a field changes its meaning. 1: probes alone, answers without their item. 2: one
 * vector at most, added at every position.
 */
export const RUN_SCHEMA = 3;

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

/** One vector of the steering that a run stood under. */
export interface SteeringRecord {
  /** What the vector was learned for (see `selectionName`), or the name of its file. */
  readonly vector: string;
  readonly axis?: Axis;
  /** How the vector was made; absent for the mean difference. */
  readonly method?: VectorMethod;
  readonly layer: number;
  readonly strength: number;
  readonly unit: PushUnit;
  /** Absent where the vector is added. */
  readonly way?: PushWay;
  /** Absent where it acts at every position. */
  readonly at?: PushPlace;
  /** The file that the vector was learned from or came in, and how many of its pairs were read. */
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

/** One neutral passage, as it was read. */
export interface StoredPassage extends PassageReading {
  /** Place in the file, from 0. */
  readonly index: number;
}

interface Stored extends Provenance {
  readonly schema: typeof RUN_SCHEMA;
  readonly key: string;
  /** ISO time of the last answer. */
  readonly updated: string;
  /** Token-layers of the answers, computed and naive; absent where an older run did not keep them. */
  readonly tokenLayers?: { readonly computed: number; readonly naive: number };
}

interface Pushed extends Stored {
  /** The vectors it stood under, `inOrder`; absent where there was none. */
  readonly steering?: readonly SteeringRecord[];
}

export interface ProbeRun extends Pushed {
  readonly kind: 'probe';
  readonly answers: readonly StoredAnswer[];
}

export interface ControlRun extends Pushed {
  readonly kind: 'controls';
  readonly answers: readonly StoredControl[];
}

export interface SurveyRun extends Stored {
  readonly kind: 'survey';
  readonly answers: readonly SurveyReading[];
}

/** Neutral passages, read for what a push does beside what it is meant to do. They are read, not asked: `protocol` is cloze. */
export interface NeutralRun extends Pushed {
  readonly kind: 'neutral';
  readonly answers: readonly StoredPassage[];
}

/** A stored experiment. */
export type Run = ProbeRun | ControlRun | SurveyRun | NeutralRun;
export type RunKind = Run['kind'];

/** The vectors that a run stood under; none where nothing was pushed, or where its kind knows no push. */
export const steeringOf = (run: Run): readonly SteeringRecord[] =>
  (run.kind !== 'survey' && run.steering) || [];

/** What makes two measurements of one model the same. */
export function modelKey({ id, revision, dtype, backend }: Provenance['model']): string {
  return [id, revision, dtype, backend].join('|');
}

/** What makes two vectors of a steering the same, as texts. */
export const steeringTraits = (one: SteeringRecord): readonly string[] => [
  one.vector,
  ...(one.method && one.method !== 'mean' ? [one.method] : []),
  String(one.layer),
  String(one.strength),
  one.unit,
  ...(one.way && one.way !== 'add' ? [one.way] : []),
  ...(one.at && one.at !== 'all' ? [one.at] : []),
  ...(one.training ? [`${one.training.sha256}/${one.training.n}`] : []),
];

/** The vectors of a steering in the order in which they are stored: their sum does not depend on it, keys do. */
export const inOrder = (steering: readonly SteeringRecord[]): readonly SteeringRecord[] =>
  [...steering].sort((a, b) => {
    const [first, second] = [a, b].map((one) => steeringTraits(one).join('|'));
    return a.layer - b.layer || (first ?? '').localeCompare(second ?? '', 'en');
  });

/** The key under which a run is found again. */
export function runKey(
  kind: RunKind,
  run: Provenance & { readonly steering?: readonly SteeringRecord[] },
): string {
  const { model, protocol, labels, system, scenarios, steering = [] } = run;
  return [
    kind,
    modelKey(model),
    protocol,
    scenarios.sha256,
    labels && labels !== 'AB' ? `labels=${labels}` : [],
    system ? `system=${system}` : [],
    ...inOrder(steering).map(steeringTraits),
  ]
    .flat()
    .join('|');
}

/** What tells the answers of one run apart: a survey asks each question in two orders. */
export const answerKey = (answer: { readonly id: string; readonly order?: string }): string =>
  answer.order === undefined ? answer.id : `${answer.id} ${answer.order}`;
