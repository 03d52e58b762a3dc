import { LeewayError } from '../errors/leeway-error.ts';
import { MAP_MODES } from '../science/culture-map.ts';
import { METHODS } from '../science/directions/direction.ts';
import { AXES } from '../science/item.ts';
import { PROTOCOLS } from '../science/prompt.ts';
import { PUSH_PLACES, PUSH_WAYS, strengthEnd, unitsOf, type PushUnit } from '../science/push.ts';
import { isShortHash, type LinkedPush, type LinkedSteering, type Permalink } from './permalink.ts';

/** Raised when a field changes its meaning. */
const VERSION = '1';
const BACKENDS = ['webgpu', 'wasm'] as const;
/** Longer prompts do not survive the programs that addresses pass through. */
export const MOST_SYSTEM = 1000;
const MOST_DILEMMAS = 100_000;
const MOST_LAYERS = 1000;

/** Fields in which an address may hold these signs as they are, so that a person can read it. */
const legible = (text: string): string =>
  encodeURIComponent(text).replace(/%(?:2C|3A|40|2F)/g, (sign) => decodeURIComponent(sign));

const pushText = ({ axis, strength, layers }: LinkedPush): string =>
  `${axis}:${strength}@${[...layers].sort((a, b) => a - b).join(',')}`;

/** A link as the part of an address after the #, which no server is sent. */
export function permalinkText(link: Permalink): string {
  const { steering } = link;
  const fields: readonly (readonly [string, string | undefined])[] = [
    ['v', VERSION],
    ['model', link.model],
    ['revision', link.revision || undefined],
    ['dtype', link.dtype],
    ['file', link.file],
    ['backend', link.backend],
    ['protocol', link.protocol],
    ['system', link.system],
    ['dilemmas', String(link.dilemmas)],
    ['scenarios', link.scenarios],
    ['seed', String(link.seed)],
    ['map', link.map],
    ...(steering
      ? ([
          ...steering.pushes.map((push) => ['push', pushText(push)] as const),
          ['way', steering.way],
          ['at', steering.at],
          ['unit', steering.unit],
          ['method', steering.method],
          ['training', `${steering.training.sha256}/${steering.training.n}`],
          ['vectors', steering.vectors],
        ] as const)
      : []),
  ];
  const written = fields.flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${legible(value)}`],
  );
  return `#${written.join('&')}`;
}

const invalid = (message: string): LeewayError =>
  new LeewayError(
    'request-invalid',
    message,
    'Ask for the address again, or choose a model and begin anew; nothing was changed.',
  );

/** Reads the fields of a link, each of which is whole or refused. */
class Fields {
  readonly #fields: URLSearchParams;

  constructor(fragment: string) {
    // A plus is no space here: addresses are written by encodeURIComponent.
    this.#fields = new URLSearchParams(fragment.replace(/^#/, '').replaceAll('+', '%2B'));
  }

  has(name: string): boolean {
    return this.#fields.has(name);
  }

  all(name: string): readonly string[] {
    return this.#fields.getAll(name);
  }

  text(name: string): string {
    const [value = ''] = this.all(name);
    if (value === '') throw invalid(`The address is cut off or was changed: it does not say “${name}”.`);
    return value;
  }

  oneOf<Word extends string>(name: string, words: readonly Word[]): Word {
    const text = this.text(name);
    const word = words.find((one) => one === text);
    if (word === undefined)
      throw invalid(`The address asks for a “${name}” that is not known here: ${text}.`);
    return word;
  }

  whole(name: string, [least, most]: readonly [number, number]): number {
    return whole(this.text(name), name, [least, most]);
  }

  /** A hash and a count. */
  counted(name: string): { readonly sha256: string; readonly n: number } {
    const [sha256 = '', n = ''] = this.text(name).split('/');
    return { sha256: hash(sha256, name), n: whole(n, name, [1, MOST_DILEMMAS]) };
  }
}

function whole(text: string, name: string, [least, most]: readonly [number, number]): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(value >= least && value <= most))
    throw invalid(`The address has no such “${name}” as ${text || 'nothing'}.`);
  return value;
}

function hash(text: string, name: string): string {
  if (!isShortHash(text)) throw invalid(`The address is cut off or was changed at “${name}”.`);
  return text;
}

function readPush(text: string, unit: PushUnit): LinkedPush {
  const [, name, size = '', places = ''] = /^(\w+):(-?\d+(?:\.\d+)?)@([\d,]+)$/.exec(text) ?? [];
  const axis = AXES.find((one) => one === name);
  const strength = Number(size);
  const layers = [...new Set(places.split(',').map((layer) => whole(layer, 'push', [0, MOST_LAYERS])))];
  if (!axis || !(Math.abs(strength) <= strengthEnd(unit)) || (unit === 'share' && strength < 0))
    throw invalid(`The address asks for a push that is not possible here: ${text}.`);
  return { axis, strength, layers: layers.sort((a, b) => a - b) };
}

function readSteering(fields: Fields): LinkedSteering {
  const way = fields.oneOf('way', PUSH_WAYS);
  const unit = fields.oneOf('unit', unitsOf(way));
  const pushes = fields.all('push').map((text) => readPush(text, unit));
  if (new Set(pushes.map(({ axis }) => axis)).size < pushes.length)
    throw invalid('The address pushes one axis twice.');
  return {
    ...{ way, unit, pushes },
    at: fields.oneOf('at', PUSH_PLACES),
    method: fields.oneOf('method', METHODS),
    training: fields.counted('training'),
    vectors: hash(fields.text('vectors'), 'vectors'),
  };
}

/**
 * Reads the part of an address after the #; undefined where it holds no link.
 * @throws LeewayError request-invalid where it holds one that is not whole, or of a newer version of the page.
 */
export function readPermalink(fragment: string): Permalink | undefined {
  const fields = new Fields(fragment);
  if (!fields.has('model')) return undefined;
  if (fields.text('v') !== VERSION)
    throw invalid('The address was made by a newer version of this page: load the page anew.');
  const system = fields.has('system') ? fields.text('system') : undefined;
  if (system && system.length > MOST_SYSTEM)
    throw invalid('The address holds a system prompt that is too long.');
  return {
    model: fields.text('model'),
    revision: fields.has('revision') ? fields.text('revision') : '',
    dtype: fields.text('dtype'),
    ...(fields.has('file') ? { file: fields.text('file') } : {}),
    backend: fields.oneOf('backend', BACKENDS),
    protocol: fields.oneOf('protocol', PROTOCOLS),
    ...(system ? { system } : {}),
    dilemmas: fields.whole('dilemmas', [1, MOST_DILEMMAS]),
    scenarios: hash(fields.text('scenarios'), 'scenarios'),
    seed: fields.whole('seed', [0, Number.MAX_SAFE_INTEGER]),
    map: fields.oneOf('map', MAP_MODES),
    ...(fields.has('push') ? { steering: readSteering(fields) } : {}),
  };
}
