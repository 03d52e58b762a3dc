import { describe, expect, it } from 'vitest';
import { bestAgreement, layerCosines } from '../../../../src/science/directions/layer-profile.ts';

const agreed = (layer: number, mean: number) => ({
  layer,
  agreement: { pairwise: { mean }, toDirection: { mean: 1 }, pairs: 9 },
});
const vector = (layer: number, ...direction: number[]) => ({
  layer,
  direction: Float32Array.from(direction),
  residualNorm: 1,
});

describe('the layer whose pairs agree best', () => {
  it('is the highest, the earliest of equals, and no layer that was not measured', () => {
    expect(bestAgreement([agreed(0, -0.2), { layer: 1 }, agreed(2, 0.4), agreed(3, 0.4)])?.layer).toBe(2);
    expect(bestAgreement([agreed(4, -0.3), agreed(5, -0.1)])?.layer).toBe(5);
    expect(bestAgreement([{ layer: 0 }])).toBeUndefined();
  });
});

describe('two sets of vectors', () => {
  it('meet at the layers that both hold; zeros point nowhere', () => {
    const first = [vector(0, 1, 0), vector(1, 1, 0), vector(2, 1, 0), vector(3, 0, 0)];
    const second = [vector(3, 1, 0), vector(2, -3, 0), vector(1, 2, 2)];
    const found = layerCosines(first, second);
    expect(found.map(({ layer }) => layer)).toEqual([1, 2]);
    expect(found[0]?.cosine).toBeCloseTo(Math.SQRT1_2, 12);
    expect(found[1]?.cosine).toBeCloseTo(-1, 12);
  });
});
