/**
 * How the blocks of one quantized type are taken apart into integer levels and float32 scales.
 *
 * Symmetric types: weight = scale × (level − zero). Affine types: weight = scale × level + minimum.
 * Every product stands in float32 in the same order as ggml computes it. `at` is the block's first byte; the
 * whole block must lie inside `source`.
 */
export interface BlockDecoder {
  /** Elements that share one scale: a block's elements fall into groups of this many. */
  readonly group: 16 | 32;
  /** The largest level; the least is 0. */
  readonly highest: number;
  /** The level that stands for weight 0; undefined for an affine type. */
  readonly zero?: number;
  /** Writes one scale a group, and one minimum a group for an affine type. */
  readScales(source: Uint8Array, at: number, scales: Float32Array, minima: Float32Array): void;
  /** Writes one level an element. */
  readLevels(source: Uint8Array, at: number, levels: Uint8Array): void;
}
