import { LeewayError } from '../src/errors/leeway-error.ts';
import { METHODS } from '../src/science/directions/direction.ts';
import { AXES } from '../src/science/item.ts';
import { PROTOCOLS } from '../src/science/prompt.ts';
import type { Arguments } from './arguments.ts';
import type { ModelChoice } from './page/model.ts';
import type { SearchRequest } from './page/search.ts';

const invalid = (message: string): LeewayError =>
  new LeewayError('request-invalid', message, 'See the README’s section on the command line.');

/** Numbers set apart by commas. */
function numbers(options: Arguments, name: string): readonly number[] | undefined {
  const text = options.text(name);
  if (text === undefined) return undefined;
  const values = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (!values.every(Number.isFinite))
    throw invalid(`--${name} should be numbers with commas, not "${text}".`);
  return values;
}

/** Cells as `layer@strength`, set apart by commas. */
function cellsOf(options: Arguments, name: string): SearchRequest['also'] {
  const text = options.text(name);
  if (text === undefined) return [];
  return text.split(',').map((part) => {
    const [, layer, strength] = /^\s*(\d+)@(-?[\d.]+)\s*$/.exec(part) ?? [];
    if (layer === undefined || !Number.isFinite(Number(strength)) || Number(strength) === 0)
      throw invalid(`--${name} should be cells as 12@0.15 with commas, not "${text}".`);
    return { layer: Number(layer), strength: Number(strength) };
  });
}

/** What `lab search` is asked to do. Throws request-invalid. */
export function searchRequest(options: Arguments, model: ModelChoice): SearchRequest {
  const protocol = options.oneOf('protocol', PROTOCOLS);
  const layers = options.text('layers') === 'all' ? undefined : numbers(options, 'layers');
  const strengths = numbers(options, 'strengths');
  if (layers?.some((layer) => !Number.isInteger(layer) || layer < 0))
    throw invalid('--layers should be whole numbers from 0 with commas, or all.');
  if (strengths?.every((strength) => strength === 0))
    throw invalid('--strengths should hold one that pushes.');
  return {
    model,
    axis: options.oneOf('axis', AXES) ?? AXES[0],
    method: options.oneOf('method', METHODS) ?? METHODS[0],
    ...(layers ? { layers } : {}),
    ...(strengths ? { strengths } : {}),
    ...(protocol ? { protocol } : {}),
    limit: options.whole('limit', 1) ?? 30,
    test: options.whole('test', 1) ?? 60,
    train: options.whole('train', 1) ?? 150,
    random: options.whole('random', 0) ?? 20,
    closer: options.whole('closer', 1) ?? 6,
    passages: options.whole('passages', 1) ?? 8,
    also: cellsOf(options, 'also'),
    seed: options.whole('seed', 0) ?? 1,
  };
}
