import { existsSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { LeewayError } from '../src/errors/leeway-error.ts';
import type { Arguments } from './arguments.ts';
import { MOUNTED } from './browser-run.ts';
import type { ModelChoice } from './page/model.ts';

const BACKENDS = ['wasm', 'webgpu'] as const;
const STORAGES = ['packed', 'float32', 'float16'] as const;

/** A hub repository: owner/name, and after a colon the file in it where it holds several. */
const REPOSITORY = /^([\w.-]+\/[\w.-]+)(?::(.+))?$/;

/** A model is a folder or a .gguf file when it is one on disk; else an id of models.json or a hub repository. */
export function modelOf(
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
