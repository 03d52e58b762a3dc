import type { Engine } from '../engine/client/engine.ts';
import { LeewayError } from '../errors/leeway-error.ts';
import { inOrder, type ControlRun, type StoredControl } from '../runs/run.ts';
import type { RunStore } from '../runs/run-store.ts';
import { controlScore, type ControlQuestion, type ControlScore } from '../science/control.ts';
import type { Protocol } from '../science/prompt.ts';
import { isIdle } from '../science/push.ts';
import type { Manner } from './asking.ts';
import { steersOf, type RecordedPush } from './push.ts';
import { recorded, storedAsk, type StoredAskOptions } from './stored-ask.ts';

/** The control questions of a file. */
export interface ControlSet {
  readonly name: string;
  readonly sha256: string;
  readonly questions: readonly ControlQuestion[];
}

/** So many are asked before the verdict is looked at; the rest only where it is still open. */
const LOOKS = [12, 24] as const;

export interface StoredControlsSpec extends Manner {
  readonly seed: number;
  /** Ask only the first ones of the file. */
  readonly limit?: number | undefined;
  /** What they are asked under; pushes at strength 0 are left out. */
  readonly pushes?: readonly RecordedPush[] | undefined;
}

/** Asks all control questions in one manner, taking up a stored run where it stopped. */
export function storedControls(
  engine: Engine,
  store: RunStore,
  set: ControlSet,
  { seed, limit, pushes = [], ...manner }: StoredControlsSpec,
  options: StoredAskOptions<StoredControl>,
): Promise<readonly StoredControl[]> {
  const active = pushes.filter((push) => !isIdle(push));
  return storedAsk<ControlQuestion, ControlRun>(
    engine,
    store,
    {
      kind: 'controls',
      provenance: {
        ...recorded(manner),
        scenarios: { name: set.name, sha256: set.sha256, n: set.questions.length },
        seed,
        ...(active.length > 0 ? { steering: inOrder(active.map(({ record }) => record)) } : {}),
      },
      questions: set.questions.slice(0, limit),
      steer: steersOf(active),
      answer: ({ index, id, form }, choice) => ({ ...choice, index, id, form }),
    },
    options,
  );
}

export interface ScreeningOptions {
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onProgress?: ((protocol: Protocol, done: number, total: number) => void) | undefined;
}

/** The ways of asking that a model can be asked in: letters-chat wants a chat template. */
export const protocolsOf = (engine: Engine): readonly Protocol[] =>
  engine.model?.hasChatTemplate ? ['letters', 'letters-chat', 'cloze'] : ['letters', 'cloze'];

/**
 * Which protocols are valid for the loaded model: the control questions in every way of asking. Where the first ones leave
 * no doubt (their interval lies on one side of the threshold), the rest is not asked.
 */
export async function screenProtocols(
  engine: Engine,
  store: RunStore,
  set: ControlSet,
  { seed, signal, onProgress }: ScreeningOptions,
): Promise<Partial<Record<Protocol, ControlScore>>> {
  const scores: Partial<Record<Protocol, ControlScore>> = {};
  const check = async (protocol: Protocol, limit: number): Promise<void> => {
    const answers = await storedControls(
      engine,
      store,
      set,
      { protocol, seed, limit },
      { signal, onAnswers: (so) => onProgress?.(protocol, so.length, set.questions.length) },
    );
    const score = controlScore(answers);
    if (score) scores[protocol] = score;
  };
  for (const protocol of protocolsOf(engine))
    try {
      for (const limit of [...LOOKS, set.questions.length])
        if (!scores[protocol]?.decided) await check(protocol, limit);
    } catch (thrown) {
      // A model without a token for a label cannot be asked that way: the protocol is out, the others stay.
      if (!(thrown instanceof LeewayError) || thrown.code !== 'protocol-unsupported') throw thrown;
    }
  return scores;
}
