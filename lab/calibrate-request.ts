import { LeewayError } from '../src/errors/leeway-error.ts';
import type { Arguments } from './arguments.ts';
import type { CalibrateRequest } from './page/calibrate.ts';
import type { ModelChoice } from './page/model.ts';

export const CALIBRATE_OPTIONS = ['layer', 'strength', 'learnings', 'draws', 'each'] as const;

/** What `lab calibrate` is asked to do. Throws request-invalid. */
export function calibrateRequest(options: Arguments, model: ModelChoice): CalibrateRequest {
  const strength = options.number('strength') ?? 0.1;
  if (strength === 0)
    throw new LeewayError(
      'request-invalid',
      '--strength should not be 0.',
      'See the README’s section on the command line.',
    );
  return {
    model,
    strength: Math.abs(strength),
    layer: options.whole('layer', 0) ?? 2,
    learnings: options.whole('learnings', 1) ?? 5,
    draws: options.whole('draws', 1) ?? 200,
    each: options.whole('each', 2) ?? 2,
    seed: options.whole('seed', 0) ?? 1,
  };
}
