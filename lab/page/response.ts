import type { Engine } from '../../src/engine/client/engine.ts';
import { usualLayer } from '../../src/experiments/axis-push.ts';
import { measureResponse } from '../../src/experiments/leeway/measure.ts';
import type { ResponsePlan } from '../../src/experiments/leeway/plan.ts';
import { loadScenarios, loadSocieties } from '../../src/experiments/resources.ts';
import { responseStudies } from '../../src/runs/response-study.ts';
import { readRunFile, RUN_FILE } from '../../src/runs/run-file.ts';
import { RunStore } from '../../src/runs/run-store.ts';
import { responseReport } from '../../src/science/response/report.ts';
import type { Protocol } from '../../src/science/prompt.ts';
import { loadChoice, recommendedProtocol, type Emit, type ModelChoice } from './model.ts';
import { responseTables } from './response-tables.ts';

export interface ResponseRequest extends Pick<
  ResponsePlan,
  'kinds' | 'sizes' | 'random' | 'shuffled' | 'orthogonal' | 'labelSets' | 'seed' | 'limit' | 'learnFrom'
> {
  readonly model: ModelChoice;
  /** The usual one of the model where absent. */
  readonly layer?: number;
  readonly protocol?: Protocol;
  readonly system?: string;
  /** A run file: what it holds of this study is not asked again. */
  readonly runs?: string;
}

/**
 * `lab response`: how pushes along axes, items or domains move every other, with intervals, nulls and controls. The file is
 * a run file that the page opens, with the tables beside the runs.
 */
export async function respond(engine: Engine, request: ResponseRequest, emit: Emit): Promise<void> {
  const { model: choice, layer, protocol: wished, system, runs, ...wishes } = request;
  const [training, test, societies] = await Promise.all([
    loadScenarios('train'),
    loadScenarios('test'),
    loadSocieties(),
  ]);
  await emit('format', RUN_FILE.format);
  await emit('version', RUN_FILE.version);
  await emit('exported', new Date().toISOString());
  await emit('citations', societies.sources);
  const model = await loadChoice(engine, choice, emit);
  const protocol = wished ?? recommendedProtocol(choice);
  const at = layer ?? usualLayer(model.layers);
  const store = await RunStore.open();
  for (const run of runs === undefined ? [] : readRunFile(runs, Date.now())) await store.mergeRun(run);
  const started = performance.now();
  const seconds = (): number => Math.round((performance.now() - started) / 1000);
  let said = '';
  await measureResponse(
    engine,
    store,
    { ...wishes, layer: at, test, training, protocol, ...(system ? { system } : {}) },
    {
      signal: new AbortController().signal,
      onLearn: (done, total) => {
        if (done % 50 === 0 || done === total)
          void emit('progress', `${seconds()} s  learned from ${done} of ${total}`);
      },
      onProgress: ({ done, total, step }) => {
        if (step === said) return;
        said = step;
        void emit('progress', `${seconds()} s  ${done} of ${total}: ${step}`);
      },
    },
  );
  const took = (performance.now() - started) / 60_000;
  const study = responseStudies(await store.runs()).find((one) => one.layer === at);
  await emit('protocol', protocol);
  await emit('layer', at);
  await emit('strengths', { sizes: request.sizes, unit: 'norm', nulls: Math.min(...request.sizes) });
  await emit('seed', request.seed);
  await emit('scenarios', { name: test.name, sha256: test.sha256, n: study?.n ?? 0 });
  await emit('training', study?.training ?? null);
  if (study)
    for (const [name, table] of Object.entries(responseTables(responseReport(study, { seed: request.seed }))))
      await emit(name, table);
  await emit('token_layers', study?.tokenLayers ?? { computed: 0, naive: 0 });
  await emit('minutes', Math.round(took * 100) / 100);
  for (const run of await store.runs()) await emit('runs', run);
}
