/**
 * Seeded uniform numbers in [0, 1): mulberry32 (T. Ettinger, public domain).
 * Small state, full period 2^32: enough for bootstrap indices, not for cryptography.
 */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The values in a random order (Fisher-Yates). */
export function shuffled<Value>(values: readonly Value[], random: () => number): Value[] {
  const dealt = [...values];
  for (let last = dealt.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [dealt[last], dealt[other]] = [dealt[other] as Value, dealt[last] as Value];
  }
  return dealt;
}
