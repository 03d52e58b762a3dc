import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alongOneAxis, corrected, displacement, strengthsFor } from '../../../../src/science/response/aim.ts';

const coordinate = fc.double({ min: -3, max: 3, noNaN: true });
const point = fc.record({ x: coordinate, y: coordinate });
const columns = fc.tuple(point, point);
const MAX = 0.5;
const miss = (a: { x: number; y: number }, b: { x: number; y: number }): number =>
  Math.hypot(a.x - b.x, a.y - b.y);

describe('strengths for a place', () => {
  it('are the inverse of the response: what two strengths do, they are found for', () => {
    fc.assert(
      fc.property(
        columns,
        fc.tuple(
          fc.double({ min: -MAX, max: MAX, noNaN: true }),
          fc.double({ min: -MAX, max: MAX, noNaN: true }),
        ),
        ([a, b], strengths) => {
          fc.pre(Math.abs(a.x * b.y - a.y * b.x) > 0.01);
          const wanted = displacement([a, b], strengths);
          const found = strengthsFor([a, b], wanted, MAX);
          expect(miss(found.moved, wanted)).toBeLessThan(1e-9);
          found.strengths.forEach((strength, i) => expect(strength).toBeCloseTo(strengths[i] ?? NaN, 6));
        },
      ),
    );
  });

  it('stay within the limits and come nearer than any other pair within them', () => {
    fc.assert(
      fc.property(
        columns,
        point,
        fc.tuple(
          fc.double({ min: -MAX, max: MAX, noNaN: true }),
          fc.double({ min: -MAX, max: MAX, noNaN: true }),
        ),
        (both, wanted, other) => {
          const { strengths, moved } = strengthsFor(both, wanted, MAX);
          for (const strength of strengths) expect(Math.abs(strength)).toBeLessThanOrEqual(MAX);
          expect(moved).toEqual(displacement(both, strengths));
          expect(miss(moved, wanted)).toBeLessThanOrEqual(miss(displacement(both, other), wanted) + 1e-9);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('are none for directions that do nothing', () => {
    const still = { x: 0, y: 0 };
    expect(strengthsFor([still, still], { x: 1, y: 1 }, MAX).strengths).toEqual([0, 0]);
  });
});

describe('one axis alone', () => {
  it('brings its own coordinate there and leaves the drift of the other', () => {
    const both = [
      { x: 4, y: 2 },
      { x: 1, y: 5 },
    ] as const;
    expect(alongOneAxis(both, { x: 1, y: 0 }, MAX)).toEqual({
      strengths: [0.25, 0],
      moved: { x: 1, y: 0.5 },
    });
    expect(alongOneAxis(both, { x: 0, y: 1 }, MAX).strengths).toEqual([0, 0.2]);
    expect(alongOneAxis(both, { x: 9, y: 0 }, MAX).strengths).toEqual([MAX, 0]);
  });
});

describe('a corrected response', () => {
  it('explains the new measurement and keeps what was known across it', () => {
    fc.assert(
      fc.property(columns, fc.tuple(coordinate, coordinate), point, (both, strengths, moved) => {
        fc.pre(Math.hypot(...strengths) > 0.05);
        const next = corrected(both, strengths, moved);
        expect(miss(displacement(next, strengths), moved)).toBeLessThan(1e-9);
        const across = [-strengths[1], strengths[0]];
        expect(miss(displacement(next, across), displacement(both, across))).toBeLessThan(1e-6);
      }),
    );
    expect(
      corrected(
        [
          { x: 1, y: 0 },
          { x: 0, y: 1 },
        ],
        [0, 0],
        { x: 1, y: 1 },
      ),
    ).toEqual([
      { x: 1, y: 0 },
      { x: 0, y: 1 },
    ]);
  });
});
