import fc from 'fast-check';
import type { OrderReading } from '../../../src/science/choice.ts';
import { AXES, ITEMS } from '../../../src/science/item.ts';
import {
  answerKey,
  inOrder,
  RUN_SCHEMA,
  runKey,
  type Provenance,
  type Run,
  type RunKind,
  type SteeringRecord,
  type StoredAnswer,
  type StoredControl,
  type StoredPassage,
} from '../../../src/runs/run.ts';
import { VECTOR_METHODS } from '../../../src/runs/vector-method.ts';
import { PUSH_PLACES, PUSH_UNITS, PUSH_WAYS } from '../../../src/science/push.ts';
import type { SurveyReading } from '../../../src/science/survey.ts';

/** JSON and CSV know no negative zero. */
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const awkward = fc.oneof(
  word,
  fc.constantFrom('=1+1', "'-x", 'a,"b"\r\nc', ' padded ', 'a + b', '++', '\tTab', "''", 'ä–😀'),
);
const share = fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0);
const count = fc.nat({ max: 600 });
const hash = fc.stringMatching(/^[0-9a-f]{64}$/);
const time = fc
  .date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
const optional = <Name extends string, Value>(name: Name, value: fc.Arbitrary<Value>) =>
  fc
    .option(value, { nil: undefined })
    .map((of) => (of === undefined ? {} : { [name]: of }) as { readonly [Key in Name]?: Value });

const model: fc.Arbitrary<Provenance['model']> = fc.record({
  id: awkward,
  revision: awkward,
  dtype: fc.constantFrom('fp32', 'q4f16', 'Q4_1'),
  backend: fc.constantFrom('webgpu' as const, 'wasm' as const),
  runtime: awkward,
  layers: count,
  hidden: count,
  selfCheck: fc.oneof(
    fc.record({ state: fc.constant('not-made' as const), why: awkward }),
    fc.record({
      state: fc.constant('passed' as const),
      logits: share,
      residual: share,
      tolerance: share,
    }),
    fc.record({
      state: fc.constant('drift' as const),
      logits: fc.oneof(number, fc.constant(Infinity)),
      residual: number,
      tolerance: share,
    }),
  ),
});

const merged = <A extends object, B extends object>(a: fc.Arbitrary<A>, b: fc.Arbitrary<B>) =>
  fc.tuple(a, b).map(([one, other]): A & B => ({ ...one, ...other }));

const provenance: fc.Arbitrary<Provenance> = fc
  .tuple(
    fc.record({
      model,
      protocol: fc.constantFrom('letters' as const, 'letters-chat' as const, 'cloze' as const),
      scenarios: fc.record({ name: awkward, sha256: hash, n: count }),
      seed: fc.integer(),
    }),
    optional('labels', fc.constantFrom('AB' as const, 'XY' as const, '12' as const)),
    optional('system', awkward),
  )
  .map(([base, labels, system]) => ({ ...base, ...labels, ...system }));

const orders: fc.Arbitrary<readonly OrderReading[]> = fc
  .tuple(number, number, number, number)
  .map(([a, b, c, d]) => [
    { highAt: 'A', logPA: a, logPB: b },
    { highAt: 'B', logPA: c, logPB: d },
  ]);

const choice = fc
  .tuple(number, optional('positionBias', number), optional('answerMass', share), optional('orders', orders))
  .map(([logOddsHigh, bias, mass, both]) => ({ logOddsHigh, ...bias, ...mass, ...both }));

const own = fc.record({ wvsId: fc.constant('Z001'), axis: fc.constantFrom(...AXES) });
const known = fc.constantFrom(...ITEMS).map(({ code, axis }) => ({ wvsId: code, axis }));

const answer: fc.Arbitrary<StoredAnswer> = merged(
  fc.record({ index: count, id: awkward, domain: awkward }),
  merged(fc.oneof(known, own), choice),
);
const control: fc.Arbitrary<StoredControl> = merged(
  fc.record({ index: count, id: awkward, form: fc.constantFrom('dilemma' as const, 'plain' as const) }),
  choice,
);
const reading: fc.Arbitrary<SurveyReading> = fc.record({
  id: awkward,
  order: fc.constantFrom('forward' as const, 'backward' as const),
  points: fc.array(share, { minLength: 2, maxLength: 10 }),
  sentence: share,
});

const passage: fc.Arbitrary<StoredPassage> = fc.record({
  index: count,
  id: awkward,
  tokens: fc.integer({ min: 1, max: 600 }),
  logLikelihood: number,
  kl: number.map(Math.abs),
});

const vector = fc
  .tuple(
    fc.record({
      vector: awkward,
      layer: count,
      strength: number,
      unit: fc.constantFrom(...PUSH_UNITS),
    }),
    optional('axis', fc.constantFrom(...AXES)),
    optional('method', fc.constantFrom(...VECTOR_METHODS)),
    optional('way', fc.constantFrom(...PUSH_WAYS)),
    optional('at', fc.constantFrom(...PUSH_PLACES)),
    optional('training', fc.record({ sha256: hash, n: count })),
  )
  .map(([base, ...more]): SteeringRecord => Object.assign({}, base, ...more));
const steering = fc.array(vector, { minLength: 1, maxLength: 3 }).map(inOrder);

const several = <Answer extends { readonly id: string }>(of: fc.Arbitrary<Answer>) =>
  fc.uniqueArray(of, { selector: answerKey, minLength: 1, maxLength: 6 });

const head = fc
  .tuple(provenance, time, optional('tokenLayers', fc.record({ computed: count, naive: count })))
  .map(([of, updated, work]) => ({ schema: RUN_SCHEMA, updated, ...of, ...work }) as const);

const keyed = <Of extends { readonly kind: RunKind }>(run: Of & Provenance) =>
  ({ ...run, key: runKey(run.kind, run) }) as unknown as Run;

export const probeRun = fc
  .tuple(head, optional('steering', steering), several(answer))
  .map(([of, push, answers]) => keyed({ ...of, kind: 'probe' as const, ...push, answers }));

/** Any run that the program could have stored. */
export const anyRun: fc.Arbitrary<Run> = fc.oneof(
  probeRun,
  fc
    .tuple(head, optional('steering', steering), several(control))
    .map(([of, push, answers]) => keyed({ ...of, kind: 'controls' as const, ...push, answers })),
  fc
    .tuple(head, optional('steering', steering), several(passage))
    .map(([of, push, answers]) => keyed({ ...of, kind: 'neutral' as const, ...push, answers })),
  fc.tuple(head, several(reading)).map(([of, answers]) => keyed({ ...of, kind: 'survey' as const, answers })),
);
