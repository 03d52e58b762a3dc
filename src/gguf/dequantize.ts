import { checkRows, decoderOf } from './decoders.ts';
import { readFloats } from './floats.ts';
import { checkScale, malformed } from './weight-faults.ts';
import type { WeightType } from './weight-type.ts';

/**
 * Writes the exact float32 weights of whole rows, [rows, columns], bit by bit what gguf-py's
 * `gguf.quants.dequantize` gives. Throws gguf-truncated (too few bytes), gguf-malformed (rows that are no whole
 * number of blocks, scales or weights that are not finite) and gguf-unsupported (a type that is not read).
 */
export function dequantizeRows(
  type: WeightType,
  source: Uint8Array,
  rows: number,
  columns: number,
  into: Float32Array,
): void {
  checkRows(type, source, rows, columns);
  const decoder = decoderOf(type);
  const count = rows * columns;
  if (!decoder) {
    readFloats(type, source, 0, count, into);
    for (let i = 0; i < count; i++)
      if (!Number.isFinite(into[i])) throw malformed(`A weight of type ${type.name} is ${String(into[i])}.`);
    return;
  }
  const { group, zero } = decoder;
  const levels = new Uint8Array(type.elements);
  const scales = new Float32Array(type.elements / group);
  const minima = new Float32Array(type.elements / group);
  for (let at = 0, to = 0; to < count; at += type.bytes) {
    decoder.readScales(source, at, scales, minima);
    decoder.readLevels(source, at, levels);
    for (let part = 0, from = 0; part < scales.length; part++) {
      const scale = scales[part] as number;
      const minimum = minima[part] as number;
      checkScale(scale, type.name);
      checkScale(minimum, type.name);
      // A product of float32s is exact in a double, so storing it rounds once, as ggml's float32 does.
      if (zero !== undefined)
        for (const end = to + group; to < end; to++, from++)
          into[to] = scale * ((levels[from] as number) - zero);
      else
        for (const end = to + group; to < end; to++, from++)
          into[to] = Math.fround(scale * (levels[from] as number)) + minimum;
    }
  }
}
