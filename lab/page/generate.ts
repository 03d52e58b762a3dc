import type { Engine } from '../../src/engine/client/engine.ts';
import type { Sampling } from '../../src/engine/shared/generation.ts';
import { generateSides, type Prompt, type SideText } from '../../src/experiments/generation.ts';
import { loadChoice, type Emit, type ModelChoice } from './model.ts';
import { pushesOf, steeringJson, waysOfPush, type PushRequest } from './vector.ts';

export interface GenerateRequest extends Sampling {
  readonly model: ModelChoice;
  readonly prompt: string;
  readonly as: Prompt['kind'];
  readonly system?: string;
  readonly maxTokens: number;
  readonly stopTexts?: readonly string[];
  readonly push?: PushRequest;
}

const asJson = ({ promptTokens, tokens, text, tokensPerSecond, end }: SideText): Record<string, unknown> => ({
  text,
  end,
  prompt_tokens: promptTokens,
  tokens_per_second: tokensPerSecond ?? null,
  tokens: tokens.map(({ id, text: piece, logProbability, projection }) => ({
    id,
    text: piece,
    log_probability: logProbability,
    ...(projection === undefined ? {} : { projection }),
  })),
});

/** `lab generate`: the prompt continued unsteered and, where a vector is named, steered by it. */
export async function generateTexts(engine: Engine, request: GenerateRequest, emit: Emit): Promise<void> {
  const { prompt, as, system, push, maxTokens, temperature, topP, seed, stopTexts } = request;
  await loadChoice(engine, { ...request.model, ...(push ? { steering: waysOfPush(push) } : {}) }, emit);
  // Projections are counted in norms from the mean state, whatever the strength is counted in.
  const pushes = push ? await pushesOf(engine, push, { withState: true }) : [];
  if (push) await emit('steering', steeringJson(push, pushes));
  await emit('prompt', prompt);
  await emit('as', as);
  if (system) await emit('system', system);
  await emit('sampling', {
    temperature,
    top_p: topP ?? 1,
    seed,
    max_tokens: maxTokens,
    stop: stopTexts ?? [],
  });
  const asked: Prompt =
    as === 'chat'
      ? { kind: as, messages: [{ role: 'user', content: prompt }], system }
      : { kind: as, text: prompt, system };
  const { sides, tokenLayers } = await generateSides(engine, {
    sides: [{ prompt: asked, pushes: [] }, ...(push ? [{ prompt: asked, pushes }] : [])],
    maxTokens,
    temperature,
    ...(topP === undefined ? {} : { topP }),
    seed,
    ...(stopTexts ? { stopTexts } : {}),
    watch: pushes[0]?.vector,
  });
  const [unsteered, steered] = sides;
  if (unsteered) await emit('unsteered', asJson(unsteered));
  if (steered) await emit('steered', asJson(steered));
  await emit('token_layers', tokenLayers);
}
