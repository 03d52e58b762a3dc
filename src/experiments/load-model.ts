import type { AskOptions } from '../channel/client.ts';
import type { Engine } from '../engine/client/engine.ts';
import type {
  Backend,
  LoadedModel,
  LoadProgress,
  SteeringWays,
  WeightStorage,
} from '../engine/shared/protocol.ts';
import type { Library } from '../library/client/library.ts';
import type { FetchProgress } from '../library/shared/protocol.ts';
import type { FileSource, RepositoryFiles } from '../models/model-files.ts';
import type { RepositorySource } from '../models/repository.ts';

/** Where a model comes from: a repository, a file of the visitor's, or files that are at hand. */
export type ModelSource = RepositorySource | FileSource | RepositoryFiles;

/** What would be chosen for the machine. */
export interface ModelWishes {
  readonly backend?: Backend | undefined;
  readonly storage?: WeightStorage | undefined;
  /** Label or path of the repository's file to take. */
  readonly precision?: string | undefined;
  /** For which ways of steering it is opened; rows that ask for more open it again. */
  readonly steering?: SteeringWays | undefined;
}

export type ModelProgress = FetchProgress | LoadProgress;

/** Brings a model to this device where it is not here yet, and opens it. Errors: those of both. */
export async function loadModel(
  engine: Engine,
  library: Library,
  source: ModelSource,
  { backend, storage, precision, steering, ...options }: ModelWishes & AskOptions<ModelProgress> = {},
): Promise<LoadedModel> {
  const files =
    'revision' in source
      ? await library.fetch({ source, ...(backend && { backend }), ...(precision && { precision }) }, options)
      : source;
  return engine.load(files, { backend, storage, steering, ...options });
}
