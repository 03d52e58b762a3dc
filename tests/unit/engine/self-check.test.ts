import { describe, expect, it } from 'vitest';
import {
  canaryRows,
  compareCanaries,
  relativeDifference,
  type CanaryReadings,
} from '../../../src/engine/worker/self-check.ts';
import { checkRows } from '../../../src/engine/worker/row-check.ts';
import type { PreparedGraph } from '../../../src/onnx/surgery.ts';

const wave = (scale: number, length = 50): Float32Array =>
  Float32Array.from({ length }, (_, i) => Math.sin(i + 1) + scale * Math.cos(3 * i));

const readings = (scale: number): CanaryReadings => ({
  logits: [wave(0), wave(scale)],
  residual: [
    [wave(0), wave(0)],
    [wave(0), wave(scale)],
  ],
});

describe('the self-check', () => {
  it('asks rows of different lengths, one beyond 32 tokens, one steered, of known tokens', () => {
    const graph = { vocabulary: 97, layers: 3, hidden: 8 } as PreparedGraph;
    const rows = canaryRows(graph);
    expect(new Set(rows.map((row) => row.tokens.length)).size).toBeGreaterThan(2);
    expect(Math.max(...rows.map((row) => row.tokens.length))).toBeGreaterThan(32);
    expect(rows.filter((row) => row.steer)).toHaveLength(1);
    expect(rows.flatMap((row) => row.tokens).every((token) => token >= 0 && token < 97)).toBe(true);
    expect(canaryRows(graph)).toEqual(rows);
  });

  it('asks one row more where the graph has every way of steering, and one that may be asked', () => {
    const graph = { vocabulary: 97, layers: 3, hidden: 8, steering: 'all' } as PreparedGraph;
    const rows = canaryRows(graph);
    const ways = rows.at(-1)?.steer?.map((steer) => steer.way);
    expect(ways).toEqual(['add-preserving', 'rotate', 'ablate']);
    expect(rows.slice(0, -1)).toEqual(canaryRows({ ...graph, steering: 'add' }));
    expect(() => checkRows(rows, graph)).not.toThrow();
  });

  it('passes equal readings, and readings within rounding', () => {
    expect(compareCanaries(readings(0), readings(0), 'float32')).toEqual({
      state: 'passed',
      logits: 0,
      residual: 0,
      tolerance: 2e-3,
    });
    expect(compareCanaries(readings(1e-4), readings(0), 'float32').state).toBe('passed');
  });

  it('sees drift in a single row and a single layer; 16-bit floats are given more room', () => {
    expect(compareCanaries(readings(0.02), readings(0), 'float32').state).toBe('drift');
    expect(compareCanaries(readings(0.02), readings(0), 'float16').state).toBe('passed');
    const onlyOneLayer = { ...readings(0), residual: readings(0.02).residual };
    expect(compareCanaries(onlyOneLayer, readings(0), 'float32')).toMatchObject({
      state: 'drift',
      logits: 0,
    });
  });

  it('takes what is not finite, missing or of another length for drift', () => {
    const broken = wave(0);
    broken[7] = NaN;
    for (const wrong of [broken, wave(0, 49), new Float32Array(0)])
      expect(
        compareCanaries({ ...readings(0), logits: [wave(0), wrong] }, readings(0), 'float32').state,
      ).toBe('drift');
    expect(compareCanaries(readings(0), { logits: [], residual: [] }, 'float32').state).toBe('drift');
  });

  it('measures against the spread: a shift of all logits counts, a common scale does not', () => {
    const b = wave(0);
    const shifted = b.map((value) => value + 1);
    expect(relativeDifference(shifted, b)).toBeGreaterThan(0.5);
    const scaled = (values: Float32Array): Float32Array => values.map((value) => value * 8);
    expect(relativeDifference(scaled(wave(0.01)), scaled(b))).toBeCloseTo(
      relativeDifference(wave(0.01), b),
      6,
    );
  });
});
