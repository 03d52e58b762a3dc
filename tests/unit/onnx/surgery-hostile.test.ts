import { describe, expect, it } from 'vitest';
import { LeewayError } from '../../../src/errors/leeway-error.ts';
import { prepareGraph } from '../../../src/onnx/surgery.ts';
import { WireWriter } from '../../../src/onnx/wire.ts';
import { readFixture, TOOLCHAINS } from './fixtures.ts';
import { toyDecoder } from './toy-decoder.ts';
import { seededNoise, ToyGraph } from './toy-graph.ts';

const HANG = 1000;

/** 'fine', the code of a LeewayError, or what else happened. */
function outcome(bytes: Uint8Array): string {
  const start = performance.now();
  let result = 'fine';
  try {
    prepareGraph(bytes, { fileName: 'model.onnx' });
  } catch (error) {
    result = error instanceof LeewayError ? error.code : `not a LeewayError: ${String(error)}`;
  }
  return performance.now() - start > HANG ? 'hang' : result;
}

const acceptable = /^(fine|onnx-(truncated|malformed|no-residual|unsupported|layer-mismatch))$/;

describe('damaged files', () => {
  it.each(TOOLCHAINS)('%s cut off anywhere', (toolchain) => {
    const bytes = readFixture(toolchain, 'model.onnx');
    for (let i = 0; i < 50; i++) {
      expect(outcome(bytes.subarray(0, Math.floor((bytes.length * i) / 50)))).toMatch(
        /^onnx-(truncated|malformed)$/,
      );
    }
  });

  it.each<[string, Uint8Array, number]>([
    ['a toy decoder', toyDecoder({ arrangement: 'pre-norm' }), 4000],
    ['a toy decoder that computes shapes', toyDecoder({ arrangement: 'pre-norm', reshape: 'halved' }), 2000],
    ['a fused toy decoder', toyDecoder({ arrangement: 'fused' }), 2000],
    ['a builder graph', readFixture('tiny-llama-builder', 'model.onnx'), 1000],
  ])('%s with flipped bytes', (_, bytes, times) => {
    const noise = seededNoise(11);
    const pick = (below: number): number => Math.floor(((noise() + 1) / 2) * below);
    const seen = new Set<string>();
    for (let i = 0; i < times; i++) {
      const damaged = bytes.slice();
      for (let flips = pick(3); flips >= 0; flips--) damaged[pick(damaged.length)] = pick(256);
      const result = outcome(damaged);
      expect(result).toMatch(acceptable);
      seen.add(result);
    }
    expect(seen.size).toBeGreaterThan(3);
  });

  it.each<[string, Uint8Array]>([
    ['an empty file', new Uint8Array(0)],
    ['a web page', new TextEncoder().encode('<!doctype html><html><body>Not found</body></html>')],
    [
      'a Git LFS pointer',
      new TextEncoder().encode('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n'),
    ],
    ['zeros', new Uint8Array(4096)],
    ['0xff', new Uint8Array(4096).fill(255)],
  ])('%s', (_, bytes) => {
    expect(outcome(bytes)).toMatch(/^onnx-(truncated|malformed)$/);
  });

  it('shapes that double with every node', () => {
    const graph = new ToyGraph();
    graph.input('x', [1, 1]);
    for (let i = 0; i < 80; i++)
      graph.node(
        'Gather',
        [i === 0 ? 'x' : `y${String(i - 1)}`, i === 0 ? 'x' : `y${String(i - 1)}`],
        {},
        `y${String(i)}`,
      );
    expect(outcome(graph.finish())).toBe('onnx-no-residual');
  });

  it('subgraphs nested without end', () => {
    let graph: Uint8Array = new WireWriter().finish();
    for (let depth = 0; depth < 20_000 && graph.length < 400_000; depth++) {
      const attribute = new WireWriter().delimited(6, graph).finish();
      graph = new WireWriter().delimited(1, new WireWriter().delimited(5, attribute).finish()).finish();
    }
    const opset = new WireWriter().varint(2, 17).finish();
    expect(outcome(new WireWriter().varint(1, 8).delimited(7, graph).delimited(8, opset).finish())).toBe(
      'onnx-malformed',
    );
  });
});
