import { itemOf } from '../science/item.ts';
import {
  RUN_SCHEMA,
  runKey,
  type ProbeRun,
  type Run,
  type StoredAnswer,
  type SteeringRecord,
} from './run.ts';

/** An answer as schema 1 kept it: its item and domain stood in its id alone. */
type OldAnswer = Omit<StoredAnswer, 'wvsId' | 'axis' | 'domain' | 'index'>;

/** A probe of schema 1. */
export interface OldProbe extends Omit<ProbeRun, 'schema' | 'kind' | 'answers' | 'scenarios' | 'steering'> {
  readonly schema: 1;
  readonly scenarios: { readonly name: string; readonly sha256: string };
  readonly steering?: Pick<SteeringRecord, 'axis' | 'layer' | 'strength' | 'unit'>;
  readonly answers: readonly OldAnswer[];
}

/** A probe of schema 1 in today's shape; undefined where an answer's id does not tell its item. */
export function fromFirstSchema(old: OldProbe): ProbeRun | undefined {
  const answers = old.answers.flatMap((answer, index): StoredAnswer[] => {
    const [, wvsId = '', domain = ''] = /^([^-]+)-(.+?)-(?:train-|test-)?\d+$/.exec(answer.id) ?? [];
    const item = itemOf(wvsId);
    return item ? [{ ...answer, index, wvsId, axis: item.axis, domain }] : [];
  });
  if (answers.length < old.answers.length) return undefined;
  const { steering, scenarios, ...rest } = old;
  const run = {
    ...rest,
    schema: RUN_SCHEMA,
    kind: 'probe' as const,
    scenarios: { ...scenarios, n: answers.length },
    ...(steering ? { steering: [{ ...steering, vector: `axis:${steering.axis ?? ''}` }] } : {}),
    answers,
  } satisfies ProbeRun;
  return { ...run, key: runKey('probe', run) };
}

/** A run of schema 2, whose steering was one vector. */
export type SecondSchema = Omit<Run, 'schema' | 'steering'> & {
  readonly schema: 2;
  readonly steering?: SteeringRecord;
};

/** A run of schema 2 in today's shape; its key stays what it was. */
export function fromSecondSchema({ steering, ...rest }: SecondSchema): Run {
  return { ...rest, ...(steering ? { steering: [steering] } : {}), schema: RUN_SCHEMA } as Run;
}
