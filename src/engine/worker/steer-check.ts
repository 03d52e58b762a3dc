import { LeewayError } from '../../errors/leeway-error.ts';
import type { Steer } from '../shared/steer.ts';

/** How far lengths and dot products may be from what they have to be: far more than rounding, far less than a slip. */
const CLOSE = 1e-3;

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? NaN), 0);
}

const directionsOf = (steer: Steer): readonly Float32Array[] =>
  steer.way === 'rotate' ? steer.plane : steer.way === 'ablate' ? [steer.vector] : [];

/**
 * Refuses changes that mean nothing: vectors of another length or not finite (vector-length, vector-invalid), directions
 * that are not orthonormal (vector-invalid), places, angles and shares outside of what they are (request-invalid).
 * `row` names the row in the sentence.
 */
export function checkSteer(steer: readonly Steer[], hidden: number, row: string): void {
  steer.forEach((one) => {
    const vectors = one.way === 'rotate' ? one.plane : [one.vector];
    for (const vector of vectors) checkVector(vector, one.layer, hidden, row);
    checkNumbers(one, row);
  });
  const layers = new Map<number, Float32Array[]>();
  for (const one of steer) layers.set(one.layer, [...(layers.get(one.layer) ?? []), ...directionsOf(one)]);
  for (const [layer, directions] of layers) checkOrthonormal(directions, layer, row);
}

function checkVector(vector: Float32Array, layer: number, hidden: number, row: string): void {
  if (vector.length !== hidden)
    throw new LeewayError(
      'vector-length',
      `${row}: the vector for layer ${layer} has ${vector.length} numbers; the model’s hidden size is ${hidden}.`,
      'Use a vector that was made for this model.',
    );
  if (!vector.every(Number.isFinite))
    throw new LeewayError(
      'vector-invalid',
      `${row}: the vector for layer ${layer} holds a value that is not a finite number.`,
      'Make the vector again.',
    );
}

function checkNumbers(steer: Steer, row: string): void {
  const fault = (what: string, advice: string): LeewayError =>
    new LeewayError('request-invalid', `${row}: ${what}.`, advice);
  const { at = 'all' } = steer;
  if (typeof at === 'object' && !(Number.isInteger(at.from) && at.from >= 0))
    throw fault(`steering cannot begin at position ${at.from}`, 'Give a whole number from 0 on.');
  if (steer.way === 'rotate' && !Number.isFinite(steer.angle))
    throw fault('the angle of a rotation is not a finite number', 'Give it in radians.');
  if (steer.way === 'ablate') {
    const { share = 1 } = steer;
    if (!(share >= 0 && share <= 1))
      throw fault(`${share} of a direction cannot be taken out`, 'Give a share from 0 to 1.');
  }
}

/** Changes that read h side by side are what they would be one after another only where their directions are orthogonal. */
function checkOrthonormal(directions: readonly Float32Array[], layer: number, row: string): void {
  directions.forEach((one, i) => {
    const length = Math.sqrt(dot(one, one));
    if (Math.abs(length - 1) > CLOSE)
      throw new LeewayError(
        'vector-invalid',
        `${row}: a direction at layer ${layer} has the length ${length.toPrecision(4)}; it should have the length 1.`,
        'Divide it by its length.',
      );
    for (const other of directions.slice(0, i)) {
      const cosine = dot(one, other);
      if (Math.abs(cosine) > CLOSE)
        throw new LeewayError(
          'vector-invalid',
          `${row}: two directions at layer ${layer} are not at right angles (cosine ${cosine.toPrecision(3)}).`,
          'Take from the second what lies along the first, then bring it to the length 1.',
        );
    }
  });
}
