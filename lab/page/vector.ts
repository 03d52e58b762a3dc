import type { Engine } from '../../src/engine/client/engine.ts';
import type { LoadedModel, SteeringWays } from '../../src/engine/shared/protocol.ts';
import { LeewayError } from '../../src/errors/leeway-error.ts';
import type { RecordedPush } from '../../src/experiments/push.ts';
import { readResiduals, type ResidualTable } from '../../src/experiments/residual-table.ts';
import { loadScenarios } from '../../src/experiments/resources.ts';
import { dilemmaPairs, type PairSource } from '../../src/experiments/text-pairs.ts';
import { makeVectors } from '../../src/experiments/vectors.ts';
import type { SteeringRecord } from '../../src/runs/run.ts';
import type { Method } from '../../src/science/directions/direction.ts';
import { readSelection } from '../../src/science/directions/selection.ts';
import type { PushPlace, PushUnit, PushWay } from '../../src/science/push.ts';
import type { LayerVector } from '../../src/science/steering-vector.ts';

/** Where vectors come from: learned from training dilemmas, or out of a file. */
export type PushSource =
  | {
      /** Name of a selection, checked by the command line: see `readSelection`. */
      readonly selection: string;
    }
  | {
      readonly name: string;
      /** [hidden] by layer. */
      readonly vectors: Readonly<Record<number, readonly number[]>>;
      /** How the file's layers and signs were understood, where others may have written it. */
      readonly convention?: string;
      readonly norms?: Readonly<Record<number, number>>;
      readonly notes?: Readonly<Record<string, string | number>>;
    };

/** What a run is asked to stand under: one source's vectors at some layers, all acting alike. */
export interface PushRequest {
  readonly from: PushSource;
  readonly layers: readonly number[];
  /** How vectors are learned; the mean difference where absent. */
  readonly method?: Method;
  /** Learn from the first training dilemmas only. */
  readonly train?: number;
  readonly strength: number;
  readonly unit: PushUnit;
  readonly way: PushWay;
  readonly at: PushPlace;
}

interface Learned {
  readonly source: PairSource;
  readonly table: ResidualTable;
}

function requireFit(model: LoadedModel, { from, layers }: PushRequest): void {
  const missing = layers.find((layer) => layer >= model.layers);
  if (missing !== undefined)
    throw new LeewayError(
      'request-invalid',
      `Layer ${missing} does not exist; the model has layers 0 to ${model.layers - 1}.`,
      'Choose one of its layers.',
    );
  if (!('vectors' in from)) return;
  const wrong = layers.find((layer) => from.vectors[layer]?.length !== model.hidden);
  if (wrong !== undefined)
    throw new LeewayError(
      'vector-length',
      `The vector of ${from.name} has ${from.vectors[wrong]?.length ?? 0} numbers; the model’s hidden size is ${model.hidden}.`,
      'Use a vector that was made for this model.',
    );
}

/** A file's residual norm of a layer, where it is a file of this very model: another's stream is of another length. */
function normInFile(model: LoadedModel, from: PushSource, layer: number): number | undefined {
  if (!('vectors' in from)) return undefined;
  const { notes = {}, norms } = from;
  const isOwn =
    notes['model'] === model.id && notes['revision'] === model.revision && notes['dtype'] === model.dtype;
  const norm = isOwn ? norms?.[layer] : undefined;
  return norm !== undefined && norm > 0 ? norm : undefined;
}

/** Whether the model has to read training dilemmas: for vectors, for the length of its stream, or for its mean state. */
const needsTraining = (model: LoadedModel, { from, layers, unit, way }: PushRequest): boolean =>
  'selection' in from ||
  way === 'rotate' ||
  (unit === 'norm' && layers.some((layer) => normInFile(model, from, layer) === undefined));

async function learn(engine: Engine, train: number | undefined): Promise<Learned> {
  const source = dilemmaPairs(await loadScenarios('train'), train);
  return { source, table: await readResiduals(engine, source.pairs) };
}

/** The vectors of the layers asked for, by layer. */
async function vectorsOf(
  model: LoadedModel,
  { from, layers, method = 'mean' }: PushRequest,
  learned: Learned | undefined,
): Promise<readonly LayerVector[]> {
  if ('selection' in from) {
    const selection = readSelection(from.selection);
    if (!selection || !learned)
      throw new LeewayError('internal', 'No vector was learned.', 'Report this fault.');
    const made = await makeVectors(learned.table, learned.source.pairs, { selection, method });
    return made.filter(({ layer }) => layers.includes(layer));
  }
  return layers.map((layer) => {
    const mean = learned?.table.means[layer];
    return {
      layer,
      direction: Float32Array.from(from.vectors[layer] ?? []),
      residualNorm: learned?.table.norms[layer] ?? normInFile(model, from, layer) ?? 1,
      ...(mean ? { mean } : {}),
    };
  });
}

/**
 * The pushes that were asked for, one a layer, on the loaded model; what they need of it is learned from the training half.
 * @param withState whether the layers' norm and mean state are wanted of this very model, also where the push does not need them
 * @throws LeewayError request-invalid for a layer that the model lacks, vector-length, scenario-invalid.
 */
export async function pushesOf(
  engine: Engine,
  request: PushRequest,
  { withState = false } = {},
): Promise<readonly RecordedPush[]> {
  const { model } = engine;
  if (!model) throw new LeewayError('request-invalid', 'No model is loaded.', 'Load a model first.');
  requireFit(model, request);
  const { from, method, strength, unit, way, at } = request;
  const learned = withState || needsTraining(model, request) ? await learn(engine, request.train) : undefined;
  const selection = 'selection' in from ? readSelection(from.selection) : undefined;
  const vectors = await vectorsOf(model, request, learned);
  return vectors.map((vector) => {
    const record: SteeringRecord = {
      vector: 'selection' in from ? from.selection : from.name,
      ...(selection?.kind === 'axis' ? { axis: selection.axis } : {}),
      ...('vectors' in from ? { method: 'imported' } : method && method !== 'mean' ? { method } : {}),
      layer: vector.layer,
      strength,
      unit,
      ...(way === 'add' ? {} : { way }),
      ...(at === 'all' ? {} : { at }),
      ...(learned ? { training: { sha256: learned.source.sha256, n: learned.source.pairs.length } } : {}),
    };
    return { vector, strength, unit, way, at, record };
  });
}

/** For which ways of steering a model has to be opened: at once, as opening it again halfway would cost its time twice. */
export const waysOfPush = ({ way, at }: PushRequest): SteeringWays =>
  way === 'add' && at === 'all' ? 'add' : 'all';

/** What an output says of its steering: an object for one vector, a list for several. */
export function steeringJson(request: PushRequest, pushes: readonly RecordedPush[]): unknown {
  const { from } = request;
  const all = pushes.map(({ vector, record }) => ({
    ...record,
    // An axis's name says it already.
    axis: undefined,
    residual_norm: vector.residualNorm,
    convention: 'vectors' in from ? from.convention : undefined,
  }));
  return all.length === 1 ? all[0] : all;
}
