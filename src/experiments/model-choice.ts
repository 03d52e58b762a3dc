import { LeewayError } from '../errors/leeway-error.ts';
import type { Library } from '../library/client/library.ts';
import type { Holding } from '../models/holding.ts';
import type { RepositorySource } from '../models/repository.ts';
import type { ModelSource } from './load-model.ts';
import { entrySource, holdingName, MODEL_ENTRIES, namedSource } from './model-entries.ts';
import type { ModelEntry } from './model-entry.ts';
import { phantomFiles, PHANTOMS } from './phantoms.ts';

/** A model that a visitor may load, wherever it lies. */
export interface ModelChoice {
  readonly id: string;
  readonly name: string;
  readonly summary: string;
  /** What models.json knows of it; absent for what the visitor brought. */
  readonly entry?: ModelEntry;
  /** A phantom, which holds known opinions: never to be shown as a language model. */
  readonly calibration?: boolean;
  /** @param mirror base URL to download from in place of the hub */
  source(mirror?: string): Promise<ModelSource>;
}

/** A model of the hub, or of what stands in its place. */
export interface RepositoryChoice extends ModelChoice {
  source(mirror?: string): Promise<RepositorySource>;
}

/** The models of models.json. */
export const MODEL_CHOICES: readonly RepositoryChoice[] = MODEL_ENTRIES.map((entry) => ({
  id: entry.id,
  name: entry.name,
  summary: entry.summary,
  entry,
  source: (mirror) => entrySource(entry, mirror),
}));

/** The calibration models beside the page: nothing is downloaded from elsewhere. */
export const PHANTOM_CHOICES: readonly ModelChoice[] = PHANTOMS.map(({ id, name, summary }) => ({
  id,
  name,
  summary,
  calibration: true,
  source: () => phantomFiles(id),
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
export function repositoryChoice(text: string): RepositoryChoice {
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
    source: (mirror) => namedSource(repository, file, mirror),
  };
}

/** A model that is on this device: nothing is asked of a network. */
export function heldChoice(library: Library, holding: Holding): ModelChoice {
  const { key, label } = holding;
  return {
    id: key,
    name: `${holdingName(holding)} (${label})`,
    summary: 'From this device; nothing is downloaded.',
    source: () => library.take(key),
  };
}
