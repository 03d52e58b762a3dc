import type { Engine } from '../engine/client/engine.ts';
import type { Steer, TokenLayers } from '../engine/shared/protocol.ts';
import type { Answer } from '../science/answer.ts';
import type { Choice } from '../science/choice.ts';
import type { Dilemma } from '../science/dilemma.ts';
import { ask } from './ask.ts';
import type { Manner } from './asking.ts';

export interface ProbeSpec extends Manner {
  readonly dilemmas: readonly Dilemma[];
  readonly steer?: readonly Steer[] | undefined;
}

/** One answered dilemma. */
export interface ProbeAnswer extends Choice, Answer {
  readonly index: number;
}

export interface ProbeOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onAnswer?:
    ((answer: ProbeAnswer, done: number, tokenLayers: TokenLayers) => void | Promise<void>) | undefined;
}

export interface ProbeOutcome {
  readonly answers: readonly ProbeAnswer[];
  readonly tokenLayers: TokenLayers;
}

/**
 * Asks every dilemma, in the order given, and hands over each answer as it comes.
 * @throws LeewayError as `ask` does.
 */
export async function probe(
  engine: Engine,
  { dilemmas, steer, ...manner }: ProbeSpec,
  { signal, onAnswer }: ProbeOptions = {},
): Promise<ProbeOutcome> {
  const answers: ProbeAnswer[] = [];
  const total = { computed: 0, naive: 0 };
  await ask(engine, dilemmas, manner, {
    steer,
    signal,
    onChoice: async ({ index, id, wvsId, axis, domain }, choice, work) => {
      const answer: ProbeAnswer = { ...choice, index, id, wvsId, axis, domain };
      answers.push(answer);
      total.computed += work.computed;
      total.naive += work.naive;
      await onAnswer?.(answer, answers.length, work);
    },
  });
  return { answers, tokenLayers: total };
}
