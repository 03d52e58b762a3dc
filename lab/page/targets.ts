import type { Engine } from '../../src/engine/client/engine.ts';
import { LeewayError } from '../../src/errors/leeway-error.ts';
import { screenProtocols } from '../../src/experiments/control-check.ts';
import {
  loadControls,
  loadProjection,
  loadPrompts,
  loadScenarios,
  loadSocieties,
  loadSurvey,
  type Society,
} from '../../src/experiments/resources.ts';
import { reachTargets } from '../../src/experiments/targets.ts';
import { RUN_FILE } from '../../src/runs/run-file.ts';
import { RunStore } from '../../src/runs/run-store.ts';
import { defaultProtocol } from '../../src/science/control.ts';
import { TARGETS, type MapMode } from '../../src/science/culture-map.ts';
import type { Protocol } from '../../src/science/prompt.ts';
import { targetTable } from '../../src/science/targets/target-table.ts';
import { loadChoice, type Emit, type ModelChoice } from './model.ts';

export interface TargetsRequest {
  readonly model: ModelChoice;
  /** ISO 3166 codes; the paper's four where left out. */
  readonly nations?: readonly string[];
  /** The control questions choose where it is left out. */
  readonly protocol?: Protocol;
  readonly limit?: number;
  /** Training dilemmas that vectors are learned from. */
  readonly train?: number;
  readonly layer?: number;
  readonly mode: MapMode;
  readonly seed: number;
}

function chosen(codes: readonly string[], societies: readonly Society[]): Society[] {
  return codes.map((code) => {
    const society = societies.find(({ iso3 }) => iso3 === code);
    if (society) return society;
    throw new LeewayError(
      'request-invalid',
      `No society on the map has the code ${code}.`,
      'Use ISO 3166 codes of three letters, such as DNK,IND,MEX,VNM.',
    );
  });
}

/**
 * `lab targets`: where the model stands from nations under every paradigm. The file is a run file that the page opens,
 * with the table, its tests and the chosen strengths beside the runs.
 */
export async function targetModel(engine: Engine, request: TargetsRequest, emit: Emit): Promise<void> {
  const { seed, mode, limit, layer, train: learnFrom } = request;
  const [test, train, controls, survey, prompts, projection, { societies, sources }] = await Promise.all([
    loadScenarios('test'),
    loadScenarios('train'),
    loadControls(),
    loadSurvey(),
    loadPrompts(),
    loadProjection(),
    loadSocieties(),
  ]);
  const nations = chosen(request.nations ?? TARGETS, societies);
  await emit('format', RUN_FILE.format);
  await emit('version', RUN_FILE.version);
  await emit('exported', new Date().toISOString());
  await emit('citations', sources);
  const model = await loadChoice(engine, request.model, emit);
  if (layer !== undefined && layer >= model.layers)
    throw new LeewayError(
      'request-invalid',
      `Layer ${layer} does not exist; the model has layers 0 to ${model.layers - 1}.`,
      'Choose one of its layers.',
    );
  const store = await RunStore.open();
  const { signal } = new AbortController();
  const protocol =
    request.protocol ??
    defaultProtocol(await screenProtocols(engine, store, controls, { seed, signal })).protocol;
  const data = await reachTargets(
    engine,
    store,
    { test, train, survey, prompts, projection },
    { nations, protocol, limit, learnFrom, layer, mode, seed },
    { signal },
  );
  for (const run of await store.runs()) await emit('runs', run);
  const { cells, tests, resamples } = targetTable(data, { projection, mode, seed });
  await emit('protocol', protocol);
  await emit('seed', seed);
  await emit('mode', mode);
  await emit('layer', data.layer);
  await emit('resamples', resamples);
  await emit('strengths', data.strengths);
  await emit('without_persona', data.withoutPersona);
  await emit('table', cells);
  await emit('tests', tests);
}
