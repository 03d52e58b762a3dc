import type { Engine } from '../engine/client/engine.ts';
import type { LoadedModel } from '../engine/shared/protocol.ts';
import { LeewayError } from '../errors/leeway-error.ts';
import type { LayerVector } from '../science/steering-vector.ts';
import {
  probeKey,
  RUN_SCHEMA,
  type Provenance,
  type SteeringRecord,
  type StoredAnswer,
} from '../runs/run.ts';
import type { RunStore } from '../runs/run-store.ts';
import type { Dilemma } from '../science/dilemma.ts';
import type { Protocol } from '../science/prompt.ts';
import { probe, type ProbeAnswer } from './probe.ts';
import type { ScenarioSet } from './scenarios.ts';
import { steerBy } from './vectors.ts';

export interface StoredProbeSpec {
  readonly scenarios: ScenarioSet;
  readonly protocol: Protocol;
  readonly seed: number;
  readonly steering?: { readonly record: SteeringRecord; readonly vector: LayerVector } | undefined;
}

export interface StoredProbeOptions {
  readonly signal: AbortSignal;
  /** Called with all answers so far, and whether the newest one was measured just now. */
  readonly onAnswers: (answers: readonly ProbeAnswer[], fresh: boolean) => void;
}

/** The part of a loaded model that a run records. */
export function provenanceOf(model: LoadedModel): Provenance['model'] {
  const { id, revision, dtype, backend, runtime, layers, hidden, selfCheck } = model;
  return { id, revision, dtype, backend, runtime, layers, hidden, selfCheck };
}

const strip = ({ id, logOddsHigh, positionBias, answerMass, orders }: ProbeAnswer): StoredAnswer => ({
  id,
  logOddsHigh,
  ...(positionBias === undefined ? {} : { positionBias }),
  ...(answerMass === undefined ? {} : { answerMass }),
  ...(orders === undefined ? {} : { orders }),
});

const restore = (stored: StoredAnswer, dilemma: Dilemma): ProbeAnswer => ({
  ...stored,
  dilemma,
  wvsId: dilemma.wvsId,
  axis: dilemma.axis,
});

/** Probes all dilemmas of a set, taking up a stored run where it stopped and storing each answer as it comes. */
export async function storedProbe(
  engine: Engine,
  store: RunStore,
  spec: StoredProbeSpec,
  { signal, onAnswers }: StoredProbeOptions,
): Promise<readonly ProbeAnswer[]> {
  const model = engine.model;
  if (!model) throw new LeewayError('request-invalid', 'No model is loaded.', 'Load a model first.');
  const { scenarios, protocol, seed, steering } = spec;
  const provenance: Provenance & { steering?: SteeringRecord } = {
    model: provenanceOf(model),
    protocol,
    scenarios: { name: scenarios.name, sha256: scenarios.sha256 },
    seed,
    ...(steering ? { steering: steering.record } : {}),
  };
  const key = probeKey(provenance);
  const before = new Map((await store.probe(key))?.answers.map((answer) => [answer.id, answer]));
  const answers = scenarios.dilemmas.flatMap((dilemma) => {
    const stored = before.get(dilemma.id);
    return stored ? [restore(stored, dilemma)] : [];
  });
  if (answers.length > 0) onAnswers([...answers], false);
  const missing = scenarios.dilemmas.filter((dilemma) => !before.has(dilemma.id));
  await probe(
    engine,
    {
      dilemmas: missing,
      protocol,
      steer: steering ? steerBy(steering.vector, steering.record.strength, steering.record.unit) : [],
    },
    {
      signal,
      onAnswer: (answer) => {
        answers.push(answer);
        void store.keepProbe({
          ...provenance,
          schema: RUN_SCHEMA,
          key,
          updated: new Date().toISOString(),
          answers: answers.map(strip),
        });
        onAnswers([...answers], true);
      },
    },
  );
  return answers;
}
