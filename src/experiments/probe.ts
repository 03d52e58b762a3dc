import type { Engine } from '../engine/client/engine.ts';
import type { Row, RowResult, Steer, TextToEncode, TokenLayers } from '../engine/shared/protocol.ts';
import { LeewayError } from '../errors/leeway-error.ts';
import { choiceFromCloze, choiceFromLetters, logSumExp, type Choice } from '../science/choice.ts';
import type { Dilemma, Letter } from '../science/dilemma.ts';
import type { Answer } from '../science/measurement.ts';
import { clozeParts, letterSpellings, lettersPrompt, ORDERS, type Protocol } from '../science/prompt.ts';

export interface ProbeSpec {
  readonly dilemmas: readonly Dilemma[];
  readonly protocol: Protocol;
  readonly system?: string | undefined;
  readonly steer?: readonly Steer[] | undefined;
}

/** One answered dilemma. */
export interface ProbeAnswer extends Choice, Answer {
  readonly dilemma: Dilemma;
}

export interface ProbeOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onAnswer?: ((answer: ProbeAnswer, done: number, tokenLayers: TokenLayers) => void) | undefined;
}

export interface ProbeOutcome {
  readonly answers: readonly ProbeAnswer[];
  readonly tokenLayers: TokenLayers;
}

/** The ids under which an answer letter may come as one token. */
interface Spellings {
  readonly ids: Readonly<Record<Letter, readonly number[]>>;
}

const notFinite = (dilemma: Dilemma, cause: unknown): LeewayError =>
  new LeewayError(
    'not-finite',
    `The model gave no finite probability for dilemma ${dilemma.index + 1} (${dilemma.id}).`,
    'Try a smaller strength, another precision of the model, or the WASM backend.',
    { cause },
  );

async function spellingsOf(engine: Engine): Promise<Spellings> {
  const letters: readonly Letter[] = ['A', 'B'];
  const texts = letters.flatMap((letter) => letterSpellings(letter).map((text) => ({ letter, text })));
  const encoded = await engine.encode(texts.map(({ text }) => ({ text, special: false })));
  const ids: Record<Letter, number[]> = { A: [], B: [] };
  texts.forEach(({ letter }, i) => {
    const [id, ...rest] = encoded[i] ?? [];
    if (id !== undefined && rest.length === 0 && !ids[letter].includes(id)) ids[letter].push(id);
  });
  if (ids.A.length === 0 || ids.B.length === 0)
    throw new LeewayError(
      'protocol-unsupported',
      'This model has no single token for the answer letters A and B.',
      'Use the cloze protocol, which reads the options’ own words.',
    );
  return { ids };
}

/** Texts to rows to a choice: one way for each protocol. */
interface Asking {
  texts(dilemma: Dilemma): readonly TextToEncode[];
  rows(tokens: readonly (readonly number[])[], steer: readonly Steer[]): readonly Row[];
  choice(results: readonly RowResult[]): Choice;
}

function letters(protocol: Protocol, system: string | undefined, spellings: Spellings): Asking {
  const { A, B } = spellings.ids;
  return {
    texts: (dilemma) =>
      ORDERS.map((highAt): TextToEncode => {
        if (protocol === 'letters') return { text: lettersPrompt(dilemma, highAt, system), special: true };
        const user = { role: 'user' as const, content: lettersPrompt(dilemma, highAt) };
        return { messages: system ? [{ role: 'system', content: system }, user] : [user] };
      }),
    rows: (tokens, steer) => tokens.map((ids) => ({ tokens: ids, steer, next: [...A, ...B] })),
    choice: (results) =>
      choiceFromLetters(
        ORDERS.map((highAt, i) => {
          const next = results[i]?.next ?? new Float32Array();
          return {
            highAt,
            logPA: logSumExp(next.subarray(0, A.length)),
            logPB: logSumExp(next.subarray(A.length)),
          };
        }),
      ),
  };
}

function cloze(system: string | undefined): Asking {
  const poles = ['high', 'low'] as const;
  return {
    texts: (dilemma) =>
      poles.flatMap((pole): TextToEncode[] => {
        const { stem, option } = clozeParts(dilemma, pole, system);
        return [
          { text: stem, special: true },
          { text: option, special: false },
        ];
      }),
    rows: (tokens, steer) =>
      poles.map((_, i) => {
        const stem = tokens[2 * i] ?? [];
        const option = tokens[2 * i + 1] ?? [];
        return { tokens: [...stem, ...option], steer, scoreFrom: stem.length };
      }),
    choice: (results) =>
      choiceFromCloze(results[0]?.scores ?? new Float32Array(), results[1]?.scores ?? new Float32Array()),
  };
}

/**
 * Asks every dilemma, in the order given, and hands over each answer as it comes.
 * @throws LeewayError `cancelled`, `not-finite`, `protocol-unsupported`, or what the engine says.
 */
export async function probe(
  engine: Engine,
  spec: ProbeSpec,
  options: ProbeOptions = {},
): Promise<ProbeOutcome> {
  const asking =
    spec.protocol === 'cloze'
      ? cloze(spec.system)
      : letters(spec.protocol, spec.system, await spellingsOf(engine));
  const answers: ProbeAnswer[] = [];
  let computed = 0;
  let naive = 0;
  for (const dilemma of spec.dilemmas) {
    if (options.signal?.aborted)
      throw new LeewayError('cancelled', 'The work was cancelled.', 'What was measured so far is kept.');
    const tokens = await engine.encode(asking.texts(dilemma));
    const reply = await engine.run(asking.rows(tokens, spec.steer ?? []), { signal: options.signal });
    let choice: Choice;
    try {
      choice = asking.choice(reply.rows);
    } catch (thrown) {
      throw notFinite(dilemma, thrown);
    }
    computed += reply.tokenLayers.computed;
    naive += reply.tokenLayers.naive;
    const answer: ProbeAnswer = {
      ...choice,
      dilemma,
      id: dilemma.id,
      wvsId: dilemma.wvsId,
      axis: dilemma.axis,
    };
    answers.push(answer);
    options.onAnswer?.(answer, answers.length, reply.tokenLayers);
  }
  return { answers, tokenLayers: { computed, naive } };
}
