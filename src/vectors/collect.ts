import { invalid, wrongLength } from './faults.ts';

/** Far above any model, and small enough that a file that lies costs nothing. */
export const MOST_LAYERS = 2 ** 12;
export const MOST_HIDDEN = 2 ** 20;

/** The layer that a decimal number names. Throws vector-invalid for any other text. */
export function layerOf(digits: string, where: string): number {
  const layer = Number(digits);
  if (!/^\d{1,9}$/.test(digits) || layer >= MOST_LAYERS)
    throw invalid(`${where} names no layer: it ends in “${digits.slice(0, 20)}” and not in a number from 0.`);
  return layer;
}

/** Vectors by layer, each checked as it comes. */
export class VectorCollection {
  readonly #found = new Map<number, Float32Array>();
  #hidden: number | undefined;

  /** `where` names the vector in the file. Throws vector-invalid (twice, not finite, empty) and vector-length. */
  add(layer: number, vector: Float32Array, where: string): void {
    if (this.#found.has(layer))
      throw invalid(`The file holds two vectors for layer ${layer}; the second is ${where}.`);
    if (vector.length === 0) throw invalid(`${where} holds no number.`);
    const bad = vector.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0)
      throw invalid(`${where} holds a number that is not finite as a 32-bit float, at place ${bad + 1}.`);
    this.#hidden ??= vector.length;
    if (vector.length !== this.#hidden)
      throw wrongLength(
        `${where} has ${vector.length} numbers and another vector of the file ${this.#hidden}; all layers of a model have one length.`,
      );
    this.#found.set(layer, vector);
  }

  /** By layer, ascending. Throws vector-invalid where there is none. */
  get vectors(): ReadonlyMap<number, Float32Array> {
    if (this.#found.size === 0) throw invalid('The file holds no vector.');
    return new Map([...this.#found].sort(([a], [b]) => a - b));
  }
}
