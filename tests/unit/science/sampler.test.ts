import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { argmax, Sampler } from '../../../src/science/sampler.ts';

const finite = fc.double({ min: -8, max: 8, noNaN: true });
const logitsOf = fc.array(finite, { minLength: 2, maxLength: 40 });
const seeds = fc.integer({ min: 0, max: 2 ** 31 });

const softmax = (logits: readonly number[], temperature = 1): number[] => {
  const highest = Math.max(...logits);
  const weights = logits.map((logit) => Math.exp((logit - highest) / temperature));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
};

/** The fewest likeliest places with this much of the probability together. */
function likeliest(probabilities: readonly number[], share: number): Set<number> {
  const order = [...probabilities.keys()].sort(
    (a, b) => (probabilities[b] ?? 0) - (probabilities[a] ?? 0) || a - b,
  );
  const kept = new Set<number>();
  let sum = 0;
  for (const place of order) {
    if (sum >= share) break;
    kept.add(place);
    sum += probabilities[place] ?? 0;
  }
  return kept;
}

const draws = (sampler: Sampler, logits: readonly number[], n: number): number[] =>
  Array.from({ length: n }, () => sampler.draw(logits));

describe('Sampler', () => {
  it('takes the likeliest, the first of equal ones, at temperature 0', () => {
    fc.assert(
      fc.property(logitsOf, seeds, (logits, seed) => {
        const drawn = new Sampler({ temperature: 0, seed }).draw(logits);
        expect(drawn).toBe(logits.indexOf(Math.max(...logits)));
        expect(argmax(logits)).toBe(drawn);
      }),
    );
  });

  it('comes to the same when the temperature goes to 0', () => {
    fc.assert(
      fc.property(logitsOf, seeds, (logits, seed) => {
        const sorted = [...logits].sort((a, b) => b - a);
        fc.pre((sorted[0] ?? 0) - (sorted[1] ?? 0) > 0.01);
        expect(new Sampler({ temperature: 1e-4, seed }).draw(logits)).toBe(argmax(logits));
      }),
    );
  });

  it('draws the same from the same seed', () => {
    fc.assert(
      fc.property(fc.array(logitsOf, { maxLength: 8 }), seeds, (rows, seed) => {
        const [one, other] = [0, 1].map(() => new Sampler({ temperature: 0.8, topP: 0.9, seed }));
        expect(rows.map((row) => one?.draw(row))).toEqual(rows.map((row) => other?.draw(row)));
      }),
    );
  });

  it.each([
    { temperature: 1, topP: 1 },
    { temperature: 0.6, topP: 1 },
    { temperature: 1.5, topP: 0.7 },
  ])('draws as often as softmax says: $temperature, $topP', ({ temperature, topP }) => {
    const logits = [2, -1, 0.5, 1.9, -3, 1];
    const n = 40_000;
    const probabilities = softmax(logits, temperature);
    const kept = likeliest(probabilities, topP);
    const mass = [...kept].reduce((sum, place) => sum + (probabilities[place] ?? 0), 0);
    const counts = new Array<number>(logits.length).fill(0);
    for (const place of draws(new Sampler({ temperature, topP, seed: 7 }), logits, n))
      counts[place] = (counts[place] ?? 0) + 1;
    probabilities.forEach((probability, place) => {
      const expected = kept.has(place) ? probability / mass : 0;
      // Five standard deviations of a count.
      const far = 5 * Math.sqrt(n * expected * (1 - expected));
      expect(Math.abs((counts[place] ?? 0) - n * expected), String(place)).toBeLessThanOrEqual(far);
    });
  });

  it('never draws outside of the nucleus', () => {
    fc.assert(
      fc.property(logitsOf, seeds, fc.double({ min: 0.05, max: 0.99, noNaN: true }), (logits, seed, topP) => {
        const shares = softmax(logits);
        const kept = likeliest(shares, Math.min(1, topP + 1e-9));
        // Of places as likely as each other but for rounding, either may be the last one in.
        const least = Math.min(...[...kept].map((place) => shares[place] ?? 0)) - 1e-12;
        for (const place of draws(new Sampler({ temperature: 1, topP, seed }), logits, 20))
          expect(shares[place]).toBeGreaterThanOrEqual(least);
      }),
    );
  });

  it('takes what cannot be for what never comes', () => {
    const drawn = draws(new Sampler({ temperature: 2, seed: 3 }), [-Infinity, 0, -Infinity], 50);
    expect(new Set(drawn)).toEqual(new Set([1]));
  });

  it('refuses what means nothing', () => {
    for (const options of [{ temperature: -1 }, { temperature: NaN }, { temperature: 1, topP: 0 }])
      expect(() => new Sampler({ ...options, seed: 1 })).toThrow(RangeError);
  });
});
