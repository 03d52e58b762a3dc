import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { steersOf } from '../../../src/experiments/push.ts';
import { PUSH_WAYS, unitsOf, type Push, type PushWay } from '../../../src/science/push.ts';
import { norm } from '../../../src/science/steering-vector.ts';

const vector = {
  layer: 3,
  direction: Float32Array.of(3, 0, 4),
  residualNorm: 20,
  mean: Float32Array.of(0, 10, 2),
};
const push = (way: PushWay, strength: number, more: Partial<Push> = {}): Push => ({
  vector,
  strength,
  unit: unitsOf(way)[0],
  way,
  at: 'all',
  ...more,
});

describe('what a push asks of the engine', () => {
  it('is nothing at strength 0, whatever the way', () => {
    for (const way of PUSH_WAYS) expect(steersOf([push(way, 0)])).toEqual([]);
  });

  it('adds as many norms as the strength says, or multiples of the vector itself', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -2, max: 2, noNaN: true }).filter((s) => Math.abs(s) > 1e-3),
        (strength) => {
          const [inNorms] = steersOf([push('add', strength)]);
          const [raw] = steersOf([push('add', strength, { unit: 'raw' })]);
          if (inNorms?.way === 'rotate' || raw?.way === 'rotate' || !inNorms || !raw)
            throw new Error('no vector');
          expect(norm(inNorms.vector)).toBeCloseTo(20 * Math.abs(strength), 4);
          expect(norm(raw.vector)).toBeCloseTo(5 * Math.abs(strength), 4);
          expect(Math.sign(inNorms.vector[0] ?? 0)).toBe(Math.sign(strength));
        },
      ),
    );
  });

  it('turns in an orthonormal plane, from the usual state toward the vector', () => {
    const [turn] = steersOf([push('rotate', 0.3)]);
    if (turn?.way !== 'rotate') throw new Error('no rotation');
    const [from, toward] = turn.plane;
    expect(norm(from)).toBeCloseTo(1, 6);
    expect(norm(toward)).toBeCloseTo(1, 6);
    expect(from.reduce((sum, value, i) => sum + value * (toward[i] ?? 0), 0)).toBeCloseTo(0, 6);
    expect(turn).toMatchObject({ turn: 'by', angle: 0.3, layer: 3 });
    expect(toward[2]).toBeCloseTo(0.8, 6);
    expect(from[1]).toBeGreaterThan(0.9);
  });

  it('takes a share of a direction of length 1 out, and no more than all of it', () => {
    const [out] = steersOf([push('ablate', 0.5)]);
    if (out?.way !== 'ablate') throw new Error('no ablation');
    expect(norm(out.vector)).toBeCloseTo(1, 6);
    expect(out.share).toBe(0.5);
    expect(() => steersOf([push('ablate', 1.5)])).toThrow(/share of 1.5/);
  });

  it('acts on what is generated only where something is', () => {
    expect(steersOf([push('add', 1, { at: 'generated' })], 12)[0]).toMatchObject({ at: { from: 12 } });
    expect(() => steersOf([push('add', 1, { at: 'generated' })])).toThrow(/generated/);
    expect(steersOf([push('add-preserving', 1, { at: 'last' })])[0]).toMatchObject({
      at: 'last',
      way: 'add-preserving',
    });
  });

  it('refuses a unit that the way does not know, and a rotation without a usual state', () => {
    expect(() => steersOf([push('add', 1, { unit: 'radian' })])).toThrow(/radian/);
    const { layer, direction, residualNorm } = vector;
    expect(() => steersOf([push('rotate', 1, { vector: { layer, direction, residualNorm } })])).toThrow(
      /mean state/,
    );
  });
});
