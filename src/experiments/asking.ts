import type { Engine } from '../engine/client/engine.ts';
import type { Row, RowResult, Steer, TextToEncode } from '../engine/shared/protocol.ts';
import { LeewayError } from '../errors/leeway-error.ts';
import { choiceFromCloze, choiceFromLetters, logSumExp, type Choice } from '../science/choice.ts';
import type { ForcedChoice } from '../science/forced-choice.ts';
import {
  clozeParts,
  labelSpellings,
  LABEL_SETS,
  lettersPrompt,
  ORDERS,
  type LabelSet,
  type PromptOptions,
  type Protocol,
} from '../science/prompt.ts';

/** How questions are put. */
export interface Manner extends PromptOptions {
  readonly protocol: Protocol;
}

/** Texts to rows to a choice: one way for each protocol. */
export interface Asking {
  texts(question: ForcedChoice): readonly TextToEncode[];
  rows(tokens: readonly (readonly number[])[], steer: readonly Steer[]): readonly Row[];
  choice(results: readonly RowResult[]): Choice;
}

/** The ids under which each of the two labels may come as one token. */
type LabelIds = readonly [readonly number[], readonly number[]];

async function labelIds(engine: Engine, set: LabelSet): Promise<LabelIds> {
  const [first, second] = await Promise.all(
    LABEL_SETS[set].map(async (label) => {
      const encoded = await engine.encode(labelSpellings(label).map((text) => ({ text, special: false })));
      const single = encoded.flatMap((ids) => (ids.length === 1 ? ids : []));
      return [...new Set(single)];
    }),
  );
  if (!first?.length || !second?.length)
    throw new LeewayError(
      'protocol-unsupported',
      `This model has no single token for the answer labels ${LABEL_SETS[set].join(' and ')}.`,
      'Use the cloze protocol, which reads the options’ own words.',
    );
  return [first, second];
}

function letters({ protocol, system, labels }: Manner, [first, second]: LabelIds): Asking {
  return {
    texts: (question) =>
      ORDERS.map((highAt): TextToEncode => {
        if (protocol === 'letters')
          return { text: lettersPrompt(question, highAt, { system, labels }), special: true };
        const user = { role: 'user' as const, content: lettersPrompt(question, highAt, { labels }) };
        return { messages: system ? [{ role: 'system', content: system }, user] : [user] };
      }),
    rows: (tokens, steer) => tokens.map((ids) => ({ tokens: ids, steer, next: [...first, ...second] })),
    choice: (results) =>
      choiceFromLetters(
        ORDERS.map((highAt, i) => {
          const next = results[i]?.next ?? new Float32Array();
          return {
            highAt,
            logPA: logSumExp(next.subarray(0, first.length)),
            logPB: logSumExp(next.subarray(first.length)),
          };
        }),
      ),
  };
}

function cloze({ system }: Manner): Asking {
  const poles = ['high', 'low'] as const;
  return {
    texts: (question) =>
      poles.flatMap((pole): TextToEncode[] => {
        const { stem, option } = clozeParts(question, pole, system);
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

/** The way of asking for the loaded model. Throws protocol-unsupported where it has no token for a label. */
export async function askingOf(engine: Engine, manner: Manner): Promise<Asking> {
  return manner.protocol === 'cloze'
    ? cloze(manner)
    : letters(manner, await labelIds(engine, manner.labels ?? 'AB'));
}
