import { PUSH_PLACES } from '../src/science/push.ts';
import type { Arguments } from './arguments.ts';
import type { GenerateRequest } from './page/generate.ts';
import type { ModelChoice } from './page/model.ts';
import { pushRequest } from './push-options.ts';

/** The options of `lab generate` beside those of the model and the vector. */
export const GENERATE = ['prompt', 'system', 'max', 'temperature', 'top-p', 'stop'] as const;

/** Its options without a value. */
export const GENERATE_FLAGS = ['chat'] as const;

/** Tokens of each text where nothing else is said. */
const MOST = 64;

/** What `lab generate` asks for. Throws request-invalid. */
export async function generateRequest(options: Arguments, model: ModelChoice): Promise<GenerateRequest> {
  const system = options.text('system');
  const stop = options.text('stop');
  const topP = options.number('top-p');
  const push = await pushRequest(options, PUSH_PLACES);
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
    ...(push ? { push } : {}),
  };
}
