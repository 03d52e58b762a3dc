import type { BlockDecoder } from './block-decoder.ts';
import { readNibbles } from './blocks-simple.ts';
import { readHalf } from './half.ts';

// Types whose four bits name one of sixteen values; the value, moved above 0, is the level.

const ZERO = 128;

/** ggml-common.h, kvalues_iq4nl. */
const IQ4_VALUES = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];
/** ggml-common.h, kvalues_mxfp4: twice the values of an E2M1 float. */
const MXFP4_VALUES = [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12];

const levelsOf = (values: readonly number[]): Uint8Array => Uint8Array.from(values, (value) => value + ZERO);
const IQ4_LEVELS = levelsOf(IQ4_VALUES);
const MXFP4_LEVELS = levelsOf(MXFP4_VALUES);

/** Replaces `count` indices from `to` on by the levels they name. */
function lookUp(levels: Uint8Array, count: number, book: Uint8Array): void {
  for (let j = 0; j < count; j++) levels[j] = book[levels[j] as number] as number;
}

/** block_iq4_nl: half d, uint8 qs[16]. */
export const IQ4_NL: BlockDecoder = {
  group: 32,
  highest: 255,
  zero: ZERO,
  readScales: (source, at, scales) => {
    scales[0] = readHalf(source, at);
  },
  readLevels: (source, at, levels) => {
    readNibbles(source, at + 2, levels, 0);
    lookUp(levels, 32, IQ4_LEVELS);
  },
};

/** block_iq4_xs: half d, uint16 scales_h, uint8 scales_l[4], uint8 qs[128]; scales of six bits, less 32. */
export const IQ4_XS: BlockDecoder = {
  group: 32,
  highest: 255,
  zero: ZERO,
  readScales: (source, at, scales) => {
    const d = readHalf(source, at);
    const highs = (source[at + 2] as number) | ((source[at + 3] as number) << 8);
    for (let j = 0; j < 8; j++) {
      const low = ((source[at + 4 + (j >> 1)] as number) >> (4 * (j & 1))) & 15;
      const high = (highs >> (2 * j)) & 3;
      scales[j] = d * ((low | (high << 4)) - 32);
    }
  },
  readLevels: (source, at, levels) => {
    for (let j = 0; j < 8; j++) readNibbles(source, at + 8 + 16 * j, levels, 32 * j);
    lookUp(levels, 256, IQ4_LEVELS);
  },
};

/** block_mxfp4: uint8 e, uint8 qs[16]; the scale is half of 2^(e − 127) (ggml-impl.h, ggml_e8m0_to_fp32_half). */
export const MXFP4: BlockDecoder = {
  group: 32,
  highest: 255,
  zero: ZERO,
  readScales: (source, at, scales) => {
    scales[0] = 2 ** ((source[at] as number) - 128);
  },
  readLevels: (source, at, levels) => {
    readNibbles(source, at + 1, levels, 0);
    lookUp(levels, 32, MXFP4_LEVELS);
  },
};
