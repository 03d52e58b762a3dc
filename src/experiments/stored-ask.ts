import type { Engine } from '../engine/client/engine.ts';
import type { LoadedModel, Steer } from '../engine/shared/protocol.ts';
import { LeewayError } from '../errors/leeway-error.ts';
import { RUN_SCHEMA, runKey, type ControlRun, type ProbeRun, type Provenance } from '../runs/run.ts';
import type { RunStore } from '../runs/run-store.ts';
import type { Choice } from '../science/choice.ts';
import type { ForcedChoice } from '../science/forced-choice.ts';
import { ask } from './ask.ts';
import type { Manner } from './asking.ts';

type AskedRun = ProbeRun | ControlRun;

/** What is asked and kept: questions of one file, in a manner, perhaps under steering. */
export interface StoredAskSpec<Question extends ForcedChoice, Of extends AskedRun> {
  readonly kind: Of['kind'];
  readonly provenance: Omit<Provenance, 'model'> & Pick<ProbeRun, 'steering'>;
  /** The questions wanted now: all of the file, or its first ones. */
  readonly questions: readonly Question[];
  readonly steer?: readonly Steer[] | undefined;
  readonly answer: (question: Question, choice: Choice) => Of['answers'][number];
}

export interface StoredAskOptions<Answer> {
  readonly signal: AbortSignal;
  /** Called with all answers so far, and whether the newest one was measured just now. */
  readonly onAnswers: (answers: readonly Answer[], fresh: boolean) => void;
}

/** The manner as a run records it: without labels where none are asked, and without an empty system prompt. */
export const recorded = ({
  protocol,
  labels,
  system,
}: Manner): Pick<Provenance, 'protocol' | 'labels' | 'system'> => ({
  protocol,
  ...(labels && protocol !== 'cloze' ? { labels } : {}),
  ...(system ? { system } : {}),
});

/** The part of a loaded model that a run records. */
export function provenanceOf(model: LoadedModel): Provenance['model'] {
  const { id, revision, dtype, backend, runtime, layers, hidden, selfCheck } = model;
  return { id, revision, dtype, backend, runtime, layers, hidden, selfCheck };
}

/** The loaded model's part of a run. Throws request-invalid while none is loaded. */
export function loadedProvenance(engine: Engine): Provenance['model'] {
  if (engine.model) return provenanceOf(engine.model);
  throw new LeewayError('request-invalid', 'No model is loaded.', 'Load a model first.');
}

/**
 * Asks what is missing of a stored run, keeping each answer before the next question is put: whatever stops it, it goes on
 * where it stopped and asks nothing twice. Gives the answers of the questions wanted, in their order.
 */
export async function storedAsk<Question extends ForcedChoice, Of extends AskedRun>(
  engine: Engine,
  store: RunStore,
  spec: StoredAskSpec<Question, Of>,
  { signal, onAnswers }: StoredAskOptions<Of['answers'][number]>,
): Promise<readonly Of['answers'][number][]> {
  const provenance = { ...spec.provenance, model: loadedProvenance(engine) };
  const key = runKey(spec.kind, provenance);
  const before = (await store.run(key)) as Of | undefined;
  const kept = new Map<string, Of['answers'][number]>(before?.answers.map((answer) => [answer.id, answer]));
  let work = before?.tokenLayers ?? { computed: 0, naive: 0 };
  const wanted = (): Of['answers'][number][] => spec.questions.flatMap(({ id }) => kept.get(id) ?? []);
  if (wanted().length > 0) onAnswers(wanted(), false);
  const missing = spec.questions.filter(({ id }) => !kept.has(id));
  await ask(engine, missing, provenance, {
    steer: spec.steer,
    signal,
    onChoice: async (question, choice, { computed, naive }) => {
      kept.set(question.id, spec.answer(question, choice));
      work = { computed: work.computed + computed, naive: work.naive + naive };
      await store.mergeRun({
        ...provenance,
        schema: RUN_SCHEMA,
        kind: spec.kind,
        key,
        updated: new Date().toISOString(),
        tokenLayers: work,
        answers: [...kept.values()].sort((a, b) => a.index - b.index),
      } as AskedRun);
      onAnswers(wanted(), true);
    },
  });
  return wanted();
}
