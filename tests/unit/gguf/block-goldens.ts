import { readFileSync } from 'node:fs';
import { packRows, weightLayout, type WeightLayout } from '../../../src/gguf/grid.ts';
import { weightType, type WeightType } from '../../../src/gguf/weight-type.ts';

const read = (name: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(new URL(`../../fixtures/gguf/${name}`, import.meta.url)));

interface Place {
  readonly offset: number;
  readonly length: number;
}

interface Listing {
  readonly rows: number;
  readonly columns: number;
  readonly types: readonly { name: string; id: number; data: Place; values: Place }[];
}

const listing = JSON.parse(new TextDecoder().decode(read('blocks.json'))) as Listing;
const content = read('blocks.bin');

export const ROWS = listing.rows;
export const COLUMNS = listing.columns;

/** What ggml quantized (six rows) or random bytes (two), and the weights that gguf-py reads from it. */
export interface BlockGolden {
  readonly name: string;
  readonly type: WeightType;
  readonly data: Uint8Array;
  readonly values: Float32Array;
}

export const GOLDENS: readonly BlockGolden[] = listing.types.map(({ name, id, data, values }) => ({
  name,
  type: weightType(id),
  data: content.subarray(data.offset, data.offset + data.length),
  values: new Float32Array(content.buffer, values.offset, values.length / 4),
}));

export function golden(name: string): BlockGolden {
  const found = GOLDENS.find((entry) => entry.name === name);
  if (!found) throw new Error(`No golden for ${name}`);
  return found;
}

/** The same numbers, a zero's sign included. */
export function bitsOf(values: Float32Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length);
}

export interface Packed {
  readonly layout: WeightLayout;
  readonly codes: Uint8Array;
  readonly scales: Float32Array;
  readonly zeroPoints: Uint8Array;
}

/** Places of the size that MatMulNBits wants, filled with what a forgotten entry would show. */
export function emptyPack(type: WeightType, rows: number, columns: number): Packed {
  const layout = weightLayout(type);
  const blocks = rows * Math.ceil(columns / layout.block);
  return {
    layout,
    codes: new Uint8Array((blocks * layout.block * layout.bits) / 8).fill(0xaa),
    scales: new Float32Array(blocks).fill(NaN),
    zeroPoints: new Uint8Array(blocks).fill(layout.zeroPoints ? 0xaa : layout.bits === 8 ? 128 : 8),
  };
}

export function pack(type: WeightType, data: Uint8Array, rows: number, columns: number): Packed {
  const packed = emptyPack(type, rows, columns);
  packRows(type, data, rows, columns, packed);
  return packed;
}

/** The code of one column, padding included, as the operator's documentation reads it. */
export function codeAt({ layout, codes }: Packed, index: number): number {
  if (layout.bits === 8) return codes[index] ?? NaN;
  const byte = codes[index >> 1] ?? NaN;
  return index % 2 === 0 ? byte & 15 : byte >> 4;
}

/** scale × (code − zero point) of every code, in float32. */
export function unpack(packed: Packed): Float32Array {
  const { layout, scales, zeroPoints } = packed;
  return Float32Array.from({ length: scales.length * layout.block }, (_, i) => {
    const block = Math.floor(i / layout.block);
    return (scales[block] ?? NaN) * (codeAt(packed, i) - (zeroPoints[block] ?? NaN));
  });
}

/** The fault's code and sentence; undefined where nothing was thrown. */
export function faultOf(work: () => void): { code: string; message: string } | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error as { code: string; message: string };
  }
}
