import type { Engine } from '../../src/engine/client/engine.ts';
import type { Sampling } from '../../src/engine/shared/generation.ts';
import { generateSides, type Prompt, type SideText } from '../../src/experiments/generation.ts';
import type { Push } from '../../src/science/push.ts';
import { loadChoice, type Emit, type ModelChoice } from './model.ts';
import { steeringJson, vectorOf, type SteeringChoice } from './vector.ts';

export interface GenerateRequest extends Sampling {
  readonly model: ModelChoice;
  readonly prompt: string;
  readonly as: Prompt['kind'];
  readonly system?: string;
  readonly maxTokens: number;
  readonly stopTexts?: readonly string[];
  readonly steering?: SteeringChoice & Required<Pick<SteeringChoice, 'way' | 'at'>>;
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
  const { prompt, as, system, steering, maxTokens, temperature, topP, seed, stopTexts } = request;
  await loadChoice(engine, request.model, emit);
  const pushes: Push[] = [];
  if (steering) {
    // Projections are counted in norms, whatever the strength is counted in.
    const { vector, training } = await vectorOf(engine, { ...steering, unit: 'norm' });
    pushes.push({ vector, ...steering });
    await emit('steering', steeringJson(steering, vector, training));
  }
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
    sides: [{ prompt: asked, pushes: [] }, ...(steering ? [{ prompt: asked, pushes }] : [])],
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
