import type { BlockDecoder } from './block-decoder.ts';
import { readHalf } from './half.ts';

// Super-blocks of 256 elements whose groups have small integer scales of their own: ggml-common.h, block_q2_K and on.

const ELEMENTS = 256;

/** Two-bit pieces: 32 bytes hold 128 elements, element 32·j + l in bits 2·j of byte l. */
function readPairs(source: Uint8Array, at: number, levels: Uint8Array, to: number): void {
  for (let l = 0; l < 32; l++) {
    const byte = source[at + l] as number;
    levels[to + l] = byte & 3;
    levels[to + l + 32] = (byte >> 2) & 3;
    levels[to + l + 64] = (byte >> 4) & 3;
    levels[to + l + 96] = byte >> 6;
  }
}

/** Nibbles of 128 bytes: of every 32 bytes the low halves are 32 elements and the high ones the next 32. */
function readLongNibbles(source: Uint8Array, at: number, levels: Uint8Array): void {
  for (let from = at, to = 0; to < ELEMENTS; from += 32, to += 64) {
    for (let l = 0; l < 32; l++) {
      const byte = source[from + l] as number;
      levels[to + l] = byte & 15;
      levels[to + l + 32] = byte >> 4;
    }
  }
}

/** Adds a further bit of `weight` to each level: bit i of byte l belongs to element 32·i + l. */
function addBits(source: Uint8Array, at: number, levels: Uint8Array, weight: number): void {
  for (let l = 0; l < 32; l++) {
    const byte = source[at + l] as number;
    for (let i = 0; i < 8; i++) {
      const element = 32 * i + l;
      levels[element] = (levels[element] as number) + ((byte >> i) & 1) * weight;
    }
  }
}

/** Scales and minima of Q4_K and Q5_K: six bits each of 12 bytes (ggml-quants.c, get_scale_min_k4). */
function readScalesAndMinima(
  source: Uint8Array,
  at: number,
  scales: Float32Array,
  minima: Float32Array,
): void {
  const d = readHalf(source, at);
  const dmin = readHalf(source, at + 2);
  const packed = at + 4;
  for (let j = 0; j < 4; j++) {
    const scale = source[packed + j] as number;
    const minimum = source[packed + 4 + j] as number;
    const rest = source[packed + 8 + j] as number;
    scales[j] = d * (scale & 63);
    minima[j] = -dmin * (minimum & 63);
    scales[j + 4] = d * ((rest & 15) | ((scale >> 6) << 4));
    minima[j + 4] = -dmin * ((rest >> 4) | ((minimum >> 6) << 4));
  }
}

/** block_q2_K: uint8 scales[16] (scale low, minimum high), uint8 qs[64], half d, half dmin. */
export const Q2_K: BlockDecoder = {
  group: 16,
  highest: 3,
  readScales: (source, at, scales, minima) => {
    const d = readHalf(source, at + 80);
    const dmin = readHalf(source, at + 82);
    for (let j = 0; j < 16; j++) {
      const byte = source[at + j] as number;
      scales[j] = d * (byte & 15);
      minima[j] = -dmin * (byte >> 4);
    }
  },
  readLevels: (source, at, levels) => {
    readPairs(source, at + 16, levels, 0);
    readPairs(source, at + 48, levels, 128);
  },
};

/** block_q3_K: uint8 hmask[32], uint8 qs[64], uint8 scales[12] (six bits each, less 32), half d. */
export const Q3_K: BlockDecoder = {
  group: 16,
  highest: 7,
  zero: 4,
  readScales: (source, at, scales) => {
    const d = readHalf(source, at + 108);
    const packed = at + 96;
    for (let j = 0; j < 16; j++) {
      const low = ((source[packed + (j & 7)] as number) >> (j < 8 ? 0 : 4)) & 15;
      const high = ((source[packed + 8 + (j & 3)] as number) >> (2 * (j >> 2))) & 3;
      scales[j] = d * ((low | (high << 4)) - 32);
    }
  },
  readLevels: (source, at, levels) => {
    readPairs(source, at + 32, levels, 0);
    readPairs(source, at + 64, levels, 128);
    // ggml takes 4 away where the bit is clear; a level is counted from there.
    addBits(source, at, levels, 4);
  },
};

/** block_q4_K: half d, half dmin, uint8 scales[12], uint8 qs[128]. */
export const Q4_K: BlockDecoder = {
  group: 32,
  highest: 15,
  readScales: readScalesAndMinima,
  readLevels: (source, at, levels) => readLongNibbles(source, at + 16, levels),
};

/** block_q5_K: half d, half dmin, uint8 scales[12], uint8 qh[32], uint8 qs[128]. */
export const Q5_K: BlockDecoder = {
  group: 32,
  highest: 31,
  readScales: readScalesAndMinima,
  readLevels: (source, at, levels) => {
    readLongNibbles(source, at + 48, levels);
    addBits(source, at + 16, levels, 16);
  },
};

/** block_q6_K: uint8 ql[128], uint8 qh[64], int8 scales[16], half d; levels less 32. */
export const Q6_K: BlockDecoder = {
  group: 16,
  highest: 63,
  zero: 32,
  readScales: (source, at, scales) => {
    const d = readHalf(source, at + 208);
    for (let j = 0; j < 16; j++) scales[j] = d * (((source[at + 192 + j] as number) << 24) >> 24);
  },
  readLevels: (source, at, levels) => {
    for (let half = 0; half < 2; half++) {
      const low = at + 64 * half;
      const high = at + 128 + 32 * half;
      const to = 128 * half;
      for (let l = 0; l < 32; l++) {
        const first = source[low + l] as number;
        const second = source[low + l + 32] as number;
        const bits = source[high + l] as number;
        levels[to + l] = (first & 15) | ((bits & 3) << 4);
        levels[to + l + 32] = (second & 15) | (((bits >> 2) & 3) << 4);
        levels[to + l + 64] = (first >> 4) | (((bits >> 4) & 3) << 4);
        levels[to + l + 96] = (second >> 4) | ((bits >> 6) << 4);
      }
    }
  },
};

const word = new Uint32Array(1);
const real = new Float32Array(word.buffer);

/** block_q8_K: float d, int8 qs[256], int16 bsums[16], which repeat what qs say. */
export const Q8_K: BlockDecoder = {
  group: 32,
  highest: 255,
  zero: 128,
  readScales: (source, at, scales) => {
    word[0] =
      (source[at] as number) |
      ((source[at + 1] as number) << 8) |
      ((source[at + 2] as number) << 16) |
      ((source[at + 3] as number) << 24);
    scales.fill(real[0] as number, 0, 8);
  },
  readLevels: (source, at, levels) => {
    for (let j = 0; j < ELEMENTS; j++) levels[j] = (source[at + 4 + j] as number) ^ 0x80;
  },
};
