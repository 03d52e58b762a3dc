import type { Engine } from '../engine/client/engine.ts';
import type { Steer, TokenLayers } from '../engine/shared/protocol.ts';
import { LeewayError } from '../errors/leeway-error.ts';
import type { Choice } from '../science/choice.ts';
import type { ForcedChoice } from '../science/forced-choice.ts';
import { askingOf, type Manner } from './asking.ts';

export interface AskOptions<Question> {
  readonly steer?: readonly Steer[] | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with each choice as it comes; the next question waits until it is done, so that nothing is lost. */
  readonly onChoice: (question: Question, choice: Choice, work: TokenLayers) => void | Promise<void>;
}

const notFinite = (question: ForcedChoice, cause: unknown): LeewayError =>
  new LeewayError(
    'not-finite',
    `The model gave no finite probability for question ${question.index + 1} (${question.id}).`,
    'Try a smaller strength, another precision of the model, or the WASM backend.',
    { cause },
  );

/**
 * Asks every question, in the order given.
 * @throws LeewayError `cancelled`, `not-finite`, `protocol-unsupported`, or what the engine says.
 */
export async function ask<Question extends ForcedChoice>(
  engine: Engine,
  questions: readonly Question[],
  manner: Manner,
  { steer = [], signal, onChoice }: AskOptions<Question>,
): Promise<void> {
  if (questions.length === 0) return;
  const asking = await askingOf(engine, manner);
  for (const question of questions) {
    if (signal?.aborted)
      throw new LeewayError('cancelled', 'The work was cancelled.', 'What was measured so far is kept.');
    const tokens = await engine.encode(asking.texts(question));
    const reply = await engine.run(asking.rows(tokens, steer), { signal });
    let choice: Choice;
    try {
      choice = asking.choice(reply.rows);
    } catch (thrown) {
      throw notFinite(question, thrown);
    }
    await onChoice(question, choice, reply.tokenLayers);
  }
}
