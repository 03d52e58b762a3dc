import { LeewayError } from '../errors/leeway-error.ts';
import { AffineGrid } from './affine-grid.ts';
import type { BlockDecoder } from './block-decoder.ts';
import { checkRows, decoderOf } from './decoders.ts';
import { readFloats } from './floats.ts';
import { roundEven } from './half.ts';
import { checkScale } from './weight-faults.ts';
import { requireReadable, type WeightType } from './weight-type.ts';

/** How a type's weights stand in ONNX Runtime's MatMulNBits (com.microsoft). */
export interface WeightLayout {
  readonly bits: 4 | 8;
  /** Columns that share a scale; the last block of a row may be padded. */
  readonly block: 16 | 32;
  /** Whether blocks have zero points of their own; else it is the operator's default, 8 or 128. */
  readonly zeroPoints: boolean;
  /** Whether scale × (code − zero) is the very weight, bit by bit. */
  readonly exact: boolean;
}

/** What is to be filled, each as long as its docstring says; what is absent is not computed. */
export interface PackedRows {
  /** Operand B, [rows, blocks of a row, block × bits / 8]; of 4 bits the even column is the low half. */
  readonly codes?: Uint8Array | undefined;
  /** [rows, blocks of a row]. */
  readonly scales?: Float32Array | undefined;
  /** [rows, blocks of a row]; left alone where the layout has none. */
  readonly zeroPoints?: Uint8Array | undefined;
}

const FLOAT_BLOCK = 16;
const FLOAT_ZERO = 128;
const FLOAT_HIGHEST = 127;

/** Throws gguf-unsupported for a type that is not read. */
export function weightLayout(type: WeightType): WeightLayout {
  requireReadable(type);
  const decoder = decoderOf(type);
  if (!decoder) return { bits: 8, block: FLOAT_BLOCK, zeroPoints: false, exact: false };
  const affine = decoder.zero === undefined;
  return {
    bits: !affine && decoder.highest <= 15 ? 4 : 8,
    block: decoder.group,
    zeroPoints: affine,
    exact: !affine,
  };
}

/**
 * Packs whole rows, [rows, columns], for MatMulNBits: weight ≈ scale × (code − zero point).
 *
 * Symmetric types are exact. Affine ones keep their levels' distances (see AffineGrid), floats become 8 bits in
 * blocks of 16, rounded to nearest even; for both |error| ≤ |scale| / 2. Padding stands for 0.
 * Throws gguf-truncated, gguf-malformed (broken rows; scales that are not finite) and gguf-unsupported.
 */
export function packRows(
  type: WeightType,
  source: Uint8Array,
  rows: number,
  columns: number,
  into: PackedRows,
): void {
  checkRows(type, source, rows, columns);
  checkRoom(weightLayout(type), rows, columns, into);
  const decoder = decoderOf(type);
  if (!decoder) packFloats(type, source, rows, columns, into);
  else if (decoder.zero === undefined) packAffine(type, decoder, source, rows * columns, into);
  else packSymmetric(type, decoder, decoder.zero, source, rows * columns, into);
}

function checkRoom(layout: WeightLayout, rows: number, columns: number, into: PackedRows): void {
  const blocks = rows * Math.ceil(columns / layout.block);
  const bytes = (blocks * layout.block * layout.bits) / 8;
  if (
    (into.codes?.length ?? bytes) < bytes ||
    (into.scales?.length ?? blocks) < blocks ||
    (layout.zeroPoints && (into.zeroPoints?.length ?? blocks) < blocks)
  )
    throw new LeewayError('internal', 'Packed weights do not fit their place.', 'Please report this.');
}

function packSymmetric(
  type: WeightType,
  decoder: BlockDecoder,
  zero: number,
  source: Uint8Array,
  count: number,
  { codes, scales }: PackedRows,
): void {
  const bits = decoder.highest <= 15 ? 4 : 8;
  const shift = (bits === 4 ? 8 : 128) - zero;
  const levels = new Uint8Array(type.elements);
  const found = new Float32Array(type.elements / decoder.group);
  const none = new Float32Array(0);
  for (let at = 0, to = 0, block = 0; to < count; at += type.bytes, to += type.elements) {
    decoder.readScales(source, at, found, none);
    for (let part = 0; part < found.length; part++, block++) {
      checkScale(found[part] as number, type.name);
      if (scales) scales[block] = found[part] as number;
    }
    if (!codes) continue;
    decoder.readLevels(source, at, levels);
    if (bits === 8) for (let i = 0; i < levels.length; i++) codes[to + i] = (levels[i] as number) + shift;
    else
      for (let i = 0, byte = to / 2; i < levels.length; i += 2, byte++)
        codes[byte] = ((levels[i] as number) + shift) | (((levels[i + 1] as number) + shift) << 4);
  }
}

function packAffine(
  type: WeightType,
  decoder: BlockDecoder,
  source: Uint8Array,
  count: number,
  { codes, scales, zeroPoints }: PackedRows,
): void {
  const { group } = decoder;
  const groups = type.elements / group;
  const levels = new Uint8Array(type.elements);
  const found = new Float32Array(groups);
  const minima = new Float32Array(groups);
  const grid = new AffineGrid(groups, decoder.highest);
  for (let at = 0, to = 0, block = 0; to < count; at += type.bytes, to += type.elements) {
    decoder.readScales(source, at, found, minima);
    if (codes) decoder.readLevels(source, at, levels);
    for (let part = 0; part < groups; part++, block++) {
      const scale = found[part] as number;
      const minimum = minima[part] as number;
      checkScale(scale, type.name);
      checkScale(minimum, type.name);
      grid.fit(part, scale, minimum);
      if (scales) scales[block] = grid.steps[part] as number;
      if (zeroPoints) zeroPoints[block] = grid.zeros[part] as number;
      if (codes) grid.levelCodes(part, scale, minimum, levels, part * group, (part + 1) * group);
    }
    codes?.set(levels, to);
  }
}

function packFloats(
  type: WeightType,
  source: Uint8Array,
  rows: number,
  columns: number,
  { codes, scales }: PackedRows,
): void {
  const blocks = Math.ceil(columns / FLOAT_BLOCK);
  const row = new Float32Array(blocks * FLOAT_BLOCK);
  for (let y = 0, block = 0; y < rows; y++) {
    readFloats(type, source, y * columns * type.bytes, columns, row);
    for (let from = 0; from < row.length; from += FLOAT_BLOCK, block++) {
      let largest = 0;
      // Math.max keeps a NaN, which is then refused.
      for (let i = from; i < from + FLOAT_BLOCK; i++) largest = Math.max(largest, Math.abs(row[i] as number));
      const scale = Math.fround(largest / FLOAT_HIGHEST);
      checkScale(scale, type.name);
      if (scales) scales[block] = scale;
      if (codes) roundBlock(row, from, scale, codes, block * FLOAT_BLOCK);
    }
  }
}

function roundBlock(row: Float32Array, from: number, scale: number, codes: Uint8Array, to: number): void {
  for (let i = 0; i < FLOAT_BLOCK; i++) {
    // A scale that fell to 0 belongs to a block without weights worth a float32.
    const steps = scale === 0 ? 0 : roundEven((row[from + i] as number) / scale);
    codes[to + i] = FLOAT_ZERO + Math.max(-FLOAT_HIGHEST, Math.min(FLOAT_HIGHEST, steps));
  }
}
