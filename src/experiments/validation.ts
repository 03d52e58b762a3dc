import type { Engine } from '../engine/client/engine.ts';
import { LeewayError } from '../errors/leeway-error.ts';
import type { StoredAnswer } from '../runs/run.ts';
import type { RunStore } from '../runs/run-store.ts';
import { controlScore, defaultProtocol, type ControlScore } from '../science/control.ts';
import type { LabelSet, Protocol } from '../science/prompt.ts';
import { SCALE_ORDERS } from '../science/survey.ts';
import type { ValidityData } from '../science/validity/report.ts';
import { protocolsOf, storedControls, type ControlSet } from './control-check.ts';
import type { ScenarioSet } from './scenarios.ts';
import { storedProbe } from './stored-probe.ts';
import { storedSurvey, type SurveySet } from './survey.ts';

export interface ValidationMaterials {
  readonly test: ScenarioSet;
  readonly paraphrases: ScenarioSet;
  readonly controls: ControlSet;
  readonly survey: SurveySet;
}

/** What is being asked, and how much of everything is done. */
export interface ValidationProgress {
  readonly step: 'controls' | 'dilemmas' | 'labels' | 'paraphrases' | 'survey';
  readonly protocol: Protocol;
  readonly done: number;
  readonly total: number;
}

export interface ValidationOptions {
  readonly seed: number;
  readonly signal: AbortSignal;
  /** The protocol to judge; the control questions choose where it is left out. */
  readonly protocol?: Protocol | undefined;
  /** Ask only the first dilemmas of the file. */
  readonly limit?: number | undefined;
  readonly onProgress?: ((progress: ValidationProgress) => void) | undefined;
}

/** Label sets beside A and B, and how many dilemmas they are tried on. */
const OTHER_LABELS: readonly LabelSet[] = ['XY', '12'];
const LABEL_DILEMMAS = 60;

/**
 * Everything that tells how far a model's figures can be believed: control questions and dilemmas in every way of asking,
 * other labels, second wordings and the direct survey. Each part is a stored run: what is there is not asked again.
 * @throws LeewayError as `ask` does.
 */
export async function validate(
  engine: Engine,
  store: RunStore,
  materials: ValidationMaterials,
  { seed, signal, protocol: wished, limit, onProgress }: ValidationOptions,
): Promise<ValidityData> {
  const { test, paraphrases, controls, survey } = materials;
  const protocols = [...protocolsOf(engine)];
  const dilemmas = Math.min(limit ?? Infinity, test.dilemmas.length);
  const labelled = Math.min(LABEL_DILEMMAS, dilemmas);
  let done = 0;
  let total =
    protocols.length * (controls.questions.length + dilemmas) +
    OTHER_LABELS.length * labelled +
    paraphrases.dilemmas.length +
    survey.questions.length * SCALE_ORDERS.length;

  /** Runs one part; one that this model cannot be asked is left out of the sum and gives undefined. */
  async function part<Answers extends readonly unknown[]>(
    step: ValidationProgress['step'],
    protocol: Protocol,
    count: number,
    run: (onAnswers: (answers: readonly unknown[]) => void) => Promise<Answers>,
  ): Promise<Answers | undefined> {
    const before = done;
    try {
      const answers = await run((so) => onProgress?.({ step, protocol, done: before + so.length, total }));
      done = before + count;
      return answers;
    } catch (thrown) {
      if (!(thrown instanceof LeewayError) || thrown.code !== 'protocol-unsupported') throw thrown;
      total -= count;
      return undefined;
    }
  }

  const scores: Partial<Record<Protocol, ControlScore>> = {};
  for (const protocol of protocols) {
    const answers = await part('controls', protocol, controls.questions.length, (onAnswers) =>
      storedControls(engine, store, controls, { protocol, seed }, { signal, onAnswers }),
    );
    const score = answers && controlScore(answers);
    if (score) scores[protocol] = score;
  }
  const chosen = wished ?? defaultProtocol(scores).protocol;

  const probeIn = (
    step: ValidationProgress['step'],
    protocol: Protocol,
    scenarios: ScenarioSet,
    count: number,
    labels?: LabelSet,
  ): Promise<readonly StoredAnswer[] | undefined> =>
    part(step, protocol, count, (onAnswers) =>
      storedProbe(
        engine,
        store,
        { scenarios, protocol, limit: count, seed, ...(labels ? { labels } : {}) },
        { signal, onAnswers },
      ),
    );
  const probes: Partial<Record<Protocol, readonly StoredAnswer[]>> = {};
  for (const protocol of [chosen, ...protocols.filter((other) => other !== chosen)]) {
    const answers = await probeIn('dilemmas', protocol, test, dilemmas);
    if (answers) probes[protocol] = answers;
  }
  const labels: Partial<Record<LabelSet, readonly StoredAnswer[]>> = {};
  for (const set of OTHER_LABELS) {
    const answers = await probeIn('labels', 'letters', test, labelled, set);
    if (answers) labels[set] = answers;
  }
  const second = await probeIn('paraphrases', chosen, paraphrases, paraphrases.dilemmas.length);
  const asked = engine.model?.hasChatTemplate ? 'letters-chat' : 'letters';
  const readings = await part('survey', asked, survey.questions.length * SCALE_ORDERS.length, (onAnswers) =>
    storedSurvey(engine, store, survey, { protocol: asked, seed }, { signal, onReadings: onAnswers }),
  );
  return {
    protocol: chosen,
    controls: scores,
    probes,
    labels,
    paraphrases: second ?? [],
    survey: { questions: survey.questions, readings: readings ?? [] },
    questions: test.dilemmas,
    seed,
  };
}
