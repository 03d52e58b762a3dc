import { malformed, unsupported } from './weight-faults.ts';

/**
 * How weights follow from what is stored: float (as they are), symmetric (scale × (level − zero)),
 * affine (scale × level + minimum), or unread: known by name and size alone.
 */
export type WeightKind = 'float' | 'symmetric' | 'affine' | 'unread';

/** One of ggml's tensor types (ggml.h, enum ggml_type; sizes as in ggml.c, type_traits). */
export interface WeightType {
  /** The number that stands in a file. */
  readonly id: number;
  readonly name: string;
  readonly kind: WeightKind;
  /** Elements in one block, the smallest piece that is stored. */
  readonly elements: number;
  /** Bytes of one block. */
  readonly bytes: number;
}

const ROWS: readonly (readonly [number, string, WeightKind, number, number])[] = [
  [0, 'F32', 'float', 1, 4],
  [1, 'F16', 'float', 1, 2],
  [2, 'Q4_0', 'symmetric', 32, 18],
  [3, 'Q4_1', 'affine', 32, 20],
  [6, 'Q5_0', 'symmetric', 32, 22],
  [7, 'Q5_1', 'affine', 32, 24],
  [8, 'Q8_0', 'symmetric', 32, 34],
  [9, 'Q8_1', 'unread', 32, 36],
  [10, 'Q2_K', 'affine', 256, 84],
  [11, 'Q3_K', 'symmetric', 256, 110],
  [12, 'Q4_K', 'affine', 256, 144],
  [13, 'Q5_K', 'affine', 256, 176],
  [14, 'Q6_K', 'symmetric', 256, 210],
  [15, 'Q8_K', 'symmetric', 256, 292],
  [16, 'IQ2_XXS', 'unread', 256, 66],
  [17, 'IQ2_XS', 'unread', 256, 74],
  [18, 'IQ3_XXS', 'unread', 256, 98],
  [19, 'IQ1_S', 'unread', 256, 50],
  [20, 'IQ4_NL', 'symmetric', 32, 18],
  [21, 'IQ3_S', 'unread', 256, 110],
  [22, 'IQ2_S', 'unread', 256, 82],
  [23, 'IQ4_XS', 'symmetric', 256, 136],
  [24, 'I8', 'unread', 1, 1],
  [25, 'I16', 'unread', 1, 2],
  [26, 'I32', 'unread', 1, 4],
  [27, 'I64', 'unread', 1, 8],
  [28, 'F64', 'unread', 1, 8],
  [29, 'IQ1_M', 'unread', 256, 56],
  [30, 'BF16', 'float', 1, 2],
  [34, 'TQ1_0', 'unread', 256, 54],
  [35, 'TQ2_0', 'unread', 256, 66],
  [39, 'MXFP4', 'symmetric', 32, 17],
  [40, 'NVFP4', 'unread', 64, 36],
  [41, 'Q1_0', 'unread', 128, 18],
  [42, 'Q2_0', 'unread', 64, 18],
];

/** Numbers that older files use for layouts that ggml itself no longer reads. */
const REMOVED: ReadonlyMap<number, string> = new Map([
  [4, 'Q4_2'],
  [5, 'Q4_3'],
  [31, 'Q4_0_4_4'],
  [32, 'Q4_0_4_8'],
  [33, 'Q4_0_8_8'],
  [36, 'IQ4_NL_4_4'],
  [37, 'IQ4_NL_4_8'],
  [38, 'IQ4_NL_8_8'],
]);

/** Every known type, in the order of its id. */
export const WEIGHT_TYPES: readonly WeightType[] = ROWS.map(([id, name, kind, elements, bytes]) => ({
  id,
  name,
  kind,
  elements,
  bytes,
}));

const byId: ReadonlyMap<number, WeightType> = new Map(WEIGHT_TYPES.map((type) => [type.id, type]));

/** The type with this id, readable or not. Throws gguf-unsupported for one whose size is not known. */
export function weightType(id: number): WeightType {
  const type = byId.get(id);
  if (type) return type;
  const removed = REMOVED.get(id);
  throw removed === undefined
    ? unsupported(`Weight type ${String(id)} is not known.`)
    : unsupported(`${removed} is not supported: llama.cpp itself has given it up.`);
}

export function isReadable(type: WeightType): boolean {
  return type.kind !== 'unread';
}

/** Throws gguf-unsupported, naming the type, where its weights cannot be read. */
export function requireReadable(type: WeightType): void {
  if (!isReadable(type)) throw unsupported(`${type.name} is not supported.`);
}

/** Bytes of a tensor. Throws gguf-malformed where its elements are no whole number of blocks. */
export function tensorBytes(type: WeightType, elements: number): number {
  const bytes = (elements / type.elements) * type.bytes;
  if (elements < 0 || elements % type.elements !== 0 || !Number.isSafeInteger(bytes))
    throw malformed(
      `${String(elements)} weights are no whole number of ${type.name} blocks of ${String(type.elements)}.`,
    );
  return bytes;
}
