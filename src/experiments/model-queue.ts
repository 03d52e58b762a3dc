import type { Engine } from '../engine/client/engine.ts';
import { LeewayError, type ErrorReport } from '../errors/leeway-error.ts';
import type { RunStore } from '../runs/run-store.ts';
import { defaultProtocol } from '../science/control.ts';
import { AXES } from '../science/item.ts';
import { usualLayer, vectorPush } from './axis-push.ts';
import { protocolsOf, screenProtocols, type ControlSet } from './control-check.ts';
import { PartCounts, type PartProgress } from './part-counts.ts';
import type { ScenarioSet } from './scenarios.ts';
import { loadedProvenance } from './stored-ask.ts';
import { storedProbe } from './stored-probe.ts';
import { storedVectors } from './stored-vectors.ts';
import { dilemmaPairs } from './text-pairs.ts';

export type ModelStep = 'controls' | 'dilemmas' | 'learn' | 'push';

export interface ComparisonMaterials {
  readonly scenarios: ScenarioSet;
  readonly train: ScenarioSet;
  readonly controls: ControlSet;
}

export interface ComparisonPlan {
  readonly limit: number;
  readonly seed: number;
  /** Multiple of the layer's mean residual norm by which each axis is pushed, up and down. */
  readonly strength: number;
}

export interface ComparisonOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: PartProgress<ModelStep>) => void) | undefined;
}

/**
 * What is asked of every model that is set beside others: control questions choose the protocol, dilemmas place it, both
 * axes' vectors are learned, and each is pushed up and down at the usual layer. All of it stored: what is there is not
 * asked again.
 * @throws LeewayError as `ask` does, cancelled.
 */
export async function measureForComparison(
  engine: Engine,
  store: RunStore,
  { scenarios, train, controls }: ComparisonMaterials,
  { limit, seed, strength }: ComparisonPlan,
  { signal, onProgress }: ComparisonOptions,
): Promise<void> {
  const { layers } = loadedProvenance(engine);
  const asked = Math.min(limit, scenarios.dilemmas.length);
  const learned = Math.min(limit, train.dilemmas.length);
  const screened = controls.questions.length * protocolsOf(engine).length;
  const pushes = AXES.length * 2;
  const progress = new PartCounts<ModelStep>(screened + asked * (1 + pushes) + learned, onProgress);

  progress.part(signal, 'controls');
  const sofar = new Map<string, number>();
  const scores = await screenProtocols(engine, store, controls, {
    seed,
    signal,
    onProgress: (protocol, done) => {
      sofar.set(protocol, done);
      const count = [...sofar.values()].reduce((sum, value) => sum + value, 0);
      progress.at('controls', count, true);
    },
  });
  // Where the first questions left no doubt, the rest was not asked.
  progress.at('controls', screened, false);
  const { protocol } = defaultProtocol(scores);
  const spec = { scenarios, limit: asked, protocol, seed };
  await storedProbe(engine, store, spec, progress.part(signal, 'dilemmas'));
  progress.part(signal, 'learn');
  const sets = await storedVectors(
    engine,
    store,
    dilemmaPairs(train, learned),
    AXES.map((axis) => ({ selection: { kind: 'axis', axis }, method: 'mean' })),
    { seed, signal, onProgress: (done) => progress.at('learn', done, true) },
  );
  progress.at('learn', learned, false);
  const layer = usualLayer(layers);
  for (const set of sets)
    for (const signed of [strength, -strength])
      await storedProbe(
        engine,
        store,
        { ...spec, pushes: vectorPush(set, layer, signed) },
        progress.part(signal, 'push'),
      );
}

/** What became of one model of a queue. */
export type QueueOutcome = { readonly ok: true } | { readonly ok: false; readonly error: ErrorReport };

/**
 * Goes through models one after the other. One that cannot be loaded or measured is told of, and the next one begun.
 * @throws LeewayError cancelled, where the signal is aborted: the model under way has no outcome then.
 */
export async function goThrough<Model>(
  models: readonly Model[],
  work: (model: Model) => Promise<void>,
  {
    signal,
    onOutcome,
  }: { readonly signal: AbortSignal; readonly onOutcome: (model: Model, outcome: QueueOutcome) => void },
): Promise<void> {
  const stopped = (): LeewayError =>
    new LeewayError('cancelled', 'The work was cancelled.', 'What was measured so far is kept.');
  for (const model of models) {
    if (signal.aborted) throw stopped();
    try {
      await work(model);
    } catch (thrown) {
      if (signal.aborted) throw stopped();
      const error = LeewayError.wrap(thrown, 'internal', 'Measure it alone on the map to see what is wrong.');
      onOutcome(model, { ok: false, error: error.report() });
      continue;
    }
    onOutcome(model, { ok: true });
  }
}
