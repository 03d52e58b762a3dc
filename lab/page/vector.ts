import type { Engine } from '../../src/engine/client/engine.ts';
import { LeewayError } from '../../src/errors/leeway-error.ts';
import { loadScenarios } from '../../src/experiments/resources.ts';
import { learnAxisVectors } from '../../src/experiments/vectors.ts';
import { AXES, type Axis } from '../../src/science/item.ts';
import type { PushPlace, PushUnit, PushWay } from '../../src/science/push.ts';
import type { LayerVector } from '../../src/science/steering-vector.ts';

/** A vector as the command line names it, and how strongly it acts. */
export interface SteeringChoice {
  readonly from:
    | { readonly axis: string }
    | {
        readonly name: string;
        readonly vector: readonly number[];
        /** How the file's layers and signs were understood, where others may have written it. */
        readonly convention?: string;
      };
  readonly layer: number;
  /** Learn from the first training dilemmas only. */
  readonly train?: number;
  readonly strength: number;
  readonly unit: PushUnit;
  readonly way?: PushWay;
  readonly at?: PushPlace;
}

/** The training file that a vector was learned from, and how many of its dilemmas were read. */
interface Training {
  readonly sha256: string;
  readonly n: number;
}

const isAxis = (name: string): name is Axis => (AXES as readonly string[]).includes(name);

/**
 * The vector that was asked for; a file's vector takes its layer's norm and mean from the training dilemmas, and does
 * without them in raw units.
 */
export async function vectorOf(
  engine: Engine,
  steering: Omit<SteeringChoice, 'strength'>,
): Promise<{ vector: LayerVector; training?: Training }> {
  const { from, layer, unit } = steering;
  const model = engine.model;
  if (model && (layer < 0 || layer >= model.layers))
    throw new LeewayError(
      'request-invalid',
      `Layer ${layer} does not exist; the model has layers 0 to ${model.layers - 1}.`,
      'Choose one of its layers.',
    );
  if ('axis' in from && !isAxis(from.axis))
    throw new LeewayError(
      'vector-invalid',
      `There is no axis called ${from.axis}.`,
      `Use one of ${AXES.join(', ')}.`,
    );
  if ('vector' in from && model && from.vector.length !== model.hidden)
    throw new LeewayError(
      'vector-length',
      `The vector of ${from.name} has ${from.vector.length} numbers; the model’s hidden size is ${model.hidden}.`,
      'Use a vector that was made for this model.',
    );
  if ('vector' in from && unit === 'raw')
    return { vector: { layer, direction: Float32Array.from(from.vector), residualNorm: 1 } };
  const training = await loadScenarios('train');
  const learned = await learnAxisVectors(engine, training.dilemmas.slice(0, steering.train));
  const own = learned.vectors['axis' in from && isAxis(from.axis) ? from.axis : 'traditional_secular'][layer];
  if (!own)
    throw new LeewayError('internal', `No vector was learned for layer ${layer}.`, 'Report this fault.');
  return {
    vector: 'vector' in from ? { ...own, direction: Float32Array.from(from.vector) } : own,
    training: { sha256: training.sha256, n: learned.learnedFrom },
  };
}

/** The steering as results state it. */
export function steeringJson(
  { from, layer, strength, unit, way, at }: SteeringChoice,
  { residualNorm }: LayerVector,
  training: Training | undefined,
): Record<string, unknown> {
  return {
    vector: 'axis' in from ? `axis:${from.axis}` : from.name,
    layer,
    strength,
    unit,
    ...(way ? { way } : {}),
    ...(at ? { at } : {}),
    residual_norm: residualNorm,
    ...('convention' in from ? { convention: from.convention } : {}),
    ...(training ? { training } : {}),
  };
}
