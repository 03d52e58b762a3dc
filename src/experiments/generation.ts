import type { Engine } from '../engine/client/engine.ts';
import type { GenerateReply, GenerationEnd, Sampling } from '../engine/shared/generation.ts';
import type { ChatMessage, TextToEncode } from '../engine/shared/protocol.ts';
import { LeewayError } from '../errors/leeway-error.ts';
import type { Push } from '../science/push.ts';
import { norm, type LayerVector } from '../science/steering-vector.ts';
import { steersOf } from './push.ts';

/** What a side continues: a plain text, or a talk through the model's chat template with its turn to answer. */
export type Prompt =
  | { readonly kind: 'plain'; readonly text: string; readonly system?: string | undefined }
  | {
      readonly kind: 'chat';
      readonly messages: readonly ChatMessage[];
      readonly system?: string | undefined;
    };

/** One side: its own prompt (what it answered before belongs to it) and its own pushes. */
export interface SideSpec {
  readonly prompt: Prompt;
  readonly pushes: readonly Push[];
}

export interface GenerationSpec extends Sampling {
  readonly sides: readonly SideSpec[];
  readonly maxTokens: number;
  readonly stopTexts?: readonly string[];
  /** Along which vector each token's state is read. */
  readonly watch?: LayerVector | undefined;
}

/** One token of a side's text. */
export interface TalkToken {
  readonly id: number;
  readonly text: string;
  /** Natural logarithm, among all tokens, before temperature and top-p. */
  readonly logProbability: number;
  /**
   * Where the state that the token was chosen from stands along the watched vector, from the training texts' mean state,
   * in multiples of the layer's mean residual norm; positive toward the high pole. Steering is part of it.
   */
  readonly projection?: number;
}

/** A side as far as it has come. */
export interface SideText {
  readonly promptTokens: number;
  readonly tokens: readonly TalkToken[];
  readonly text: string;
  readonly tokensPerSecond?: number;
  /** Absent while it goes on, and where it was stopped. */
  readonly end?: GenerationEnd;
}

export interface GenerationOutcome {
  readonly sides: readonly SideText[];
  readonly tokenLayers: GenerateReply['tokenLayers'];
}

const textOf = (prompt: Prompt): TextToEncode => {
  const { system } = prompt;
  if (prompt.kind === 'plain')
    return { text: system ? `${system}\n${prompt.text}` : prompt.text, special: true };
  return { messages: system ? [{ role: 'system', content: system }, ...prompt.messages] : prompt.messages };
};

/** Turns h · v̂ into what `TalkToken.projection` says. */
export function projectionScale({ direction, mean, residualNorm }: LayerVector): (raw: number) => number {
  const length = norm(direction);
  const usual =
    length === 0 || !mean ? 0 : mean.reduce((sum, value, i) => sum + value * (direction[i] ?? 0), 0) / length;
  return (raw) => (raw - usual) / residualNorm;
}

/**
 * Has the loaded model continue every side's prompt, token by token in turn; equal seeds draw alike on every side. What
 * `onSides` was told last stands, however it ends.
 * @throws LeewayError request-invalid for an empty prompt, protocol-unsupported without a chat template, cancelled, or
 *   what the engine says.
 */
export async function generateSides(
  engine: Engine,
  { sides, maxTokens, stopTexts, watch, ...sampling }: GenerationSpec,
  {
    signal,
    onSides,
  }: {
    readonly signal?: AbortSignal | undefined;
    readonly onSides?: ((sides: readonly SideText[]) => void) | undefined;
  } = {},
): Promise<GenerationOutcome> {
  const prompts = await engine.encode(sides.map(({ prompt }) => textOf(prompt)));
  if (prompts.some((tokens) => tokens.length === 0))
    throw new LeewayError('request-invalid', 'There is nothing to continue.', 'Write a few words first.');
  let texts: readonly SideText[] = prompts.map(({ length }) => ({
    promptTokens: length,
    tokens: [],
    text: '',
  }));
  const told = (side: number, change: (text: SideText) => SideText): void => {
    texts = texts.map((text, i) => (i === side ? change(text) : text));
    onSides?.(texts);
  };
  const scale = watch && projectionScale(watch);
  const reply = await engine.generate(
    {
      sides: sides.map(({ pushes }, i) => {
        const tokens = prompts[i] ?? [];
        return { tokens, steer: steersOf(pushes, tokens.length) };
      }),
      maxTokens,
      sampling,
      stopTokens: engine.model?.endTokens ?? [],
      ...(stopTexts ? { stopTexts } : {}),
      ...(watch ? { project: { layer: watch.layer, direction: watch.direction } } : {}),
    },
    {
      signal,
      onProgress: (progress) =>
        told(progress.side, (before) => {
          if ('end' in progress) return { ...withRest(before, progress.text), end: progress.end };
          const { token, text, logProbability, projection, tokensPerSecond } = progress;
          return {
            ...before,
            tokens: [
              ...before.tokens,
              {
                id: token,
                text,
                logProbability,
                ...(projection === undefined || !scale ? {} : { projection: scale(projection) }),
              },
            ],
            text: before.text + text,
            ...(tokensPerSecond === undefined ? {} : { tokensPerSecond }),
          };
        }),
    },
  );
  return { sides: texts, tokenLayers: reply.tokenLayers };
}

/** What had waited belongs to the last token. */
function withRest(side: SideText, text: string): SideText {
  const last = side.tokens.at(-1);
  if (text === '' || !last) return side;
  return {
    ...side,
    tokens: [...side.tokens.slice(0, -1), { ...last, text: last.text + text }],
    text: side.text + text,
  };
}
