import type { Steer, SteerPlace } from '../engine/shared/steer.ts';
import { LeewayError } from '../errors/leeway-error.ts';
import type { SteeringRecord } from '../runs/run.ts';
import type { VectorSet } from '../runs/vector-set.ts';
import { readSelection } from '../science/directions/selection.ts';
import type { Axis } from '../science/item.ts';
import { isIdle, isStrengthUnit, type Push, type PushManner } from '../science/push.ts';
import { norm, scaled, type LayerVector } from '../science/steering-vector.ts';

/** A push with what a run records of it. */
export interface RecordedPush extends Push {
  readonly record: SteeringRecord;
}

/** What a set's vectors are called in runs: the selection they were made of, or the file they came in. */
export function vectorName({ method, selection, data, shuffle }: VectorSet): string {
  if (shuffle !== undefined) return `shuffled:${shuffle}/${selection}`;
  return method === 'imported' ? data.name : selection;
}

/** The axis that a set's vectors were made for; undefined for other selections and for files. */
export function axisOf({ method, selection }: VectorSet): Axis | undefined {
  const read = method === 'imported' || method === 'shuffled' ? undefined : readSelection(selection);
  return read?.kind === 'axis' ? read.axis : undefined;
}

/** A push with one layer's vector of a set; undefined where the set has none of this layer. */
export function vectorPush(
  set: VectorSet,
  layer: number,
  strength: number,
  { way, at, unit: counted }: PushManner,
): RecordedPush | undefined {
  const vector = set.layers.find((candidate) => candidate.layer === layer);
  if (!vector) return undefined;
  const { method, data } = set;
  const axis = axisOf(set);
  const record: SteeringRecord = {
    vector: vectorName(set),
    ...(axis ? { axis } : {}),
    ...(method === 'mean' ? {} : { method }),
    layer,
    strength,
    unit: counted,
    ...(way === 'add' ? {} : { way }),
    ...(at === 'all' ? {} : { at }),
    training: { sha256: data.sha256, n: data.n },
  };
  return { vector, strength, unit: counted, way, at, record };
}

const unit = (vector: Float32Array): Float32Array => {
  const length = norm(vector);
  return length === 0 ? vector : vector.map((value) => value / length);
};

const place = (at: Push['at'], prompt: number | undefined): SteerPlace => {
  if (at !== 'generated') return at;
  if (prompt !== undefined) return { from: prompt };
  throw new LeewayError(
    'request-invalid',
    'A push on generated positions alone has nothing to act on where nothing is generated.',
    'Let it act at all positions, or use it side by side.',
  );
};

/**
 * The plane [b1, b2] in which a rotation turns h from its usual state toward the vector: b2 the vector's direction, b1 what
 * is left of the layer's mean state without it (after angular steering, Vu & Nguyen 2025, arXiv 2510.26243, whose first
 * direction is the feature; the second here is the mean state, so that a small angle is a small push).
 */
function planeOf({ layer, direction, mean }: LayerVector): readonly [Float32Array, Float32Array] {
  if (!mean)
    throw new LeewayError(
      'vector-invalid',
      `The vector of layer ${layer} does not come with the layer’s mean state, which a rotation starts from.`,
      'Learn the vector here, or add it instead of turning.',
    );
  const toward = unit(direction);
  const along = toward.reduce((sum, value, i) => sum + value * (mean[i] ?? 0), 0);
  return [unit(mean.map((value, i) => value - along * (toward[i] ?? 0))), toward];
}

/**
 * What a push asks of the engine; nothing at strength 0, so that 0 is the baseline to the bit.
 * @param prompt tokens of the prompt, where something is generated after it
 * @throws LeewayError request-invalid where a unit or place does not fit, vector-invalid.
 */
export function steersOf(pushes: readonly Push[], prompt?: number): Steer[] {
  return pushes.filter((push) => !isIdle(push)).map((push) => steerOf(push, prompt));
}

function steerOf({ vector, strength, unit: counted, way, at }: Push, prompt: number | undefined): Steer {
  const where = { layer: vector.layer, ...(at === 'all' ? {} : { at: place(at, prompt) }) };
  if (way === 'rotate') return { ...where, way, plane: planeOf(vector), angle: strength, turn: 'by' };
  if (way === 'ablate') {
    if (strength < 0 || strength > 1)
      throw new LeewayError(
        'request-invalid',
        `A share of ${strength} cannot be taken out of the residual stream.`,
        'Choose a share from 0 to 1.',
      );
    return { ...where, way, vector: unit(vector.direction), share: strength };
  }
  if (!isStrengthUnit(counted))
    throw new LeewayError(
      'request-invalid',
      `A vector that is added cannot be counted in ${counted}.`,
      'Count it in norm or raw units.',
    );
  return { ...where, ...(way === 'add' ? {} : { way }), vector: scaled(vector, strength, counted) };
}
