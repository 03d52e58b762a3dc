import { LeewayError } from '../errors/leeway-error.ts';
import type { ModelSource } from './load-model.ts';
import { MODEL_ENTRIES, repositorySource, sourceOf } from './model-entries.ts';
import type { ModelEntry } from './model-entry.ts';

/** A model that a visitor may load, wherever it lies. */
export interface ModelChoice {
  readonly id: string;
  readonly name: string;
  readonly summary: string;
  /** What models.json knows of it; absent for what the visitor brought. */
  readonly entry?: ModelEntry;
  source(): Promise<ModelSource>;
}

/** The models of models.json. */
export const MODEL_CHOICES: readonly ModelChoice[] = MODEL_ENTRIES.map((entry) => ({
  id: entry.id,
  name: entry.name,
  summary: entry.summary,
  entry,
  source: () => sourceOf(entry),
}));

/** A GGUF file on the visitor's device. Throws model-not-found for any other file. */
export function fileChoice(file: File): ModelChoice {
  if (!/\.gguf$/i.test(file.name))
    throw new LeewayError(
      'model-not-found',
      `${file.name} is no GGUF file.`,
      'Choose a file whose name ends in .gguf; ONNX exports are loaded from a hub repository.',
    );
  return {
    id: file.name,
    name: file.name.replace(/\.gguf$/i, ''),
    summary: 'A file from your device; nothing is downloaded.',
    source: () => Promise.resolve({ id: file.name, file }),
  };
}

/** owner/name, with a file after a colon, or a page of the hub. */
const REPOSITORY =
  /^(?:https?:\/\/[^/]+\/)?([\w.-]+\/[\w.-]+?)(?::(.+)|\/(?:blob|resolve)\/[^/]+\/(.+?)|\/?)(?:\?.*)?$/;

/** A repository of the hub as a person writes it. Throws request-invalid. */
export function repositoryChoice(text: string): ModelChoice {
  const [, repository, named, linked] = REPOSITORY.exec(text.trim()) ?? [];
  if (!repository)
    throw new LeewayError(
      'request-invalid',
      `“${text.trim()}” does not name a repository of the hub.`,
      'Write owner/name, or owner/name:file.gguf where it holds several files.',
    );
  const file = named ?? linked;
  return {
    id: file ? `${repository}:${file}` : repository,
    name: repository.slice(repository.indexOf('/') + 1),
    summary: `Downloaded once from the hub (${repository}).`,
    source: () => repositorySource(repository, file),
  };
}
