import type { BlockDecoder } from './block-decoder.ts';
import { readHalf } from './half.ts';

// Blocks of 32 elements with one float16 scale d (and a float16 minimum m): ggml-common.h, block_q4_0 and on.

const ELEMENTS = 32;
const HALF = 16;

/** 32 nibbles of 16 bytes: byte j holds element j in its low and element j + 16 in its high half. */
export function readNibbles(source: Uint8Array, at: number, levels: Uint8Array, to: number): void {
  for (let j = 0; j < HALF; j++) {
    const byte = source[at + j] as number;
    levels[to + j] = byte & 15;
    levels[to + j + HALF] = byte >> 4;
  }
}

/** The same with a fifth bit: bit i of the little-endian word at `bits` belongs to element i. */
function readFiveBits(source: Uint8Array, bits: number, at: number, levels: Uint8Array): void {
  for (let j = 0; j < HALF; j++) {
    const byte = source[at + j] as number;
    const shift = j & 7;
    const low = ((source[bits + (j >> 3)] as number) >> shift) & 1;
    const high = ((source[bits + 2 + (j >> 3)] as number) >> shift) & 1;
    levels[j] = (byte & 15) | (low << 4);
    levels[j + HALF] = (byte >> 4) | (high << 4);
  }
}

function readScale(source: Uint8Array, at: number, scales: Float32Array): void {
  scales[0] = readHalf(source, at);
}

function readScaleAndMinimum(
  source: Uint8Array,
  at: number,
  scales: Float32Array,
  minima: Float32Array,
): void {
  scales[0] = readHalf(source, at);
  minima[0] = readHalf(source, at + 2);
}

/** block_q4_0: half d, uint8 qs[16]. */
export const Q4_0: BlockDecoder = {
  group: ELEMENTS,
  highest: 15,
  zero: 8,
  readScales: readScale,
  readLevels: (source, at, levels) => readNibbles(source, at + 2, levels, 0),
};

/** block_q4_1: half d, half m, uint8 qs[16]. */
export const Q4_1: BlockDecoder = {
  group: ELEMENTS,
  highest: 15,
  readScales: readScaleAndMinimum,
  readLevels: (source, at, levels) => readNibbles(source, at + 4, levels, 0),
};

/** block_q5_0: half d, uint8 qh[4], uint8 qs[16]. */
export const Q5_0: BlockDecoder = {
  group: ELEMENTS,
  highest: 31,
  zero: 16,
  readScales: readScale,
  readLevels: (source, at, levels) => readFiveBits(source, at + 2, at + 6, levels),
};

/** block_q5_1: half d, half m, uint8 qh[4], uint8 qs[16]. */
export const Q5_1: BlockDecoder = {
  group: ELEMENTS,
  highest: 31,
  readScales: readScaleAndMinimum,
  readLevels: (source, at, levels) => readFiveBits(source, at + 4, at + 8, levels),
};

/** block_q8_0: half d, int8 qs[32]. */
export const Q8_0: BlockDecoder = {
  group: ELEMENTS,
  highest: 255,
  zero: 128,
  readScales: readScale,
  readLevels: (source, at, levels) => {
    // Flipping the sign bit adds 128 to a two's complement byte.
    for (let j = 0; j < ELEMENTS; j++) levels[j] = (source[at + 2 + j] as number) ^ 0x80;
  },
};
