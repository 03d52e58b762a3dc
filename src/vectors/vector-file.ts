import type { Agreement } from '../science/directions/agreement.ts';

/** What is known of vectors beside their numbers: a word or a number by name, as every format can hold it. */
export type VectorNotes = Readonly<Record<string, string | number>>;

/**
 * Vectors as files hold them, in this program's convention: layers count from 0, a vector is added to the residual stream
 * after its layer's block at every position, and a positive multiple moves toward the high (positive) pole.
 */
export interface VectorFile {
  /** [hidden] by layer; all of one length. */
  readonly vectors: ReadonlyMap<number, Float32Array>;
  /** Mean residual norm by layer, where it is known: what strengths in units of the norm are multiples of. */
  readonly norms: ReadonlyMap<number, number>;
  readonly notes: VectorNotes;
  /** How far the pairs agreed by layer: written for whoever reads the file, and not taken from files. */
  readonly agreement?: ReadonlyMap<number, Agreement>;
}

/** How layers and signs are counted, as every file of ours says it. */
export const CONVENTION =
  'Layers count from 0. The vector of a layer is added to the residual stream after that layer’s block, at every position; a positive multiple moves toward the high (positive) pole.';

export const VECTOR_FORMATS = ['gguf', 'safetensors', 'npz', 'json'] as const;
export type VectorFormat = (typeof VECTOR_FORMATS)[number];

/** A file that was read, and in a sentence how its numbers were understood. */
export interface VectorReading extends VectorFile {
  readonly format: VectorFormat;
  readonly convention: string;
}

/** Says how layers and signs of a file were taken; `names` is how the file calls a layer's vector. */
export const conventionOf = (names: string): string =>
  `${names} is taken as the vector added after block l, counted from 0, at every position; positive strength adds it as it stands.`;
