import type { Engine } from '../engine/client/engine.ts';
import type { StoredAnswer } from '../runs/run.ts';
import type { RunStore } from '../runs/run-store.ts';
import type { VectorSet } from '../runs/vector-set.ts';
import type { MapMode, MapPoint, Projection } from '../science/culture-map.ts';
import { AXES } from '../science/item.ts';
import type { Protocol } from '../science/prompt.ts';
import { SCALE_ORDERS, type SurveyReading } from '../science/survey.ts';
import type { AimedParadigm, Paradigm } from '../science/targets/paradigm.ts';
import type { TargetAnswers, TargetReadings } from '../science/targets/target-table.ts';
import { usualLayer } from './axis-push.ts';
import { PartCounts, type PartProgress } from './part-counts.ts';
import type { RecordedPush } from './push.ts';
import type { Prompts, Society } from './resources.ts';
import type { ScenarioSet } from './scenarios.ts';
import { responseDilemmas } from './response.ts';
import { loadedProvenance } from './stored-ask.ts';
import { storedProbe } from './stored-probe.ts';
import { storedVectors } from './stored-vectors.ts';
import {
  measuredStrengths,
  trainingPlace,
  TRIED,
  type AimedPushes,
  type StrengthsToward,
} from './strength-curves.ts';
import { storedSurvey, type SurveySet } from './survey.ts';
import { dilemmaPairs } from './text-pairs.ts';

export interface TargetMaterials {
  readonly test: ScenarioSet;
  readonly train: ScenarioSet;
  readonly survey: SurveySet;
  readonly prompts: Prompts;
  readonly projection: Projection;
}

export interface TargetPlan {
  readonly nations: readonly Society[];
  readonly protocol: Protocol;
  /** Ask only the first dilemmas of the test half. */
  readonly limit?: number | undefined;
  /** Training dilemmas that strengths are chosen on; of `train`, those after what vectors are learned from. */
  readonly tryOn?: number | undefined;
  /** Training dilemmas that vectors are learned from; all where it is left out. */
  readonly learnFrom?: number | undefined;
  /** Where the vectors are added; the usual layer where it is left out. */
  readonly layer?: number | undefined;
  /** How the map is read: where the model stands from a nation depends on it, and with it the strengths. */
  readonly mode: MapMode;
  readonly seed: number;
}

/** The strengths that were chosen for a nation, plain and under its country prompt. */
export type ChosenStrengths = Readonly<
  Partial<Record<'steering' | 'prompt-steering', Pick<AimedPushes, 'strengths' | 'predicted'>>>
>;

/** What was asked, as far as it came: a table is made of it. */
export interface TargetData extends TargetAnswers {
  readonly protocol: Protocol;
  readonly mode: MapMode;
  readonly seed: number;
  readonly layer: number;
  readonly strengths: Readonly<Record<string, ChosenStrengths>>;
  /** Nations without a persona prompt. */
  readonly withoutPersona: readonly string[];
}

export type TargetStep = Paradigm | 'learn' | 'strengths';

/** What is asked, and of which nation where it is one's own. */
export type TargetProgress = PartProgress<TargetStep>;

export interface TargetOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: TargetProgress) => void) | undefined;
  /** Called whenever one more paradigm of a nation is in. */
  readonly onData?: ((data: TargetData) => void) | undefined;
  /** How strengths are chosen; by what each axis did at a few strengths on training dilemmas where it is left out. */
  readonly toward?: StrengthsToward | undefined;
}

/** Enough for one dilemma of each item and domain. */
export const TRY_ON = 30;

/**
 * Brings the loaded model closer to nations in every way there is, and measures where it then stands: asked directly,
 * plainly, as someone who lives there, as a person at the survey's means, pushed along both axes, and both. Vectors and
 * strengths come from training dilemmas, every place from test dilemmas. All parts are stored runs: nothing is asked
 * twice.
 * @throws LeewayError as `ask` does, cancelled.
 */
export async function reachTargets(
  engine: Engine,
  store: RunStore,
  { test, train, survey, prompts, projection }: TargetMaterials,
  plan: TargetPlan,
  { signal, onProgress, onData, toward: given }: TargetOptions,
): Promise<TargetData> {
  const { nations, protocol, limit, mode, seed } = plan;
  const model = loadedProvenance(engine);
  const layer = plan.layer ?? usualLayer(model.layers);
  const asked = Math.min(limit ?? Infinity, test.dilemmas.length);
  const tried = Math.min(plan.tryOn ?? TRY_ON, train.dilemmas.length);
  const learned = Math.min(plan.learnFrom ?? Infinity, train.dilemmas.length);
  const systemOf = (list: Prompts['countries'], iso3: string): string | undefined =>
    list.find((prompt) => prompt.iso3 === iso3)?.system;
  // The vectors know the dilemmas they were learned from by heart: others are tried.
  const trial = responseDilemmas(train.dilemmas.length, learned, tried);
  const personas = nations.filter(({ iso3 }) => systemOf(prompts.personas, iso3));
  const countries = nations.filter(({ iso3 }) => systemOf(prompts.countries, iso3));
  const perAxis = given ? 0 : AXES.length * TRIED.length;
  const progress = new PartCounts<TargetStep>(
    survey.questions.length * SCALE_ORDERS.length +
      asked * (1 + personas.length + 2 * countries.length + nations.length) +
      learned +
      tried * (1 + perAxis + countries.length),
    onProgress,
  );

  const probe = (
    step: TargetStep,
    { system, pushes }: { system?: string | undefined; pushes?: readonly RecordedPush[] } = {},
    iso3?: string,
  ): Promise<readonly StoredAnswer[]> =>
    storedProbe(
      engine,
      store,
      { scenarios: test, limit: asked, protocol, system, seed, pushes },
      progress.part(signal, step, iso3),
    );
  const onTraining = (system?: string, iso3?: string): Promise<readonly StoredAnswer[]> =>
    storedProbe(
      engine,
      store,
      { scenarios: train, ...trial, protocol, system, seed },
      progress.part(signal, 'strengths', iso3),
    );

  const plain = await probe('probe');
  let readings: readonly SurveyReading[] = [];
  const strengths: Record<string, ChosenStrengths> = {};
  const answers = new Map<string, Partial<Record<AimedParadigm, readonly StoredAnswer[]>>>();
  const dataNow = (): TargetData => ({
    survey: { questions: survey.questions, readings },
    probe: plain,
    nations: nations.map(({ iso3, x, y }): TargetReadings => ({
      iso3,
      x,
      y,
      readings: { ...answers.get(iso3) },
    })),
    protocol,
    mode,
    seed,
    layer,
    strengths: { ...strengths },
    withoutPersona: nations.filter((nation) => !personas.includes(nation)).map(({ iso3 }) => iso3),
  });
  const take = (iso3: string, paradigm: AimedParadigm, given: readonly StoredAnswer[]): void => {
    answers.set(iso3, { ...answers.get(iso3), [paradigm]: given });
    onData?.(dataNow());
  };

  const inSurvey = progress.part(signal, 'survey');
  let isFirst = true;
  readings = await storedSurvey(
    engine,
    store,
    survey,
    { protocol: engine.model?.hasChatTemplate ? 'letters-chat' : 'letters', seed },
    {
      signal,
      onReadings: (so) => {
        // What comes first is what was stored.
        inSurvey.onAnswers(so, !isFirst);
        isFirst = false;
      },
    },
  );
  onData?.(dataNow());
  for (const { iso3 } of countries)
    take(iso3, 'country', await probe('country', { system: systemOf(prompts.countries, iso3) }, iso3));
  for (const { iso3 } of personas)
    take(iso3, 'persona', await probe('persona', { system: systemOf(prompts.personas, iso3) }, iso3));

  progress.part(signal, 'learn');
  const sets = (await storedVectors(
    engine,
    store,
    dilemmaPairs(train, learned),
    AXES.map((axis) => ({ selection: { kind: 'axis', axis }, method: 'mean' })),
    { seed, signal, onProgress: (done) => progress.at('learn', done, true) },
  )) as [VectorSet, VectorSet];
  progress.at('learn', learned, false);

  const spec = { scenarios: train, ...trial, protocol, seed, projection };
  const trained = await onTraining();
  const toward =
    given ??
    (await measuredStrengths(engine, store, sets, layer, trained, spec, () =>
      progress.part(signal, 'strengths'),
    ));
  const choose = async (
    paradigm: 'steering' | 'prompt-steering',
    { iso3, x, y }: Society,
    from: readonly StoredAnswer[],
    system?: string,
  ): Promise<void> => {
    const start: MapPoint = trainingPlace(from, projection, mode);
    const { pushes, ...chosen } = await toward(start, { x, y });
    strengths[iso3] = { ...strengths[iso3], [paradigm]: chosen };
    take(iso3, paradigm, await probe(paradigm, { system, pushes }, iso3));
  };
  for (const nation of nations) await choose('steering', nation, trained);
  for (const nation of countries) {
    const system = systemOf(prompts.countries, nation.iso3);
    await choose('prompt-steering', nation, await onTraining(system, nation.iso3), system);
  }
  return dataNow();
}
