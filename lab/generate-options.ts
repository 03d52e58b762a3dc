import { LeewayError } from '../src/errors/leeway-error.ts';
import { PUSH_PLACES, PUSH_UNITS, PUSH_WAYS, unitsOf } from '../src/science/push.ts';
import type { Arguments } from './arguments.ts';
import type { GenerateRequest } from './page/generate.ts';
import type { ModelChoice } from './page/model.ts';
import { steeringChoice } from './steering-options.ts';

/** The options of `lab generate` beside those of the model and the vector. */
export const GENERATE = ['prompt', 'system', 'way', 'at', 'max', 'temperature', 'top-p', 'stop'] as const;

/** Its options without a value. */
export const GENERATE_FLAGS = ['chat'] as const;

/** Tokens of each text where nothing else is said. */
const MOST = 64;

/** What `lab generate` asks for. Throws request-invalid. */
export async function generateRequest(options: Arguments, model: ModelChoice): Promise<GenerateRequest> {
  const system = options.text('system');
  const stop = options.text('stop');
  const topP = options.number('top-p');
  const chosen = await steeringChoice(options);
  const way = options.oneOf('way', PUSH_WAYS) ?? 'add';
  const unit = options.oneOf('unit', PUSH_UNITS) ?? unitsOf(way)[0];
  if (!unitsOf(way).includes(unit))
    throw new LeewayError(
      'request-invalid',
      `The strength of --way ${way} cannot be counted in ${unit}.`,
      `Use --unit ${unitsOf(way).join(' or ')}.`,
    );
  return {
    model,
    prompt: options.required('prompt'),
    as: options.has('chat') ? 'chat' : 'plain',
    ...(system ? { system } : {}),
    maxTokens: options.whole('max', 1) ?? MOST,
    temperature: options.number('temperature') ?? 0,
    ...(topP === undefined ? {} : { topP }),
    seed: options.whole('seed', 0) ?? 1,
    ...(stop ? { stopTexts: [stop] } : {}),
    ...(chosen
      ? {
          steering: {
            ...chosen,
            strength: options.number('strength') ?? 1,
            unit,
            way,
            at: options.oneOf('at', PUSH_PLACES) ?? 'all',
          },
        }
      : {}),
  };
}
