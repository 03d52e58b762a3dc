import { basename } from 'node:path';
import { LeewayError } from '../src/errors/leeway-error.ts';
import { METHODS } from '../src/science/directions/direction.ts';
import { readSelection } from '../src/science/directions/selection.ts';
import { PUSH_UNITS, PUSH_WAYS, unitsOf, type PushPlace } from '../src/science/push.ts';
import type { Arguments } from './arguments.ts';
import { readBytes } from './input-file.ts';
import type { PushRequest, PushSource } from './page/vector.ts';
import { readVectorFile } from './vector-file.ts';

/** The options that say what a run stands under. */
export const PUSH_OPTIONS = ['vector', 'method', 'train', 'layer', 'strength', 'unit', 'way', 'at'] as const;

const KINDS = /^(axis|item|domain):|^all$/;

const fault = (message: string, advice: string): LeewayError =>
  new LeewayError('request-invalid', message, advice);

/** The name of a selection as it was given. Throws vector-invalid where it is none. */
export function requireSelection(name: string): string {
  if (readSelection(name)) return name;
  if (name.startsWith('axis:'))
    throw new LeewayError(
      'vector-invalid',
      `There is no axis called ${name.slice('axis:'.length)}.`,
      'Use one of traditional_secular, survival_self_expression.',
    );
  throw new LeewayError(
    'vector-invalid',
    `${name} names no vector.`,
    'Use axis:<name>, item:<code>, domain:<name> or all.',
  );
}

async function sourceOf(vector: string, layers: readonly number[]): Promise<PushSource> {
  if (KINDS.test(vector)) return { selection: requireSelection(vector) };
  const bytes = readBytes(vector, 'vector file');
  return { name: basename(vector), ...(await readVectorFile(vector, bytes, layers)) };
}

/** `10` or `10,11,12`, each layer once. */
function layersOf(text: string): number[] {
  const layers = text.split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : NaN));
  if (layers.some(Number.isNaN) || new Set(layers).size < layers.length)
    throw fault(
      `--layer should be a layer, or several parted by commas, each once; not "${text}".`,
      'Layers count from 0.',
    );
  return layers;
}

/**
 * What the options ask a run to stand under; undefined without --vector.
 * @param places where this command's vectors may act, the usual place first
 */
export async function pushRequest(
  options: Arguments,
  places: readonly [PushPlace, ...PushPlace[]] = ['all', 'last'],
): Promise<PushRequest | undefined> {
  const vector = options.text('vector');
  if (vector === undefined) return undefined;
  const layer = options.text('layer');
  if (layer === undefined)
    throw fault('The option --vector needs --layer.', 'Say after which layer the vector is added.');
  const layers = layersOf(layer);
  const way = options.oneOf('way', PUSH_WAYS) ?? 'add';
  const units = unitsOf(way);
  const unit = options.oneOf('unit', PUSH_UNITS) ?? units[0];
  if (!units.includes(unit))
    throw fault(
      `The way ${way} is not counted in ${unit}.`,
      `Use --unit ${units.join(' or ')}, or leave it out.`,
    );
  const method = options.oneOf('method', METHODS);
  const train = options.whole('train', 1);
  return {
    from: await sourceOf(vector, layers),
    layers,
    ...(method === undefined ? {} : { method }),
    ...(train === undefined ? {} : { train }),
    strength: options.number('strength') ?? 1,
    unit,
    way,
    at: options.oneOf('at', places) ?? places[0],
  };
}
