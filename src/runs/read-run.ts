import { LeewayError } from '../errors/leeway-error.ts';
import type { OrderReading } from '../science/choice.ts';
import { CONTROL_FORMS } from '../science/control.ts';
import { AXES, itemOf } from '../science/item.ts';
import { PUSH_PLACES, PUSH_UNITS, PUSH_WAYS } from '../science/push.ts';
import { LABEL_SETS, PROTOCOLS, type LabelSet } from '../science/prompt.ts';
import { SCALE_ORDERS, type SurveyReading } from '../science/survey.ts';
import { fromFirstSchema, type OldProbe } from './migration.ts';
import { Part, runFault } from './part.ts';
import {
  answerKey,
  inOrder,
  RUN_SCHEMA,
  runKey,
  type ProbeRun,
  type Provenance,
  type Run,
  type SteeringRecord,
  type StoredAnswer,
  type StoredControl,
  type StoredPassage,
} from './run.ts';
import { VECTOR_METHODS } from './vector-method.ts';

/** How faults name the places of a file. */
export interface Whereabouts {
  readonly run: string;
  readonly answer: (index: number) => string;
  /** How the file spells field names; as the program does where absent. */
  readonly spell?: (name: string) => string;
}

const LABELS = Object.keys(LABEL_SETS) as readonly LabelSet[];
const LETTERS = ['A', 'B'] as const;
const KINDS = ['probe', 'controls', 'survey', 'neutral'] as const;

/** JSON has no infinity: a machine that is wholly wrong drifts by null. */
const drift = (part: Part, name: string): number =>
  part.value('state') === 'drift' && (part.value(name) === null || part.value(name) === Infinity)
    ? Infinity
    : part.finite(name);

function selfCheckOf(part: Part): Provenance['model']['selfCheck'] {
  const state = part.oneOf('state', ['passed', 'drift', 'not-made']);
  return state === 'not-made'
    ? { state, why: part.text('why') }
    : {
        state,
        logits: drift(part, 'logits'),
        residual: drift(part, 'residual'),
        tolerance: part.finite('tolerance'),
      };
}

const modelOf = (part: Part): Provenance['model'] => ({
  id: part.word('id'),
  revision: part.text('revision'),
  dtype: part.word('dtype'),
  backend: part.oneOf('backend', ['webgpu', 'wasm']),
  runtime: part.text('runtime'),
  layers: part.count('layers'),
  hidden: part.count('hidden'),
  selfCheck: selfCheckOf(part.part('selfCheck')),
});

function steeringOf(part: Part): SteeringRecord {
  return {
    vector: part.word('vector'),
    ...part.optional('axis', (name) => part.oneOf(name, AXES)),
    layer: part.count('layer'),
    strength: part.finite('strength'),
    unit: part.oneOf('unit', PUSH_UNITS),
    ...part.optional('method', (name) => part.oneOf(name, VECTOR_METHODS)),
    ...part.optional('way', (name) => part.oneOf(name, PUSH_WAYS)),
    ...part.optional('at', (name) => part.oneOf(name, PUSH_PLACES)),
    ...part.optional('training', (name) => {
      const training = part.part(name);
      return { sha256: training.hash('sha256'), n: training.count('n') };
    }),
  };
}

/** The vectors of a steering: a list, or the one of a run of schema 2. */
function steeringsOf(part: Part): readonly SteeringRecord[] {
  const value = part.value('steering');
  if (!Array.isArray(value)) return [steeringOf(part.part('steering'))];
  if (value.length === 0) throw part.fault('steering', 'names no vector');
  return inOrder(value.map((one, i) => steeringOf(part.child(one, `${part.where}, steering ${i + 1}`))));
}

function orderOf(part: Part): OrderReading {
  return { highAt: part.oneOf('highAt', LETTERS), logPA: part.finite('logPA'), logPB: part.finite('logPB') };
}

/** Both orders of a letters question, each once. */
function ordersOf(part: Part): readonly OrderReading[] {
  const orders = part
    .list('orders')
    .map((order, i) => orderOf(part.child(order, `${part.where}, order ${i + 1}`)));
  if (orders.length !== 2 || orders[0]?.highAt === orders[1]?.highAt)
    throw part.fault('orders', 'should hold both orders, each once');
  return orders;
}

const choiceOf = (part: Part) => ({
  logOddsHigh: part.finite('logOddsHigh'),
  ...part.optional('positionBias', (name) => part.finite(name)),
  ...part.optional('answerMass', (name) => part.share(name)),
  ...part.optional('orders', () => ordersOf(part)),
});

function answerOf(part: Part): StoredAnswer {
  const wvsId = part.word('wvsId');
  const item = itemOf(wvsId);
  const axis = part.oneOf('axis', AXES);
  if (item && item.axis !== axis) throw part.fault('axis', `is not that of ${wvsId}, which is ${item.axis}`);
  const [index, id, domain] = [part.count('index'), part.word('id'), part.text('domain')];
  return { index, id, wvsId, axis, domain, ...choiceOf(part) };
}

const controlOf = (part: Part): StoredControl => ({
  index: part.count('index'),
  id: part.word('id'),
  form: part.oneOf('form', CONTROL_FORMS),
  ...choiceOf(part),
});

function passageOf(part: Part): StoredPassage {
  const [index, id] = [part.count('index'), part.word('id')];
  const [tokens, logLikelihood, kl] = [part.count('tokens'), part.finite('logLikelihood'), part.finite('kl')];
  if (tokens === 0) throw part.fault('tokens', 'counts none');
  if (kl < 0) throw part.fault('kl', 'is below 0, which no divergence is');
  return { index, id, tokens, logLikelihood, kl };
}

/** An upper bound: openings that begin with one another are counted twice, so that it may pass 1. */
function sentenceOf(part: Part): number {
  const sum = part.finite('sentence');
  if (sum < 0) throw part.fault('sentence', 'is not a probability');
  return sum;
}

function readingOf(part: Part): SurveyReading {
  const points = part.list('points').map((value): number => {
    if (typeof value !== 'number' || !(value >= 0) || value > 1.001)
      throw part.fault('points', 'holds something that is not a probability');
    return value;
  });
  if (points.length < 2) throw part.fault('points', 'has fewer than two probabilities');
  return {
    id: part.word('id'),
    order: part.oneOf('order', SCALE_ORDERS),
    points,
    sentence: sentenceOf(part),
  };
}

const materialOf = (part: Part): Provenance['scenarios'] => ({
  name: part.text('name'),
  sha256: part.hash('sha256'),
  n: part.count('n'),
});

function answersOf<Answer extends { readonly id: string }>(
  part: Part,
  { answer, spell }: Whereabouts,
  read: (part: Part) => Answer,
): readonly Answer[] {
  const seen = new Set<string>();
  return part.list('answers').map((value, index) => {
    const one = read(Part.of(value, answer(index), spell));
    const key = answerKey(one);
    if (seen.has(key)) throw runFault(answer(index), `${one.id} is answered twice`);
    seen.add(key);
    return one;
  });
}

/** A probe of the first schema, whose answers did not tell their item. */
function firstSchemaOf(part: Part, where: Whereabouts): ProbeRun {
  const scenarios = part.part('scenarios');
  const old: OldProbe = {
    schema: 1,
    key: '',
    updated: part.time('updated'),
    model: modelOf(part.part('model')),
    protocol: part.oneOf('protocol', PROTOCOLS),
    scenarios: { name: scenarios.text('name'), sha256: scenarios.hash('sha256') },
    seed: part.finite('seed'),
    ...part.optional('steering', () => {
      const steering = part.part('steering');
      return {
        axis: steering.oneOf('axis', AXES),
        layer: steering.count('layer'),
        strength: steering.finite('strength'),
        unit: steering.oneOf('unit', ['norm', 'raw'] as const),
      };
    }),
    answers: answersOf(part, where, (one) => ({ id: one.word('id'), ...choiceOf(one) })),
  };
  const run = fromFirstSchema(old);
  if (!run) throw part.fault('answers', 'hold a dilemma whose id does not tell its item');
  return run;
}

/** The kind of run with its answers. */
function contentOf(part: Part, where: Whereabouts) {
  const kind = part.oneOf('kind', KINDS);
  const pushed = kind === 'survey' ? {} : part.optional('steering', () => steeringsOf(part));
  switch (kind) {
    case 'controls':
      return { kind, ...pushed, answers: answersOf(part, where, controlOf) };
    case 'survey':
      return { kind, answers: answersOf(part, where, readingOf) };
    case 'neutral':
      return { kind, ...pushed, answers: answersOf(part, where, passageOf) };
    case 'probe':
      return { kind, ...pushed, answers: answersOf(part, where, answerOf) };
  }
}

/**
 * Reads one run of a file: every field is checked, what is not known is left out, the key is made anew.
 * @throws LeewayError run-invalid with run and answer, run-newer for a schema of a later version.
 */
export function readRun(value: unknown, where: Whereabouts): Run {
  const part = Part.of(value, where.run, where.spell);
  const schema = part.count('schema');
  if (schema > RUN_SCHEMA) throw newerVersion(where.run);
  if (schema === 1) return firstSchemaOf(part, where);
  if (schema < 1) throw part.fault('schema', 'is none that ever was');
  const content = contentOf(part, where);
  const provenance = {
    model: modelOf(part.part('model')),
    protocol: part.oneOf('protocol', PROTOCOLS),
    ...part.optional('labels', (name) => part.oneOf(name, LABELS)),
    ...part.optional('system', (name) => part.text(name)),
    scenarios: materialOf(part.part('scenarios')),
    seed: part.finite('seed'),
  };
  return {
    schema: RUN_SCHEMA,
    key: runKey(content.kind, { ...provenance, ...content }),
    updated: part.time('updated'),
    ...provenance,
    ...part.optional('tokenLayers', (name) => {
      const work = part.part(name);
      return { computed: work.finite('computed'), naive: work.finite('naive') };
    }),
    ...content,
  };
}

/** The fault of a file that a later version of the program wrote. */
export const newerVersion = (where: string): LeewayError =>
  new LeewayError(
    'run-newer',
    `${where} was made by a newer version of this program.`,
    'Reload the page to get the newest version, then read the file again.',
  );
