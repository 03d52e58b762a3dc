import { spawnEngine } from '../../src/engine/client/spawn.ts';
import { loadChoice } from './model.ts';

/** Seconds of single passes of the real model on WASM, by length. */
export async function benchPasses(
  lengths: readonly number[],
  repeats: number,
): Promise<{ tokens: number; seconds: number[] }[]> {
  const engine = spawnEngine();
  try {
    const model = await loadChoice(engine, { name: 'smollm2-135m', backend: 'wasm' }, () =>
      Promise.resolve(),
    );
    const results: { tokens: number; seconds: number[] }[] = [];
    for (const tokens of lengths) {
      const seconds: number[] = [];
      // The first pass of a length warms up and is not counted.
      for (let k = 0; k <= repeats; k++) {
        const ids = Array.from({ length: tokens }, (_, i) => (i * 7919 + k * 104729) % model.vocabulary);
        const start = performance.now();
        await engine.run([{ tokens: ids, next: [0] }]);
        if (k > 0) seconds.push((performance.now() - start) / 1000);
      }
      results.push({ tokens, seconds });
    }
    return results;
  } finally {
    engine.terminate();
  }
}
