import { describe, expect, it } from 'vitest';
import type { GraphEdit } from '../../../src/onnx/graph.ts';
import { readModel, writeModel } from '../../../src/onnx/graph.ts';
import { GraphEditor } from '../../../src/onnx/graph-editor.ts';
import { prepareGraph } from '../../../src/onnx/surgery.ts';
import { WireReader, WireWriter } from '../../../src/onnx/wire.ts';
import { readFixture, TOOLCHAINS } from './fixtures.ts';
import { toyDecoder } from './toy-decoder.ts';
import { ToyGraph } from './toy-graph.ts';

const noEdit: GraphEdit = {
  nodes: new Map(),
  initializers: new Map(),
  outputs: new Map(),
  droppedValueInfo: new Set(),
  newNodes: [],
  newInitializers: [],
  newInputs: [],
  newOutputs: [],
};

function appended(bytes: Uint8Array, extra: Uint8Array): Uint8Array {
  return new WireWriter().raw(bytes).raw(extra).finish();
}

describe('graph', () => {
  it.each(TOOLCHAINS)('writes %s back byte for byte', (toolchain) => {
    const bytes = readFixture(toolchain, 'model.onnx');
    expect(Buffer.compare(writeModel(readModel(bytes), noEdit), bytes)).toBe(0);
  });

  it('reads a model that does not start at the beginning of its buffer', () => {
    const bytes = readFixture('tiny-llama-optimum', 'model.onnx');
    const shifted = new Uint8Array(bytes.length + 3).subarray(3);
    shifted.set(bytes);
    const options = { fileName: 'model.onnx' };
    expect(Buffer.compare(prepareGraph(shifted, options).proto, prepareGraph(bytes, options).proto)).toBe(0);
  });

  it('keeps fields that it does not know, in model, graph and edited node', () => {
    const unknown = new WireWriter().string(4000, 'from the future').finish();
    const node = new WireWriter().string(1, 'a').string(2, 'b').string(4, 'Relu').raw(unknown).finish();
    const graph = new WireWriter().delimited(1, node).raw(unknown).finish();
    const opset = new WireWriter().varint(2, 17).finish();
    const bytes = new WireWriter().varint(1, 8).delimited(7, graph).delimited(8, opset).raw(unknown).finish();
    const model = readModel(bytes);
    const editor = new GraphEditor(model.graph);
    editor.renameOutput(0, 'b', 'c');
    const written = writeModel(model, editor.finish());
    expect(Buffer.from(written).toString('latin1').split('from the future')).toHaveLength(4);
    expect(readModel(written).graph.nodes[0]?.outputs).toEqual(['c']);
  });

  it('merges a model appended to another', () => {
    const toy = new ToyGraph();
    toy.input('a', [1], 1);
    toy.node('Relu', ['a'], {}, 'b');
    const more = new ToyGraph();
    more.node('Relu', ['b'], {}, 'c');
    const { graph } = readModel(appended(toy.finish(), more.finish()));
    expect(graph.nodes.map((node) => node.outputs[0])).toEqual(['b', 'c']);
  });

  it('counts what a subgraph uses from outside', () => {
    const branch = new WireWriter()
      .delimited(1, new WireWriter().string(1, 'outer').string(2, 'inner').string(4, 'Relu').finish())
      .delimited(12, new WireWriter().string(1, 'inner').finish())
      .finish();
    const attribute = new WireWriter().string(1, 'then_branch').delimited(6, branch).varint(20, 5).finish();
    const node = new WireWriter()
      .string(1, 'condition')
      .string(2, 'out')
      .string(4, 'If')
      .delimited(5, attribute)
      .finish();
    const bytes = new WireWriter()
      .varint(1, 8)
      .delimited(7, new WireWriter().delimited(1, node).finish())
      .delimited(8, new WireWriter().varint(2, 17).finish())
      .finish();
    const [read] = readModel(bytes).graph.nodes;
    expect(read?.captured).toEqual(['outer']);
    expect(read?.innerOperators).toEqual(['ai.onnx:Relu']);
  });

  it('moves weights out by reference: the bytes named are the bytes of the weight', () => {
    const bytes = readFixture('tiny-llama-optimum', 'model.onnx');
    const before = readModel(bytes).graph.initializers;
    const patched = readModel(prepareGraph(bytes, { fileName: 'model.onnx' }).proto).graph.initializers;
    const big = before.flatMap((tensor, i) =>
      tensor.data.kind === 'inline' && tensor.data.length > 1024 ? [i] : [],
    );
    expect(big.length).toBeGreaterThan(10);
    for (const i of big) {
      const [original, moved] = [before[i], patched[i]];
      if (original?.data.kind !== 'inline' || !moved) throw new Error('The weight is gone.');
      expect(moved).toMatchObject({
        name: original.name,
        dims: original.dims,
        data: { kind: 'external', location: 'model.onnx' },
      });
      const place = externalPlace(moved.content);
      expect(place).toEqual({
        location: 'model.onnx',
        offset: String(original.data.offset),
        length: String(original.data.length),
      });
      const count = original.dims.reduce((a, b) => a * b, 4);
      expect(original.data.length).toBe(count);
    }
  });

  it('sets accuracy_level of MatMulNBits to 0 unless told otherwise', () => {
    const bytes = toyDecoder({ arrangement: 'pre-norm', quantizedHead: true });
    const levels = (preciseActivations?: boolean): unknown[] => {
      const options = {
        fileName: 'toy.onnx',
        ...(preciseActivations !== undefined && { preciseActivations }),
      };
      return integersOf(prepareGraph(bytes, options).proto, 'MatMulNBits', [
        'accuracy_level',
        'N',
        'block_size',
      ]);
    };
    expect(levels()).toEqual([[0, 16, 16]]);
    expect(levels(false)).toEqual([[4, 16, 16]]);
  });

  it('turns caches that wrap around a window into plain ones and keeps the window', () => {
    const model = readModel(readFixture('tiny-llama-builder', 'model.onnx'));
    const editor = new GraphEditor(model.graph);
    model.graph.nodes.forEach((node, i) => {
      if (node.opType !== 'GroupQueryAttention') return;
      editor.setInteger(i, 'sliding_window_cache', 1);
      editor.setInteger(i, 'local_window_size', 16);
    });
    const { proto } = prepareGraph(writeModel(model, editor.finish()), { fileName: 'model.onnx' });
    const window = ['sliding_window_cache', 'local_window_size', 'num_heads'];
    expect(integersOf(proto, 'GroupQueryAttention', window)).toEqual(
      Array.from({ length: 4 }, () => [0, 16, 4]),
    );
  });
});

function integersOf(bytes: Uint8Array, opType: string, names: readonly string[]): (number | undefined)[][] {
  const nodes = readModel(bytes).graph.nodes.filter((node) => node.opType === opType);
  return nodes.map((node) => names.map((name) => node.attributes.get(name)?.int));
}

function externalPlace(tensor: Uint8Array): Record<string, string> {
  const place: Record<string, string> = {};
  const reader = new WireReader(tensor);
  while (reader.next()) {
    if (reader.field !== 13) {
      reader.skip();
      continue;
    }
    const entry = reader.message();
    const parts: string[] = [];
    while (entry.next()) parts.push(entry.string());
    place[parts[0] ?? ''] = parts[1] ?? '';
  }
  return place;
}
