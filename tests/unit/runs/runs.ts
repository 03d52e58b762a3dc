import { ITEMS } from '../../../src/science/item.ts';
import {
  RUN_SCHEMA,
  runKey,
  type ControlRun,
  type ProbeRun,
  type Provenance,
  type StoredAnswer,
  type SurveyRun,
} from '../../../src/runs/run.ts';

const DOMAINS = ['workplace', 'family', 'legal'];

/** Letters of every item and domain: 30 answers whose log-odds rise with the index. */
export const letterAnswers = (shift = 0): readonly StoredAnswer[] =>
  ITEMS.flatMap(({ code, axis }, i) =>
    DOMAINS.map((domain, k) => {
      const index = i * DOMAINS.length + k;
      const logOddsHigh = index / 10 + shift;
      return {
        index,
        id: `${code}-${domain}-test-01`,
        wvsId: code,
        axis,
        domain,
        logOddsHigh,
        positionBias: 0,
        answerMass: 0.9,
        orders: [
          { highAt: 'A' as const, logPA: -1, logPB: -1 - logOddsHigh },
          { highAt: 'B' as const, logPA: -1 - logOddsHigh, logPB: -1 },
        ],
      };
    }),
  );

const BASE: Provenance & Pick<ProbeRun, 'schema' | 'updated'> = {
  schema: RUN_SCHEMA,
  updated: '2026-05-01T10:00:00.000Z',
  model: {
    id: 'smollm2-135m',
    revision: 'main',
    dtype: 'int8',
    backend: 'wasm',
    runtime: 'onnxruntime-web 1.30.0',
    layers: 30,
    hidden: 576,
    selfCheck: { state: 'not-made' as const, why: 'WASM is the reference.' },
  },
  protocol: 'letters',
  scenarios: { name: 'scenarios/test.json', sha256: 'ab'.repeat(32), n: 30 },
  seed: 7,
};

/** A stored probe in letters; `change` replaces some of its fields. */
export function letterProbe(
  change: Partial<Provenance & Pick<ProbeRun, 'answers' | 'steering' | 'tokenLayers' | 'updated'>> = {},
): ProbeRun {
  const run = { ...BASE, kind: 'probe' as const, answers: letterAnswers(), ...change };
  return { ...run, key: runKey('probe', run) };
}

/** Plain control questions with these log-odds of the right answer. */
export function controlRun(logOdds: readonly number[]): ControlRun {
  const answers = logOdds.map((logOddsHigh, index) => ({
    index,
    id: `control-${index}`,
    form: 'plain' as const,
    logOddsHigh,
  }));
  return { ...BASE, kind: 'controls', key: runKey('controls', BASE), answers };
}

export const surveyRun = (answers: SurveyRun['answers']): SurveyRun => ({
  ...BASE,
  kind: 'survey',
  key: runKey('survey', BASE),
  answers,
});
