import type { Engine } from '../../src/engine/client/engine.ts';
import type { Backend, LoadedModel, SteeringWays, WeightStorage } from '../../src/engine/shared/protocol.ts';
import { LeewayError } from '../../src/errors/leeway-error.ts';
import { spawnLibrary } from '../../src/library/client/spawn.ts';
import type { RepositoryFiles } from '../../src/models/model-files.ts';
import type { RepositorySource } from '../../src/models/repository.ts';
import type { Protocol } from '../../src/science/prompt.ts';
import { loadModel } from '../../src/experiments/load-model.ts';
import { hubSource, localSource, MODEL_ENTRIES, sourceOf } from '../../src/experiments/model-entries.ts';
import { phantomFiles, PHANTOMS } from '../../src/experiments/phantoms.ts';

/** A model as the command line names it: an id of models.json, something that this server mounted, or a hub repository. */
export interface ModelChoice {
  readonly name: string;
  /** Repository under which the server has mounted a folder or file. */
  readonly mounted?: string;
  readonly hub?: HubChoice;
  readonly backend?: Backend;
  readonly storage?: WeightStorage;
  /** Label or path of the repository's file to take. */
  readonly precision?: string;
  /** For which ways of steering it is opened. */
  readonly steering?: SteeringWays;
}

/** A repository of a hub, the file in it where it holds several, and the hub where it is not the usual one. */
export interface HubChoice {
  readonly repository: string;
  readonly file?: string;
  readonly base?: string;
}

export type Emit = (name: string, value: unknown) => Promise<void>;

/** What models.json recommends for a model, else the paper's letters. */
export function recommendedProtocol(choice: ModelChoice): Protocol {
  return MODEL_ENTRIES.find((entry) => entry.id === choice.name)?.protocol ?? 'letters';
}

/** Loads the chosen model and tells its description. */
export async function loadChoice(engine: Engine, choice: ModelChoice, emit: Emit): Promise<LoadedModel> {
  const source = await sourceFor(choice);
  const { backend, storage, precision, steering } = choice;
  const library = spawnLibrary();
  const model = await loadModel(engine, library, source, { backend, storage, precision, steering }).finally(
    () => library.terminate(),
  );
  await emit('model', {
    id: model.id,
    revision: model.revision,
    dtype: model.dtype,
    ...(model.dtypeReason === undefined ? {} : { dtype_reason: model.dtypeReason }),
    alternatives: model.alternatives,
    backend_reason: model.backendReason,
    layers: model.layers,
    hidden: model.hidden,
    vocabulary: model.vocabulary,
    runtime: model.runtime,
    self_check: model.selfCheck,
  });
  await emit('backend', model.backend);
  return model;
}

/** Where the choice lies. Throws model-not-found. */
export async function sourceFor({
  name,
  mounted,
  hub,
}: ModelChoice): Promise<RepositorySource | RepositoryFiles> {
  if (mounted) return localSource(name, mounted);
  if (hub) return hubSource(hub.repository, hub.file, hub.base);
  const entry = MODEL_ENTRIES.find((candidate) => candidate.id === name);
  if (entry) return sourceOf(entry);
  if (PHANTOMS.some(({ id }) => id === name)) return phantomFiles(name);
  throw new LeewayError(
    'model-not-found',
    `There is no model called ${name}.`,
    'Name an id of models.json, a phantom, a hub repository (owner/name), a folder or a .gguf file.',
  );
}
