import * as ort from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { HALF_TO_FLOAT } from '../../../src/gguf/half.ts';
import { rewriteBlockGathers } from '../../../src/onnx/block-gather.ts';
import { readDataFlow } from '../../../src/onnx/data-flow.ts';
import { GraphEditor } from '../../../src/onnx/graph-editor.ts';
import { readModel, writeModel } from '../../../src/onnx/graph.ts';
import { inferShapes } from '../../../src/onnx/shape-inference.ts';
import { openSession } from './decoder-session.ts';
import { seededNoise, ToyGraph } from './toy-graph.ts';

interface Table {
  readonly bits: 4 | 8;
  readonly block: number;
  readonly blocks: number;
  readonly zeroPoints: boolean;
  readonly half?: boolean;
  readonly reshaped?: boolean;
  readonly quantizeAxis?: number;
}

const ROWS = 7;
const IDS = [0, 5, 2, 6, 6, 3];

/** Packs whole numbers of each row, the low half of a byte first. */
function packed(levels: readonly (readonly number[])[], bits: 4 | 8): { bytes: Uint8Array; width: number } {
  if (bits === 8) return { bytes: Uint8Array.from(levels.flat()), width: levels[0]?.length ?? 0 };
  const rows = levels.map((row) =>
    Array.from(
      { length: Math.ceil(row.length / 2) },
      (_, i) => (row[2 * i] ?? 0) + 16 * (row[2 * i + 1] ?? 0),
    ),
  );
  return { bytes: Uint8Array.from(rows.flat()), width: rows[0]?.length ?? 0 };
}

/** A graph of one lookup, and the rows that it has to give by the operator's definition. */
function lookup(table: Table): { bytes: Uint8Array; expected: number[] } {
  const { bits, block, blocks } = table;
  const graph = new ToyGraph({ half: table.half ?? false });
  const noise = seededNoise(11);
  const whole = (): number => Math.floor(((noise() + 1) / 2) * 2 ** bits);
  const fill = (length: number): number[][] =>
    Array.from({ length: ROWS }, () => Array.from({ length }, whole));
  const levels = fill(block * blocks);
  const zeros = fill(blocks);
  const codes = packed(levels, bits);
  const zeroPoints = packed(zeros, bits);
  // Powers of two are the same in halves and floats.
  const scale = 0.125;
  const stored = graph.bytes(
    table.reshaped ? [ROWS, blocks, codes.width / blocks] : [ROWS, codes.width],
    codes.bytes,
  );
  const data = table.reshaped ? graph.node('Reshape', [stored, graph.integers([ROWS, codes.width])]) : stored;
  graph.node(
    'com.microsoft:GatherBlockQuantized',
    [
      data,
      graph.input('ids', ['batch', 'sequence']),
      graph.weight([ROWS, blocks], scale),
      ...(table.zeroPoints ? [graph.bytes([ROWS, zeroPoints.width], zeroPoints.bytes)] : []),
    ],
    { bits, block_size: block, gather_axis: 0, quantize_axis: table.quantizeAxis ?? 1 },
    'rows',
  );
  graph.output('rows', ['batch', 'sequence', block * blocks]);
  const expected = IDS.flatMap((id) =>
    (levels[id] ?? []).map((level, i) => {
      const zero = table.zeroPoints ? (zeros[id]?.[Math.floor(i / block)] ?? 0) : 2 ** (bits - 1);
      return (level - zero) * scale;
    }),
  );
  return { bytes: graph.finish(), expected };
}

function rewritten(bytes: Uint8Array): { proto: Uint8Array; replaced: number; operators: string[] } {
  const model = readModel(bytes);
  const flow = readDataFlow(model.graph);
  const editor = new GraphEditor(model.graph);
  rewriteBlockGathers(flow, inferShapes(flow), editor);
  const kept = editor.keptNodes;
  return {
    proto: writeModel(model, editor.finish()),
    replaced: model.graph.nodes.length - kept.length,
    operators: [...editor.addedOperators],
  };
}

const tables: [string, Table][] = [
  ['4 bits', { bits: 4, block: 16, blocks: 4, zeroPoints: false }],
  ['4 bits with zero points', { bits: 4, block: 16, blocks: 4, zeroPoints: true }],
  ['4 bits with an odd number of blocks', { bits: 4, block: 32, blocks: 3, zeroPoints: true }],
  ['4 bits of one block', { bits: 4, block: 16, blocks: 1, zeroPoints: true }],
  ['4 bits behind a reshape', { bits: 4, block: 16, blocks: 2, zeroPoints: false, reshaped: true }],
  ['8 bits', { bits: 8, block: 16, blocks: 2, zeroPoints: false }],
  ['8 bits with zero points', { bits: 8, block: 16, blocks: 3, zeroPoints: true }],
  ['half-precision scales', { bits: 4, block: 16, blocks: 2, zeroPoints: true, half: true }],
  [
    'the last axis counted from the end',
    { bits: 4, block: 16, blocks: 2, zeroPoints: false, quantizeAxis: -1 },
  ],
];

describe('a lookup in packed rows, rewritten', () => {
  it.each(tables)('gives the rows exactly: %s', async (_, table) => {
    const { bytes, expected } = lookup(table);
    const { proto, replaced } = rewritten(bytes);
    expect(replaced).toBe(1);
    const session = await openSession(proto);
    const ids = new ort.Tensor('int64', BigInt64Array.from(IDS, BigInt), [2, 3]);
    const { rows } = await session.run({ ids });
    expect(rows?.dims).toEqual([2, 3, table.block * table.blocks]);
    expect(rows?.type).toBe(table.half ? 'float16' : 'float32');
    // Halves of these numbers are exact.
    const found =
      rows?.type === 'float16' ? halves(rows.data as ArrayLike<number>) : [...(rows?.data as Float32Array)];
    expect(found).toEqual(expected.map((value) => value + 0));
  });

  it('leaves a lookup along another axis as it is', () => {
    const { bytes } = lookup({ bits: 4, block: 16, blocks: 2, zeroPoints: false, quantizeAxis: 0 });
    expect(rewritten(bytes)).toMatchObject({ replaced: 0, operators: [] });
  });
});

/** Values of half-precision bits, or of a Float16Array where the platform has one. */
const halves = (data: ArrayLike<number>): number[] =>
  Array.from(data, (value) => (data instanceof Uint16Array ? (HALF_TO_FLOAT[value] ?? NaN) : value));
