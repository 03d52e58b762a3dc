import type { Engine } from '../../src/engine/client/engine.ts';
import { LeewayError } from '../../src/errors/leeway-error.ts';
import { heldOut, type HeldOutSpec } from '../../src/experiments/held-out.ts';
import { searchLayers, SEARCH_STRENGTHS } from '../../src/experiments/layer-search.ts';
import { NeutralReader } from '../../src/experiments/neutral.ts';
import { loadControls, loadPassages, loadScenarios, loadSocieties } from '../../src/experiments/resources.ts';
import { storedVectors } from '../../src/experiments/stored-vectors.ts';
import { dilemmaPairs } from '../../src/experiments/text-pairs.ts';
import { RUN_FILE } from '../../src/runs/run-file.ts';
import { RunStore } from '../../src/runs/run-store.ts';
import { breaksOf } from '../../src/science/breaking.ts';
import type { Method } from '../../src/science/directions/direction.ts';
import type { Axis } from '../../src/science/item.ts';
import type { SearchCell } from '../../src/science/layer-choice.ts';
import type { Protocol } from '../../src/science/prompt.ts';
import { loadChoice, recommendedProtocol, type Emit, type ModelChoice } from './model.ts';

export interface SearchRequest {
  readonly model: ModelChoice;
  readonly axis: Axis;
  readonly method: Method;
  /** All of the model's where absent. */
  readonly layers?: readonly number[];
  readonly strengths?: readonly number[];
  /** Training dilemmas of each axis that cells are tried on. */
  readonly limit: number;
  /** Test dilemmas of each axis that choices are measured on. */
  readonly test: number;
  /** Training dilemmas that the vectors are learned from. */
  readonly train: number;
  readonly protocol?: Protocol;
  readonly random: number;
  /** Layers that get a closer look. */
  readonly closer: number;
  /** Neutral passages for each cell. */
  readonly passages: number;
  /** Layers with strengths that are measured on test dilemmas whatever the search finds. */
  readonly also: readonly { readonly layer: number; readonly strength: number }[];
  readonly seed: number;
}

const tableRow = (cell: SearchCell) => ({
  layer: cell.layer,
  strength: cell.strength,
  shift: cell.shift ?? null,
  drift: cell.drift ?? null,
  perplexity_ratio: cell.perplexity ?? null,
  kl: cell.kl ?? null,
  breaks: breaksOf(cell),
});

/**
 * `lab search`: layer x strength on training dilemmas, what both rules choose there, and the choices on test dilemmas
 * against random vectors. The file is a run file that the page opens, with the tables beside the runs. Pieces called
 * `progress` are said on the screen only.
 */
export async function searchModel(engine: Engine, request: SearchRequest, emit: Emit): Promise<void> {
  const { axis, method, seed, limit, closer, random } = request;
  const [training, test, passages, controls, societies] = await Promise.all([
    loadScenarios('train'),
    loadScenarios('test'),
    loadPassages(),
    loadControls(),
    loadSocieties(),
  ]);
  await emit('format', RUN_FILE.format);
  await emit('version', RUN_FILE.version);
  await emit('exported', new Date().toISOString());
  await emit('citations', societies.sources);
  const model = await loadChoice(engine, request.model, emit);
  const all = Array.from({ length: model.layers }, (_, layer) => layer);
  const bad = [...(request.layers ?? []), ...request.also.map(({ layer }) => layer)].find(
    (layer) => !all.includes(layer),
  );
  if (bad !== undefined)
    throw new LeewayError(
      'request-invalid',
      `Layer ${bad} does not exist; the model has layers 0 to ${model.layers - 1}.`,
      'Choose some of its layers.',
    );
  const protocol = request.protocol ?? recommendedProtocol(request.model);
  const store = await RunStore.open();
  const reader = new NeutralReader(engine, store);
  const { signal } = new AbortController();
  const started = performance.now();
  const say = (what: string): void =>
    void emit('progress', `${Math.round((performance.now() - started) / 1000)} s  ${what}`);
  const [set] = await storedVectors(
    engine,
    store,
    dilemmaPairs(training, request.train),
    [{ selection: { kind: 'axis', axis }, method }],
    { seed, signal, onProgress: (done, total) => done % 25 === 0 && say(`learned from ${done} of ${total}`) },
  );
  if (!set) return;
  const manner = { way: 'add', at: 'all', unit: 'norm' } as const;
  const strengths = request.strengths ?? SEARCH_STRENGTHS;
  let told = 0;
  const found = await searchLayers(
    engine,
    store,
    reader,
    {
      ...{ set, manner, layers: request.layers ?? all, strengths, closer, training, limit, passages },
      ...{ passageLimit: request.passages, protocol, seed },
    },
    {
      signal,
      onProgress: ({ cells, done, total }) => {
        const cell = cells.at(-1);
        if (!cell || cells.length === told) return;
        told = cells.length;
        const { mean = NaN, interval } = cell.shift ?? {};
        say(
          `${done} of ${total}: layer ${cell.layer} at ${cell.strength}: ${mean.toFixed(3)} [${interval?.low.toFixed(3)}, ${interval?.high.toFixed(3)}], perplexity × ${cell.perplexity?.mean.toFixed(3)}`,
        );
      },
    },
  );
  await emit('axis', axis);
  await emit('protocol', protocol);
  await emit('seed', seed);
  await emit('vectors', { method, training: set.data, pairs: set.pairs });
  await emit('searched_on', {
    scenarios: { name: training.name, sha256: training.sha256, n: training.dilemmas.length },
    own: found.dilemmas.own.length,
    other: found.dilemmas.other.length,
    apart_from_learning: found.dilemmas.apart,
  });
  await emit('cells', found.cells.map(tableRow));
  await emit('choices', { paper: found.paper ?? null, careful: found.careful ?? null });
  const spec = {
    ...{ set, axis, manner, test, limit: request.test, passages, controls, protocol, seed },
  } satisfies Omit<HeldOutSpec, 'layers' | 'strength' | 'random'>;
  const tried = [
    ...(found.careful
      ? [
          {
            chosen_by: 'careful',
            layers: [found.careful.cell.layer],
            strength: found.careful.cell.strength,
            random,
          },
        ]
      : []),
    ...request.also.map(({ layer, strength }) => ({
      chosen_by: 'request',
      layers: [layer],
      strength,
      random,
    })),
    ...(found.paper
      ? [{ chosen_by: 'paper', layers: found.paper.layers, strength: found.paper.strength, random: 0 }]
      : []),
  ];
  const results = [];
  for (const { chosen_by, ...choice } of tried) {
    const what = `${chosen_by}, layers ${choice.layers.join(' ')} at ${choice.strength}`;
    const { sideEffects, randomShifts, chance, ...figures } = await heldOut(
      engine,
      store,
      reader,
      { ...spec, ...choice },
      { signal, onProgress: (step) => say(`${what}: ${step}`) },
    );
    const { mean = NaN, interval } = figures.shift ?? {};
    say(
      `${what}: ${mean.toFixed(3)} [${interval?.low.toFixed(3)}, ${interval?.high.toFixed(3)}], n = ${figures.shift?.n}, p against random ${chance?.p.toFixed(3)}`,
    );
    results.push({
      chosen_by,
      ...figures,
      perplexity_ratio: sideEffects.perplexity ?? null,
      kl: sideEffects.kl ?? null,
      controls: sideEffects.controls ?? null,
      random_shifts: randomShifts,
      ...(chance ? { chance } : {}),
    });
  }
  await emit('test', results);
  for (const run of await store.runs()) await emit('runs', run);
}
