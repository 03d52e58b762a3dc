import { describe, expect, it } from 'vitest';
import { readDataFlow } from '../../../src/onnx/data-flow.ts';
import { readModel } from '../../../src/onnx/graph.ts';
import type { TensorFacts } from '../../../src/onnx/shape-inference.ts';
import { inferShapes } from '../../../src/onnx/shape-inference.ts';
import { ToyGraph } from './toy-graph.ts';

const HIDDEN = 32;
const LAST = Number.MAX_SAFE_INTEGER;
const FLOAT = 1;

/** Facts of the value that `build` returns, in a graph with token ids and a table of vectors. */
function factsOf(build: (graph: ToyGraph, vectors: string) => string): TensorFacts {
  const graph = new ToyGraph();
  graph.input('input_ids', ['batch', 'sequence']);
  graph.input('free', ['any']);
  const vectors = graph.node('Gather', [graph.weight([50, HIDDEN]), 'input_ids']);
  const value = build(graph, vectors);
  return inferShapes(readDataFlow(readModel(graph.finish()).graph)).get(value) ?? {};
}

const scalar = (graph: ToyGraph, value: number): string => graph.node('Constant', [], { value_int: value });

describe('widths that a graph computes', () => {
  it('follows the last length through slice, squeeze, unsqueeze and concatenation into a reshape', () => {
    const { dims } = factsOf((graph, vectors) => {
      const bounds = [[-1], [LAST], [0]].map((one) => graph.integers(one));
      const last = graph.node('Slice', [graph.node('Shape', [vectors]), ...bounds]);
      const zero = graph.integers([0]);
      const width = graph.node('Unsqueeze', [graph.node('Squeeze', [last, zero]), zero]);
      const sequence = graph.node('Gather', [graph.node('Shape', ['input_ids']), scalar(graph, 1)]);
      const parts = [graph.integers([-1]), graph.node('Unsqueeze', [sequence, zero]), width];
      return graph.node('Reshape', [vectors, graph.node('Concat', parts, { axis: 0 })]);
    });
    expect(dims).toEqual([undefined, undefined, HIDDEN]);
  });

  it('keeps what it does not know unknown', () => {
    const { dims, values } = factsOf((graph, vectors) => {
      const shape = graph.node('Shape', [vectors]);
      const parts = [shape, 'free', graph.node('Squeeze', ['free'])];
      return graph.node('Concat', parts, { axis: 0 });
    });
    expect(dims).toBeUndefined();
    expect(values).toBeUndefined();
    expect(factsOf((graph, vectors) => graph.node('Reshape', [vectors, 'free'])).dims).toBeUndefined();
  });

  it.each<[string, (graph: ToyGraph, vectors: string) => string, (number | undefined)[]]>([
    ['Shape from a place on', (g, x) => g.node('Shape', [x], { start: -2 }), [undefined, HIDDEN]],
    ['Shape up to a place', (g, x) => g.node('Shape', [x], { start: 0, end: 2 }), [undefined, undefined]],
    [
      'Gather in any order',
      (g, x) => g.node('Gather', [g.node('Shape', [x]), g.integers([-1, 0, 2])], { axis: 0 }),
      [HIDDEN, undefined, HIDDEN],
    ],
    [
      'Gather beyond the end',
      (g, x) => g.node('Gather', [g.node('Shape', [x]), g.integers([3])]),
      [undefined],
    ],
    [
      'Slice backwards',
      (g) =>
        g.node('Slice', [g.integers([1, 2, 3, 4]), ...[[3], [-LAST], [0], [-2]].map((i) => g.integers(i))]),
      [4, 2],
    ],
    ['Cast to int32', (g) => g.node('Cast', [g.integers([7, 2 ** 40])], { to: 6 }), [7, undefined]],
    [
      'Add',
      (g, x) => g.node('Add', [g.node('Shape', [x]), g.integers([1])]),
      [undefined, undefined, HIDDEN + 1],
    ],
    ['Sub', (g) => g.node('Sub', [g.integers([5, 6]), g.integers([7])]), [-2, -1]],
    ['Neg', (g, x) => g.node('Neg', [g.node('Shape', [x])]), [undefined, undefined, -HIDDEN]],
    ['Mul', (g) => g.node('Mul', [g.integers([5, 2 ** 30]), scalar(g, 4)]), [20, undefined]],
    [
      'Div toward zero',
      (g) => g.node('Div', [g.integers([-7, 7, 1]), g.integers([2, 2, 0])]),
      [-3, 3, undefined],
    ],
    ['Equal', (g) => g.node('Equal', [g.integers([3, 4]), g.integers([4])]), [0, 1]],
    [
      'Reshape of a list',
      (g, x) => g.node('Reshape', [g.node('Shape', [x]), g.integers([-1])]),
      [undefined, undefined, HIDDEN],
    ],
  ])('%s', (_, build, expected) => {
    expect(factsOf(build).values).toEqual(expected);
  });

  it('gives no value to floats', () => {
    expect(factsOf((g) => g.node('Cast', [g.integers([7])], { to: FLOAT })).values).toBeUndefined();
    expect(factsOf((g) => g.node('Mul', [g.weight([2], 3), g.weight([2], 4)])).values).not.toContain(12);
  });

  it('follows no list beyond 64 integers', () => {
    const list = (length: number) => (graph: ToyGraph) =>
      graph.node(
        'Concat',
        Array.from({ length }, () => graph.integers([1])),
        { axis: 0 },
      );
    expect(factsOf(list(64)).values).toHaveLength(64);
    expect(factsOf(list(65))).toMatchObject({ dims: [65], values: undefined });
    const huge = factsOf((graph) => graph.node('ConstantOfShape', [graph.integers([2 ** 40])]));
    expect(huge).toMatchObject({ dims: [2 ** 40], values: undefined });
  });

  it('trusts no value whose length the file declares otherwise', () => {
    const facts = factsOf((graph, vectors) => {
      graph.output('shape', [5], 7);
      return graph.node('Shape', [vectors], {}, 'shape');
    });
    expect(facts).toEqual({ type: 7, dims: undefined, values: undefined });
  });
});

describe('shapes', () => {
  it('expands to the lengths that are known, as torch writes it', () => {
    const { dims } = factsOf((graph) => {
      const target = graph.node('Concat', [graph.integers([6, -1]), graph.node('Shape', ['free'])], {
        axis: 0,
      });
      const ones = graph.integers([1, 1, 1]);
      const kept = graph.node('Equal', [target, graph.integers([-1])]);
      return graph.node('Expand', [graph.weight([1, 4, 1]), graph.node('Where', [kept, ones, target])]);
    });
    expect(dims).toEqual([6, 4, undefined]);
  });

  it.each<[string, (graph: ToyGraph, vectors: string) => string, (number | undefined)[] | undefined]>([
    ['-1 in Reshape', (g) => g.node('Reshape', [g.weight([4, 6]), g.integers([3, -1])]), [3, 8]],
    ['-1 of what is not known', (g, x) => g.node('Reshape', [x, g.integers([4, -1])]), [4, undefined]],
    ['0 in Reshape', (g, x) => g.node('Reshape', [x, g.integers([-1, 1, 0])]), [undefined, 1, HIDDEN]],
    [
      '0 that means 0',
      (g) => g.node('Reshape', [g.weight([0, 3]), g.integers([3, 0])], { allowzero: 1 }),
      [3, 0],
    ],
    ['Squeeze of an axis', (g) => g.node('Squeeze', [g.weight([1, 4, 1]), g.integers([-1])]), [1, 4]],
    ['Squeeze of all', (g) => g.node('Squeeze', [g.weight([1, 4, 1])]), [4]],
    ['Squeeze of all that are known', (g, x) => g.node('Squeeze', [x]), undefined],
    [
      'Slice of an axis',
      (g, x) => g.node('Slice', [x, ...[[4], [-4], [2]].map((i) => g.integers(i))]),
      [undefined, undefined, HIDDEN - 8],
    ],
    [
      'Slice with a bound that is not known',
      (g, x) => g.node('Slice', [x, 'free', g.integers([4]), g.integers([2])]),
      [undefined, undefined, undefined],
    ],
    [
      'Slice along axes that are not known',
      (g) => g.node('Slice', [g.weight([2, 3]), g.integers([0]), g.integers([1]), 'free']),
      [undefined, undefined],
    ],
    ['Gemm', (g) => g.node('Gemm', [g.weight([2, 3]), g.weight([3, 5])]), [2, 5]],
    [
      'Gemm of turned matrices',
      (g) => g.node('Gemm', [g.weight([3, 2]), g.weight([5, 3])], { transA: 1, transB: 1 }),
      [2, 5],
    ],
  ])('%s', (_, build, expected) => {
    expect(factsOf(build).dims).toEqual(expected);
  });

  it('does not take a second output for the first', () => {
    const facts = factsOf((graph, vectors) => {
      graph.node('Dropout', [vectors], {}, ['', 'mask']);
      return 'mask';
    });
    expect(facts.dims).toBeUndefined();
  });
});
