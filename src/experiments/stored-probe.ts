import type { Engine } from '../engine/client/engine.ts';
import { inOrder, type ProbeRun, type StoredAnswer } from '../runs/run.ts';
import type { RunStore } from '../runs/run-store.ts';
import type { Dilemma } from '../science/dilemma.ts';
import { isIdle } from '../science/push.ts';
import type { Manner } from './asking.ts';
import { steersOf, type RecordedPush } from './push.ts';
import type { ScenarioSet } from './scenarios.ts';
import { recorded, storedAsk, type StoredAskOptions } from './stored-ask.ts';

export interface StoredProbeSpec extends Manner {
  readonly scenarios: ScenarioSet;
  /** Ask only so many of the file, its first ones or those after `from`. */
  readonly limit?: number | undefined;
  readonly from?: number | undefined;
  readonly seed: number;
  /** What it stands under; pushes at strength 0 are left out. */
  readonly pushes?: readonly RecordedPush[] | undefined;
}

/** Probes the dilemmas of a set, taking up a stored run where it stopped and storing each answer as it comes. */
export function storedProbe(
  engine: Engine,
  store: RunStore,
  { scenarios, limit, from = 0, seed, pushes = [], ...manner }: StoredProbeSpec,
  options: StoredAskOptions<StoredAnswer>,
): Promise<readonly StoredAnswer[]> {
  const active = pushes.filter((push) => !isIdle(push));
  return storedAsk<Dilemma, ProbeRun>(
    engine,
    store,
    {
      kind: 'probe',
      provenance: {
        ...recorded(manner),
        scenarios: { name: scenarios.name, sha256: scenarios.sha256, n: scenarios.dilemmas.length },
        seed,
        ...(active.length > 0 ? { steering: inOrder(active.map(({ record }) => record)) } : {}),
      },
      questions: scenarios.dilemmas.slice(from, limit === undefined ? undefined : from + limit),
      steer: steersOf(active),
      answer: ({ index, id, wvsId, axis, domain }, choice) => ({ ...choice, index, id, wvsId, axis, domain }),
    },
    options,
  );
}
