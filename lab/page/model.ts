import type { Engine } from '../../src/engine/client/engine.ts';
import type { Backend, LoadedModel } from '../../src/engine/shared/protocol.ts';
import { LeewayError } from '../../src/errors/leeway-error.ts';
import type { Protocol } from '../../src/science/prompt.ts';
import { localSource, MODEL_ENTRIES, sourceOf } from '../../src/experiments/model-entries.ts';

/** A model as the command line names it: an id of models.json, or a repository of this server or of the hub. */
export interface ModelChoice {
  readonly name: string;
  /** Repository under which the server has mounted a folder. */
  readonly mounted?: string;
  readonly backend?: Backend;
}

export type Emit = (name: string, value: unknown) => Promise<void>;

/** What models.json recommends for a model, else the paper's letters. */
export function recommendedProtocol(choice: ModelChoice): Protocol {
  return MODEL_ENTRIES.find((entry) => entry.id === choice.name)?.protocol ?? 'letters';
}

/** Loads the chosen model and tells its description. */
export async function loadChoice(engine: Engine, choice: ModelChoice, emit: Emit): Promise<LoadedModel> {
  const entry = MODEL_ENTRIES.find((candidate) => candidate.id === choice.name);
  if (!choice.mounted && !entry)
    throw new LeewayError(
      'model-not-found',
      `There is no model called ${choice.name}.`,
      'Name an id of models.json or a folder.',
    );
  const source = choice.mounted || !entry ? localSource(choice.name, choice.mounted) : await sourceOf(entry);
  const model = await engine.load(source, { backend: choice.backend });
  await emit('model', {
    id: model.id,
    revision: model.revision,
    dtype: model.dtype,
    layers: model.layers,
    hidden: model.hidden,
    vocabulary: model.vocabulary,
    runtime: model.runtime,
  });
  await emit('backend', model.backend);
  return model;
}
