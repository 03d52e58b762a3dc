import { LeewayError } from '../../errors/leeway-error.ts';
import type { GenerateRequest } from '../shared/generation.ts';
import { checkRows, type RowLimits } from './row-check.ts';
import { checkSteer } from './steer-check.ts';

const fault = (what: string, advice: string): LeewayError => new LeewayError('request-invalid', what, advice);

/** Refuses what the model cannot continue, before anything runs. */
export function checkGeneration(request: GenerateRequest, limits: RowLimits): void {
  const { sides, maxTokens, sampling, project, stopTokens = [] } = request;
  if (sides.length === 0) throw fault('Nothing is to be continued.', 'Give at least one side.');
  checkRows(
    sides.map(({ tokens, steer = [] }) => ({
      tokens,
      steer,
      next: stopTokens,
      ...(project ? { capture: [project.layer] } : {}),
    })),
    limits,
  );
  if (project)
    checkSteer([{ layer: project.layer, vector: project.direction }], limits.hidden, 'What is read');
  if (!Number.isInteger(maxTokens) || maxTokens < 1)
    throw fault(`${maxTokens} tokens cannot be written.`, 'Ask for a whole number from 1 on.');
  const { temperature, topP = 1, seed } = sampling;
  if (!(temperature >= 0 && temperature < Infinity))
    throw fault(`A temperature of ${temperature} means nothing.`, 'Choose 0 or more.');
  if (!(topP > 0 && topP <= 1))
    throw fault(`${topP} of the probability cannot be drawn from.`, 'Choose a share above 0, up to 1.');
  if (!Number.isInteger(seed)) throw fault(`The seed ${seed} is not a whole number.`, 'Choose one.');
}
