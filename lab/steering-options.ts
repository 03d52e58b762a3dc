import { basename } from 'node:path';
import { LeewayError } from '../src/errors/leeway-error.ts';
import type { Arguments } from './arguments.ts';
import { readBytes } from './input-file.ts';
import type { SteeringChoice } from './page/vector.ts';
import { readVectorFile } from './vector-file.ts';

/** The options that name a vector and its strength. */
export const STEERING = ['vector', 'layer', 'strength', 'unit', 'train'] as const;

/** The vector that the options name, without its strength; undefined where they name none. Throws request-invalid. */
export async function steeringChoice(
  options: Arguments,
): Promise<Pick<SteeringChoice, 'from' | 'layer' | 'train'> | undefined> {
  const vector = options.text('vector');
  const layer = options.whole('layer', 0);
  const train = options.whole('train', 1);
  if (vector === undefined) return undefined;
  if (layer === undefined)
    throw new LeewayError(
      'request-invalid',
      'The option --vector needs --layer.',
      'Say after which layer the vector is added.',
    );
  return {
    from: vector.startsWith('axis:')
      ? { axis: vector.slice('axis:'.length) }
      : {
          name: basename(vector),
          ...(await readVectorFile(vector, readBytes(vector, 'vector file'), layer)),
        },
    layer,
    ...(train === undefined ? {} : { train }),
  };
}
