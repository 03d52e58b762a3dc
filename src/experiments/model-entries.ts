import manifest from '../../models.json' with { type: 'json' };
import type { Holding } from '../models/holding.ts';
import type { RepositorySource } from '../models/repository.ts';
import type { Protocol } from '../science/prompt.ts';

/** One model of models.json. */
export interface ModelEntry {
  readonly id: string;
  readonly name: string;
  readonly summary: string;
  readonly licence: string;
  readonly repository: string;
  readonly revision: string;
  /** The file to take whatever the machine; chosen for it where absent. */
  readonly graph?: string;
  readonly protocol: Protocol;
}

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

/**
 * Where an entry is fetched from: the mirror where one is set, else the page's own server when it holds the model, else
 * the hub.
 */
export async function sourceOf(entry: ModelEntry, mirror?: string): Promise<RepositorySource> {
  if (mirror === undefined) {
    const local = localSource(entry.id);
    const response = await fetch(`${local.base}/api/models/${local.repository}/revision/main`).catch(
      () => undefined,
    );
    const isThere = response?.ok && (response.headers.get('content-type') ?? '').includes('json');
    if (isThere) return local;
  }
  return {
    id: entry.id,
    base: mirror ?? HUB,
    repository: entry.repository,
    revision: entry.revision,
    ...(entry.graph === undefined ? {} : { graph: entry.graph }),
  };
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
