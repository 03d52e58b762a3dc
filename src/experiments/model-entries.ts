import manifest from '../../models.json' with { type: 'json' };
import type { Holding } from '../models/holding.ts';
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

/** Base URL of the hub where no mirror is set. */
export const HUB: string = manifest.hub;

/** Any repository of a hub; `file` names the .onnx or .gguf to take, or a precision. */
export function hubSource(repository: string, file?: string, base: string = HUB): RepositorySource {
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

/** Where an entry is fetched from where the visitor may have set a mirror: that goes before everything. */
export async function entrySource(entry: ModelEntry, mirror?: string): Promise<RepositorySource> {
  if (mirror === undefined) return sourceOf(entry);
  const { id, repository, revision, graph } = entry;
  return { id, base: mirror, repository, revision, ...(graph === undefined ? {} : { graph }) };
}

/** Where any other repository is fetched from, likewise. */
export async function namedSource(
  repository: string,
  file?: string,
  mirror?: string,
): Promise<RepositorySource> {
  return mirror === undefined ? repositorySource(repository, file) : hubSource(repository, file, mirror);
}

/** What tells where something on this device came from. */
type Origin = Pick<Holding, 'id' | 'base' | 'repository' | 'revision' | 'graph'>;

/** Where the rest, or a newer version, of what is on this device comes from; undefined where it came as a file. */
export function holdingSource(holding: Origin, mirror?: string): RepositorySource | undefined {
  const { id, repository, revision, graph } = holding;
  if (/^(?:file|folder)\//.test(repository)) return undefined;
  const isLocal = repository.startsWith('local/');
  const base = isLocal ? localHub() : (mirror ?? (holding.base === '' ? HUB : holding.base));
  return { id, base, repository, revision, graph, ...(isLocal ? { moving: true } : {}) };
}

/** The entry that something on this device is of. */
export const entryOf = ({ id, repository }: Pick<Holding, 'id' | 'repository'>): ModelEntry | undefined =>
  MODEL_ENTRIES.find((entry) => entry.repository === repository || entry.id === id);

/** What a model on this device is called. */
export const holdingName = (holding: Pick<Holding, 'id' | 'repository'>): string =>
  entryOf(holding)?.name ?? holding.repository.replace(/^[^/]*\//, '').replace(/\.gguf$/i, '');

/** Names under which runs know the models of repositories. */
export const repositoryIds = (): Record<string, string> =>
  Object.fromEntries(MODEL_ENTRIES.map(({ repository, id }) => [repository, id]));
