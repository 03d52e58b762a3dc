import { existsSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { LeewayError } from '../src/errors/leeway-error.ts';
import type { SelfCheck } from '../src/engine/shared/protocol.ts';
import { MAP_MODES } from '../src/science/culture-map.ts';
import { METHODS } from '../src/science/directions/direction.ts';
import { LABEL_SETS, PROTOCOLS, type LabelSet } from '../src/science/prompt.ts';
import { Arguments } from './arguments.ts';
import { MOUNTED, runInBrowser } from './browser-run.ts';
import { readForwardRows } from './forward-file.ts';
import { GENERATE, GENERATE_FLAGS, generateRequest } from './generate-options.ts';
import { readText } from './input-file.ts';
import type { ModelChoice } from './page/model.ts';
import type { Job } from './page/page.ts';
import type { ProbeRequest } from './page/probe.ts';
import type { TargetsRequest } from './page/targets.ts';
import type { ValidateRequest } from './page/validate.ts';
import type { VectorsRequest } from './page/vectors.ts';
import { REPORT_OPTIONS, writeReport } from './report.ts';
import { PUSH_OPTIONS, pushRequest, requireSelection } from './push-options.ts';
import { RESPONSE_FLAGS, RESPONSE_OPTIONS, responseRequest } from './response-request.ts';
import { ResultFile } from './result-file.ts';
import { searchRequest } from './search-request.ts';
import { sayOutcome } from './self-check-outcome.ts';
import { VectorResult } from './vector-result.ts';

const BACKENDS = ['wasm', 'webgpu'] as const;
const STORAGES = ['packed', 'float32', 'float16'] as const;
const COMMON = ['model', 'backend', 'weights', 'dtype', 'seed', 'out'] as const;

const COMMANDS = {
  forward: [...COMMON, 'requests'],
  verify: COMMON,
  generate: [...COMMON, ...GENERATE, ...PUSH_OPTIONS],
  probe: [...COMMON, 'scenarios', 'protocol', 'labels', 'system', 'limit', ...PUSH_OPTIONS],
  vectors: [...COMMON, 'selection', 'pairs', 'method', 'train'],
  validate: [...COMMON, 'protocol', 'limit'],
  response: [...COMMON, ...RESPONSE_OPTIONS],
  search: [
    ...[...COMMON, 'axis', 'method', 'layers', 'strengths', 'limit', 'test', 'train', 'protocol'],
    ...['random', 'closer', 'passages', 'also'],
  ],
  targets: [...COMMON, 'nations', 'protocol', 'limit', 'train', 'layer', 'map'],
  report: REPORT_OPTIONS,
  bench: ['model', 'backend', 'weights', 'out'],
} as const;

/** A hub repository: owner/name, and after a colon the file in it where it holds several. */
const REPOSITORY = /^([\w.-]+\/[\w.-]+)(?::(.+))?$/;

/** A model is a folder or a .gguf file when it is one on disk; else an id of models.json or a hub repository. */
function modelOf(
  options: Arguments,
  name = options.required('model'),
): { choice: ModelChoice; path: string | undefined } {
  const backend = options.oneOf('backend', BACKENDS);
  const storage = options.oneOf('weights', STORAGES);
  const precision = options.text('dtype');
  const wishes = {
    ...(backend ? { backend } : {}),
    ...(storage ? { storage } : {}),
    ...(precision ? { precision } : {}),
  };
  const stat = statSync(name, { throwIfNoEntry: false });
  if (stat?.isDirectory() || (stat?.isFile() && name.endsWith('.gguf')))
    return { choice: { name: basename(resolve(name)), mounted: MOUNTED, ...wishes }, path: resolve(name) };
  if (stat)
    throw new LeewayError(
      'model-not-found',
      `${name} is neither a folder nor a .gguf file.`,
      'Name the folder that holds the model, or a .gguf file.',
    );
  const [, repository, file] = REPOSITORY.exec(name) ?? [];
  // Where its folder is here, a path was meant and not a repository.
  const isPath = !repository || name.startsWith('.') || name.endsWith('.gguf') || existsSync(dirname(name));
  if (/[\\/]|^\./.test(name) && isPath)
    throw new LeewayError(
      'model-not-found',
      `There is no ${name}.`,
      'Name a folder or file that holds a model.',
    );
  if (!repository) return { choice: { name, ...wishes }, path: undefined };
  const hub = process.env['HF_ENDPOINT']?.replace(/\/+$/, '');
  const from = { repository, ...(file ? { file } : {}), ...(hub ? { base: hub } : {}) };
  return { choice: { name, hub: from, ...wishes }, path: undefined };
}

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

/** Every option may be left out; model, backend and weights are those of the throughput. */
async function measureSpeed(options: Arguments): Promise<void> {
  const { choice, path } = modelOf(options, options.text('model') ?? 'smollm2-135m');
  // Only this command needs what makes the real model.
  const { bench } = await import('../bench/bench.ts');
  await bench({
    out: options.text('out') ?? 'bench-results/bench.json',
    choice: { backend: 'wasm', ...choice },
    ...(path === undefined ? {} : { path }),
  });
}

async function main([command, ...words]: readonly string[]): Promise<void> {
  if (command === undefined || !Object.hasOwn(COMMANDS, command))
    throw new LeewayError(
      'request-invalid',
      command ? `There is no command ${command}.` : 'A command is missing.',
      `Use one of ${Object.keys(COMMANDS).join(', ')}; see the README.`,
    );
  const name = command as keyof typeof COMMANDS;
  if (name === 'bench') return measureSpeed(new Arguments(words, COMMANDS.bench));
  if (name === 'report') return writeReport(new Arguments(words, COMMANDS.report));
  const flags = name === 'generate' ? GENERATE_FLAGS : name === 'response' ? RESPONSE_FLAGS : [];
  const options = new Arguments(words, COMMANDS[name], flags);
  const { choice, path } = modelOf(options);
  const job = await jobOf(name, options, choice);
  // What verify finds is said on the screen; a file of it is extra.
  const out = name === 'verify' ? options.text('out') : options.required('out');
  const result =
    out === undefined ? undefined : name === 'vectors' ? new VectorResult(out) : new ResultFile(out);
  let selfCheck: SelfCheck | undefined;
  try {
    await runInBrowser({
      path,
      job,
      onPiece: (piece, value) => {
        if (piece === 'progress') {
          process.stdout.write(`${String(value)}\n`);
          return;
        }
        if (piece === 'model') selfCheck = (value as { self_check: SelfCheck }).self_check;
        result?.add(piece, value);
      },
    });
    await result?.finish();
  } catch (thrown) {
    result?.discard();
    throw thrown;
  }
  if (name === 'verify' && selfCheck) sayOutcome(selfCheck);
}

async function jobOf(
  command: Exclude<keyof typeof COMMANDS, 'bench' | 'report'>,
  options: Arguments,
  model: ModelChoice,
): Promise<Job> {
  if (command === 'verify') return { command, request: { model } };
  if (command === 'probe') return { command, request: await probeRequest(options, model) };
  if (command === 'response') return { command, request: responseRequest(options, model) };
  if (command === 'search') return { command, request: searchRequest(options, model) };
  if (command === 'generate') return { command, request: await generateRequest(options, model) };
  if (command === 'vectors') return { command, request: vectorsRequest(options, model) };
  if (command === 'validate') return { command, request: validateRequest(options, model) };
  if (command === 'targets') return { command, request: targetsRequest(options, model) };
  const rows = readForwardRows(readText(options.required('requests'), 'request file'));
  return { command, request: { model, rows } };
}

main(process.argv.slice(2)).catch((thrown: unknown) => {
  const error = LeewayError.wrap(thrown, 'internal', 'Report this fault with the command that led to it.');
  const sentence = `${error.message} ${error.advice}`.replace(/\s+/g, ' ');
  process.stderr.write(`${error.code}: ${sentence}\n`);
  process.exitCode = 1;
});
