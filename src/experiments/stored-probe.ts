import type { Engine } from '../engine/client/engine.ts';
import type { ProbeRun, SteeringRecord, StoredAnswer } from '../runs/run.ts';
import type { RunStore } from '../runs/run-store.ts';
import type { LayerVector } from '../science/steering-vector.ts';
import type { Dilemma } from '../science/dilemma.ts';
import type { Manner } from './asking.ts';
import type { ScenarioSet } from './scenarios.ts';
import { recorded, storedAsk, type StoredAskOptions } from './stored-ask.ts';
import { steerBy } from './vectors.ts';

export interface StoredProbeSpec extends Manner {
  readonly scenarios: ScenarioSet;
  /** Ask only the first ones of the file. */
  readonly limit?: number | undefined;
  readonly seed: number;
  readonly steering?: { readonly record: SteeringRecord; readonly vector: LayerVector } | undefined;
}

/** Probes the dilemmas of a set, taking up a stored run where it stopped and storing each answer as it comes. */
export function storedProbe(
  engine: Engine,
  store: RunStore,
  { scenarios, limit, seed, steering, ...manner }: StoredProbeSpec,
  options: StoredAskOptions<StoredAnswer>,
): Promise<readonly StoredAnswer[]> {
  return storedAsk<Dilemma, ProbeRun>(
    engine,
    store,
    {
      kind: 'probe',
      provenance: {
        ...recorded(manner),
        scenarios: { name: scenarios.name, sha256: scenarios.sha256, n: scenarios.dilemmas.length },
        seed,
        ...(steering ? { steering: steering.record } : {}),
      },
      questions: scenarios.dilemmas.slice(0, limit),
      steer: steering ? steerBy(steering.vector, steering.record.strength, steering.record.unit) : [],
      answer: ({ index, id, wvsId, axis, domain }, choice) => ({ ...choice, index, id, wvsId, axis, domain }),
    },
    options,
  );
}
