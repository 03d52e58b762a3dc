import type { Engine } from '../engine/client/engine.ts';
import { LeewayError } from '../errors/leeway-error.ts';
import type { ControlRun, StoredControl } from '../runs/run.ts';
import type { RunStore } from '../runs/run-store.ts';
import { controlScore, type ControlQuestion, type ControlScore } from '../science/control.ts';
import type { Protocol } from '../science/prompt.ts';
import type { Manner } from './asking.ts';
import { recorded, storedAsk, type StoredAskOptions } from './stored-ask.ts';

/** The control questions of a file. */
export interface ControlSet {
  readonly name: string;
  readonly sha256: string;
  readonly questions: readonly ControlQuestion[];
}

/** So many are asked before the verdict is looked at; the rest only where it is still open. */
const LOOKS = [12, 24] as const;

/** Asks all control questions in one manner, taking up a stored run where it stopped. */
export function storedControls(
  engine: Engine,
  store: RunStore,
  set: ControlSet,
  { seed, limit, ...manner }: Manner & { readonly seed: number; readonly limit?: number },
  options: StoredAskOptions<StoredControl>,
): Promise<readonly StoredControl[]> {
  return storedAsk<ControlQuestion, ControlRun>(
    engine,
    store,
    {
      kind: 'controls',
      provenance: {
        ...recorded(manner),
        scenarios: { name: set.name, sha256: set.sha256, n: set.questions.length },
        seed,
      },
      questions: set.questions.slice(0, limit),
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
