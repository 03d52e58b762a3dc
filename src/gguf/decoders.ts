import type { BlockDecoder } from './block-decoder.ts';
import { IQ4_NL, IQ4_XS, MXFP4 } from './blocks-codebook.ts';
import { Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, Q8_K } from './blocks-k.ts';
import { Q4_0, Q4_1, Q5_0, Q5_1, Q8_0 } from './blocks-simple.ts';
import { malformed, truncated } from './weight-faults.ts';
import { requireReadable, tensorBytes, type WeightType } from './weight-type.ts';

const DECODERS: ReadonlyMap<string, BlockDecoder> = new Map(
  Object.entries({
    Q4_0,
    Q4_1,
    Q5_0,
    Q5_1,
    Q8_0,
    Q2_K,
    Q3_K,
    Q4_K,
    Q5_K,
    Q6_K,
    Q8_K,
    IQ4_NL,
    IQ4_XS,
    MXFP4,
  }),
);

/** What takes a type's blocks apart; undefined for floats. Throws gguf-unsupported for an unread type. */
export function decoderOf(type: WeightType): BlockDecoder | undefined {
  requireReadable(type);
  return DECODERS.get(type.name);
}

/** Whether `source` can hold these rows. Throws gguf-malformed for broken rows, gguf-truncated for too few bytes. */
export function checkRows(type: WeightType, source: Uint8Array, rows: number, columns: number): void {
  requireReadable(type);
  if (columns % type.elements !== 0)
    throw malformed(
      `Rows of ${String(columns)} weights are no whole number of ${type.name} blocks of ${String(type.elements)}.`,
    );
  const bytes = tensorBytes(type, rows * columns);
  if (source.length < bytes)
    throw truncated(
      `${String(rows)} × ${String(columns)} ${type.name} weights take ${String(bytes)} bytes; only ${String(source.length)} are there.`,
    );
}
