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

/** Whether a hub-shaped folder holds a repository: one request. Static hosts answer anything with a page, or with 404. */
async function holds({ base, repository, revision }: RepositorySource): Promise<boolean> {
  try {
    const response = await fetch(`${base}/api/models/${repository}/revision/${encodeURIComponent(revision)}`);
    // Files without an ending come with any type, or with none: what they say decides.
    const info = response.ok ? ((await response.json()) as { sha?: unknown } | null) : null;
    return typeof info?.sha === 'string';
  } catch {
    return false;
  }
}

/**
 * Where an entry is fetched from: a mirror that lies as `hub/` beside the page, else a model folder of the page's own
 * server, else the hub.
 * @param hub base address of the hub, or of the mirror that stands for it
 */
export async function sourceOf(entry: ModelEntry, hub: string = manifest.hub): Promise<RepositorySource> {
  const { id, repository, revision, graph } = entry;
  const source = { id, repository, revision, ...(graph === undefined ? {} : { graph }) };
  for (const own of [{ ...source, base: localHub() }, localSource(id)]) if (await holds(own)) return own;
  return { ...source, base: hub };
}

/** Where any other repository is fetched from: a mirror beside the page, else the hub. */
export async function repositorySource(
  repository: string,
  file?: string,
  hub?: string,
): Promise<RepositorySource> {
  const own = hubSource(repository, file, localHub());
  return (await holds(own)) ? own : hubSource(repository, file, hub);
}
