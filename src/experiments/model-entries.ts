import manifest from '../../models.json' with { type: 'json' };
import type { RepositorySource } from '../models/repository.ts';
import type { ModelEntry } from './model-entry.ts';

/** The models of models.json, the page's default first. */
export const MODEL_ENTRIES: readonly ModelEntry[] = manifest.models as ModelEntry[];

/** Base URL of the models that the page's own server holds, in the hub's shapes. */
export const localHub = (): string =>
  new URL('hub', new URL(import.meta.env.BASE_URL, document.baseURI)).href;

/** A model folder of the page's own server. */
export function localSource(id: string, repository = `local/${id}`): RepositorySource {
  return { id, base: localHub(), repository, revision: 'main', moving: true };
}

/** Any repository of a hub; `file` names the .onnx or .gguf to take, or a precision. */
export function hubSource(repository: string, file?: string, base: string = manifest.hub): RepositorySource {
  return {
    id: repository,
    base,
    repository,
    revision: 'main',
    ...(file === undefined ? {} : { graph: file }),
  };
}

/** Where an entry is fetched from: the page's own server when it holds the model, else the hub. */
export async function sourceOf(entry: ModelEntry): Promise<RepositorySource> {
  const local = localSource(entry.id);
  const response = await fetch(`${local.base}/api/models/${local.repository}/revision/main`).catch(
    () => undefined,
  );
  const isThere = response?.ok && (response.headers.get('content-type') ?? '').includes('json');
  if (isThere) return local;
  return {
    id: entry.id,
    base: manifest.hub,
    repository: entry.repository,
    revision: entry.revision,
    ...(entry.graph === undefined ? {} : { graph: entry.graph }),
  };
}
