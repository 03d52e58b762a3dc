/**
 * Cosines and sines of rotary position embedding, [positions, headSize / 2] each, in the float32 steps of PyTorch's
 * reference (Su et al. 2021, arXiv 2104.09864, section 3.4.2). `factors` divide the frequencies (Llama 3's scaling).
 */
export function ropeTable(
  into: Float32Array,
  wave: (angle: number) => number,
  {
    headSize,
    base,
    scale,
    factors,
  }: { headSize: number; base: number; scale: number; factors?: Float32Array },
): void {
  const half = headSize / 2;
  for (let i = 0; i < half; i++) {
    const plain = Math.fround(1 / Math.fround(Math.pow(base, (2 * i) / headSize)));
    const frequency = Math.fround(plain / (factors?.[i] ?? 1) / scale);
    for (let position = 0, at = i; at < into.length; position++, at += half)
      into[at] = wave(Math.fround(position * frequency));
  }
}
