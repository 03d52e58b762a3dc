import { basename } from 'node:path';
import { LeewayError } from '../src/errors/leeway-error.ts';
import { MAP_MODES } from '../src/science/culture-map.ts';
import { METHODS } from '../src/science/directions/direction.ts';
import { LABEL_SETS, PROTOCOLS, type LabelSet } from '../src/science/prompt.ts';
import type { Arguments } from './arguments.ts';
import { CALIBRATE_OPTIONS, calibrateRequest } from './calibrate-request.ts';
import { readForwardRows } from './forward-file.ts';
import { GENERATE, GENERATE_FLAGS, generateRequest } from './generate-options.ts';
import { readText } from './input-file.ts';
import type { ModelChoice } from './page/model.ts';
import type { Job } from './page/page.ts';
import type { ProbeRequest } from './page/probe.ts';
import type { TargetsRequest } from './page/targets.ts';
import type { ValidateRequest } from './page/validate.ts';
import type { VectorsRequest } from './page/vectors.ts';
import { PUSH_OPTIONS, pushRequest, requireSelection } from './push-options.ts';
import { RESPONSE_FLAGS, RESPONSE_OPTIONS, responseRequest } from './response-request.ts';
import { searchRequest } from './search-request.ts';

const COMMON = ['model', 'backend', 'weights', 'dtype', 'seed', 'out'] as const;

/** The commands that run in the browser, with their options. */
export const COMMANDS = {
  forward: [...COMMON, 'requests'],
  verify: COMMON,
  generate: [...COMMON, ...GENERATE, ...PUSH_OPTIONS],
  probe: [...COMMON, 'scenarios', 'protocol', 'labels', 'system', 'limit', ...PUSH_OPTIONS],
  vectors: [...COMMON, 'selection', 'pairs', 'method', 'train'],
  validate: [...COMMON, 'protocol', 'limit'],
  response: [...COMMON, ...RESPONSE_OPTIONS],
  calibrate: [...COMMON, ...CALIBRATE_OPTIONS],
  search: [
    ...[...COMMON, 'axis', 'method', 'layers', 'strengths', 'limit', 'test', 'train', 'protocol'],
    ...['random', 'closer', 'passages', 'also'],
  ],
  targets: [...COMMON, 'nations', 'protocol', 'limit', 'train', 'layer', 'map'],
} as const;

export type Command = keyof typeof COMMANDS;

/** Options without a value. */
export const FLAGS: Readonly<Partial<Record<Command, readonly string[]>>> = {
  generate: GENERATE_FLAGS,
  response: RESPONSE_FLAGS,
};

async function probeRequest(options: Arguments, model: ModelChoice): Promise<ProbeRequest> {
  const scenarios = options.text('scenarios');
  const protocol = options.oneOf('protocol', PROTOCOLS);
  const labels = options.oneOf('labels', Object.keys(LABEL_SETS) as LabelSet[]);
  const limit = options.whole('limit', 1);
  const system = options.text('system');
  const push = await pushRequest(options);
  return {
    model,
    seed: options.whole('seed', 0) ?? 1,
    ...(scenarios
      ? { scenarios: { name: basename(scenarios), text: readText(scenarios, 'scenario file') } }
      : {}),
    ...(protocol ? { protocol } : {}),
    ...(labels ? { labels } : {}),
    ...(system ? { system } : {}),
    ...(limit === undefined ? {} : { limit }),
    ...(push ? { push } : {}),
  };
}

function vectorsRequest(options: Arguments, model: ModelChoice): VectorsRequest {
  const pairs = options.text('pairs');
  const selection = options.text('selection');
  if ((pairs === undefined) === (selection === undefined))
    throw new LeewayError(
      'request-invalid',
      'The command vectors needs either --selection or --pairs.',
      'Use --selection axis:<name>, item:<code>, domain:<name> or all; or --pairs with a file of your own.',
    );
  const train = options.whole('train', 1);
  return {
    model,
    selection: requireSelection(selection ?? 'all'),
    ...(pairs === undefined
      ? {}
      : { pairs: { name: basename(pairs), text: readText(pairs, 'file of pairs') } }),
    method: options.oneOf('method', METHODS) ?? 'mean',
    ...(train === undefined ? {} : { train }),
    seed: options.whole('seed', 0) ?? 1,
  };
}

function validateRequest(options: Arguments, model: ModelChoice): ValidateRequest {
  const protocol = options.oneOf('protocol', PROTOCOLS);
  const limit = options.whole('limit', 1);
  return {
    model,
    seed: options.whole('seed', 0) ?? 1,
    ...(protocol ? { protocol } : {}),
    ...(limit === undefined ? {} : { limit }),
  };
}

function targetsRequest(options: Arguments, model: ModelChoice): TargetsRequest {
  const nations = options
    .text('nations')
    ?.split(',')
    .map((code) => code.trim().toUpperCase());
  const protocol = options.oneOf('protocol', PROTOCOLS);
  const [limit, train, layer] = [
    options.whole('limit', 1),
    options.whole('train', 1),
    options.whole('layer', 0),
  ];
  return {
    model,
    seed: options.whole('seed', 0) ?? 1,
    mode: options.oneOf('map', MAP_MODES) ?? 'centred',
    ...(nations ? { nations: [...new Set(nations)] } : {}),
    ...(protocol ? { protocol } : {}),
    ...(limit === undefined ? {} : { limit }),
    ...(train === undefined ? {} : { train }),
    ...(layer === undefined ? {} : { layer }),
  };
}

/** What a command asks of the page. Throws request-invalid. */
export async function jobOf(command: Command, options: Arguments, model: ModelChoice): Promise<Job> {
  if (command === 'verify') return { command, request: { model } };
  if (command === 'probe') return { command, request: await probeRequest(options, model) };
  if (command === 'calibrate') return { command, request: calibrateRequest(options, model) };
  if (command === 'response') return { command, request: responseRequest(options, model) };
  if (command === 'search') return { command, request: searchRequest(options, model) };
  if (command === 'generate') return { command, request: await generateRequest(options, model) };
  if (command === 'vectors') return { command, request: vectorsRequest(options, model) };
  if (command === 'validate') return { command, request: validateRequest(options, model) };
  if (command === 'targets') return { command, request: targetsRequest(options, model) };
  const rows = readForwardRows(readText(options.required('requests'), 'request file'));
  return { command, request: { model, rows } };
}
