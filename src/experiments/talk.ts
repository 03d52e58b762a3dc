import type { ChatMessage } from '../engine/shared/protocol.ts';
import type { ExportedFile } from '../runs/run-export.ts';
import type { Provenance, SteeringRecord } from '../runs/run.ts';
import type { GenerationOutcome, Prompt, SideText } from './generation.ts';

/** How each text of a talk is drawn. */
export interface TalkSampling {
  readonly seed: number;
  readonly temperature: number;
  readonly maxTokens: number;
  readonly stopTexts: readonly string[];
}

/** Along which vector tokens were read. */
export type WatchedRecord = Pick<SteeringRecord, 'vector' | 'axis' | 'method' | 'layer' | 'training'>;

/** One prompt and what each side made of it; the second is absent where nothing was pushed. */
export interface Turn {
  readonly prompt: string;
  readonly as: Prompt['kind'];
  readonly system: string;
  readonly sampling: TalkSampling;
  readonly steering: readonly SteeringRecord[];
  readonly watched?: WatchedRecord;
  readonly sides: readonly SideText[];
  readonly tokenLayers?: GenerationOutcome['tokenLayers'];
}

/** What a side of a turn said; before anything was pushed, both are the model as it is. */
export const sideOf = ({ sides }: Turn, side: number): SideText | undefined => sides[side] ?? sides[0];

/** What a side is asked next: in a chat with its own answers before it. */
export function nextPrompt(
  before: readonly Turn[],
  side: number,
  { prompt, as, system }: Pick<Turn, 'prompt' | 'as' | 'system'>,
): Prompt {
  if (as === 'plain') return { kind: as, text: prompt, system };
  const messages = before.flatMap((turn): ChatMessage[] => [
    { role: 'user', content: turn.prompt },
    { role: 'assistant', content: sideOf(turn, side)?.text ?? '' },
  ]);
  return { kind: as, messages: [...messages, { role: 'user', content: prompt }], system };
}

/** Raised when a field changes its meaning. */
export const TALK_FILE = { format: 'leeway-talk', version: 1 } as const;

/** A talk as a JSON file named after its day: with what is in it every text can be made again. */
export function exportTalk(turns: readonly Turn[], model: Provenance['model']): ExportedFile {
  const exported = new Date().toISOString();
  const written = turns.map(({ sides, ...turn }) => ({
    ...turn,
    sides: sides.map((side, i) => ({ pushed: i > 0, ...side })),
  }));
  return {
    name: `leeway-talk-${exported.slice(0, 10)}.json`,
    type: 'application/json',
    text: `${JSON.stringify({ ...TALK_FILE, exported, model, turns: written }, null, 1)}\n`,
  };
}
