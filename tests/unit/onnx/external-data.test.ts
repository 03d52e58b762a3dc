import { describe, expect, it } from 'vitest';
import { prepareGraph } from '../../../src/onnx/surgery.ts';
import { encodeValueInfo } from '../../../src/onnx/value-info.ts';
import { WireWriter } from '../../../src/onnx/wire.ts';
import { openSession } from './decoder-session.ts';
import { toyDecoder } from './toy-decoder.ts';

const FILE = { fileName: 'toy.onnx' };
const FLOAT = 1;
const GRAPH_ATTRIBUTE = 5;
const TENSOR_ATTRIBUTE = 4;
const decoder = toyDecoder({ arrangement: 'pre-norm' });

/** Two floats that lie in weights.data. */
const elsewhere = (name: string): Uint8Array =>
  new WireWriter()
    .varint(1, 2)
    .varint(2, FLOAT)
    .string(8, name)
    .delimited(13, new WireWriter().string(1, 'location').string(2, 'weights.data').finish())
    .varint(14, 1)
    .finish();

function node(opType: string, inputs: readonly string[], output: string, attribute?: Uint8Array): Uint8Array {
  const writer = new WireWriter();
  for (const input of inputs) writer.string(1, input);
  writer.string(2, output).string(4, opType);
  if (attribute) writer.delimited(5, attribute);
  return writer.finish();
}

const constant = (output: string): Uint8Array =>
  node(
    'Constant',
    [],
    output,
    new WireWriter().string(1, 'value').delimited(5, elsewhere('')).varint(20, TENSOR_ATTRIBUTE).finish(),
  );

/** An If or the like around a graph. */
const around = (graph: Uint8Array, output: string): Uint8Array =>
  node(
    'If',
    ['input_ids'],
    output,
    new WireWriter().string(1, 'then_branch').delimited(6, graph).varint(20, GRAPH_ATTRIBUTE).finish(),
  );

/** The toy decoder with more fields in its graph, or beside it. */
const withMore = (graph: WireWriter, model = new WireWriter()): Uint8Array =>
  new WireWriter().raw(decoder).delimited(7, graph.finish()).raw(model.finish()).finish();

describe('weights in other files', () => {
  it('names the files of initializers and of constants, which the runtime reads alike', async () => {
    const weight = new WireWriter().delimited(5, elsewhere('far'));
    expect(prepareGraph(withMore(weight), FILE).externalFiles).toContain('weights.data');
    const bytes = withMore(
      new WireWriter().delimited(1, constant('far')).delimited(12, encodeValueInfo('far', FLOAT, [2])),
    );
    const graph = prepareGraph(bytes, FILE);
    expect(graph.externalFiles).toContain('weights.data');
    const files = {
      'toy.onnx': bytes,
      'weights.data': new Uint8Array(Float32Array.of(3, 4).buffer),
    };
    const session = await openSession(graph.proto, files);
    expect(session.outputNames).toContain('far');
  });

  it.each<[string, Uint8Array]>([
    [
      'an initializer of a subgraph',
      withMore(
        new WireWriter().delimited(1, around(new WireWriter().delimited(5, elsewhere('far')).finish(), 'y')),
      ),
    ],
    [
      'a constant two subgraphs deep',
      withMore(
        new WireWriter().delimited(
          1,
          around(
            new WireWriter()
              .delimited(1, around(new WireWriter().delimited(1, constant('far')).finish(), 'z'))
              .finish(),
            'y',
          ),
        ),
      ),
    ],
    [
      'a constant of a function',
      withMore(
        new WireWriter(),
        new WireWriter().delimited(
          25,
          new WireWriter().string(1, 'Own').delimited(7, constant('far')).string(10, 'own').finish(),
        ),
      ),
    ],
    [
      'a sparse weight',
      withMore(new WireWriter().delimited(15, new WireWriter().delimited(1, elsewhere('far')).finish())),
    ],
  ])('refuses those of %s, which it does not', (_, bytes) => {
    expect(() => prepareGraph(bytes, FILE)).toThrow(
      expect.objectContaining({
        code: 'onnx-unsupported',
        message: expect.stringContaining('which the runtime does not read') as string,
      }),
    );
  });
});
