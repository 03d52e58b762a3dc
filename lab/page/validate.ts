import type { Engine } from '../../src/engine/client/engine.ts';
import {
  loadControls,
  loadProjection,
  loadScenarios,
  loadSocieties,
  loadSurvey,
} from '../../src/experiments/resources.ts';
import { validate } from '../../src/experiments/validation.ts';
import { RUN_FILE } from '../../src/runs/run-file.ts';
import { RunStore } from '../../src/runs/run-store.ts';
import { summarize } from '../../src/science/measurement.ts';
import type { Protocol } from '../../src/science/prompt.ts';
import { surveyScores } from '../../src/science/survey-score.ts';
import { validityReport } from '../../src/science/validity/report.ts';
import { levelsOf, verdictOf } from '../../src/science/validity/verdict.ts';
import { loadChoice, type Emit, type ModelChoice } from './model.ts';

export interface ValidateRequest {
  readonly model: ModelChoice;
  readonly protocol?: Protocol;
  readonly limit?: number;
  readonly seed: number;
}

/**
 * `lab validate`: controls, dilemmas in every protocol, other labels, second wordings and the direct survey. The file is a
 * run file that the page opens, with the report and each protocol's figures beside the runs.
 */
export async function validateModel(engine: Engine, request: ValidateRequest, emit: Emit): Promise<void> {
  const { seed, protocol, limit } = request;
  const [test, paraphrases, controls, survey, projection, societies] = await Promise.all([
    loadScenarios('test'),
    loadScenarios('paraphrases'),
    loadControls(),
    loadSurvey(),
    loadProjection(),
    loadSocieties(),
  ]);
  await emit('format', RUN_FILE.format);
  await emit('version', RUN_FILE.version);
  await emit('exported', new Date().toISOString());
  await emit('citations', societies.sources);
  await loadChoice(engine, request.model, emit);
  const store = await RunStore.open();
  const data = await validate(
    engine,
    store,
    { test, paraphrases, controls, survey },
    { seed, protocol, limit, signal: new AbortController().signal },
  );
  for (const run of await store.runs()) await emit('runs', run);
  const report = validityReport(data);
  await emit('protocol', report.protocol);
  await emit('seed', seed);
  await emit('verdict', verdictOf(report));
  await emit('levels', levelsOf(report));
  await emit('report', report);
  await emit(
    'summaries',
    Object.fromEntries(
      Object.entries(data.probes).map(([name, answers]) => [name, summarize(answers, { projection, seed })]),
    ),
  );
  await emit('survey', Object.fromEntries(surveyScores(data.survey.questions, data.survey.readings)));
}
