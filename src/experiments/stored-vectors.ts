import type { Engine } from '../engine/client/engine.ts';
import { modelKey, RUN_SCHEMA, type VectorRun } from '../runs/run.ts';
import type { RunStore } from '../runs/run-store.ts';
import type { Axis } from '../science/item.ts';
import type { LayerVector } from '../science/steering-vector.ts';
import type { ScenarioSet } from './scenarios.ts';
import { loadedProvenance } from './stored-ask.ts';
import { learnAxisVectors, type AxisVectors, type LearnOptions } from './vectors.ts';

const directionsOf = (vectors: readonly LayerVector[]): Float32Array[] =>
  vectors.map((vector) => vector.direction);

function restore(run: VectorRun): AxisVectors {
  const of = (axis: Axis): LayerVector[] =>
    run.directions[axis].map((direction, layer) => ({
      layer,
      direction,
      residualNorm: run.residualNorms[layer] ?? 0,
    }));
  return {
    vectors: {
      traditional_secular: of('traditional_secular'),
      survival_self_expression: of('survival_self_expression'),
    },
    pairs: run.pairs,
    learnedFrom: run.pairs.traditional_secular + run.pairs.survival_self_expression,
  };
}

/** The axis vectors of the loaded model: from this device where they were learned before, else learned and kept. */
export async function storedAxisVectors(
  engine: Engine,
  store: RunStore,
  training: ScenarioSet,
  { limit, ...options }: LearnOptions & { readonly limit?: number | undefined },
): Promise<AxisVectors> {
  const model = loadedProvenance(engine);
  const dilemmas = training.dilemmas.slice(0, limit);
  const key = ['vectors', modelKey(model), training.sha256, dilemmas.length].join('|');
  const kept = await store.vectors(key);
  if (kept) return restore(kept);
  const learned = await learnAxisVectors(engine, dilemmas, options);
  await store.keepVectors({
    schema: RUN_SCHEMA,
    key,
    updated: new Date().toISOString(),
    model,
    scenarios: { name: training.name, sha256: training.sha256 },
    directions: {
      traditional_secular: directionsOf(learned.vectors.traditional_secular),
      survival_self_expression: directionsOf(learned.vectors.survival_self_expression),
    },
    residualNorms: learned.vectors.traditional_secular.map((vector) => vector.residualNorm),
    pairs: learned.pairs,
  });
  return learned;
}
