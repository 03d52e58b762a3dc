import { FLOAT } from './graph-builder.ts';
import type { NodeWriter } from './node-writer.ts';

/** Rows picked from a table whose numbers are packed in blocks along a row; picked by ids [batch, sequence]. */
export interface PackedRows {
  /** uint8 [batch, sequence, ..]: the levels, with 4 bits two a byte, the low half first. */
  readonly codes: string;
  /** Floats of any width [batch, sequence, blocks]. */
  readonly scales: string;
  /** Whole numbers as float32 [batch, sequence, blocks]; the middle of the levels where absent. */
  readonly zeros?: string | undefined;
  readonly bits: 4 | 8;
  readonly block: number;
  readonly columns: number;
}

/**
 * float32 [batch, sequence, columns]: `(code − zero) · scale` (onnxruntime, ContribOperators.md, MatMulNBits and
 * GatherBlockQuantized), with operators that every backend has.
 */
export function unpackRows(graph: NodeWriter, rows: PackedRows): string {
  const { bits, block, columns } = rows;
  const blocks = columns / block;
  const shaped = (value: string, ...shape: number[]): string =>
    graph.node('Reshape', [value, graph.integers([0, 0, ...shape])]);
  const levels = shaped(unpackLevels(graph, rows.codes, bits), blocks, block);
  const zeros = rows.zeros === undefined ? graph.float(2 ** (bits - 1)) : shaped(rows.zeros, blocks, 1);
  const scales = shaped(asFloat(graph, rows.scales), blocks, 1);
  return shaped(graph.node('Mul', [graph.node('Sub', [levels, zeros]), scales]), columns);
}

/** The whole numbers in uint8 [batch, sequence, ..], as float32 [batch, sequence, n]. */
export function unpackLevels(graph: NodeWriter, bytes: string, bits: 4 | 8): string {
  const flat = graph.integers([0, 0, -1]);
  const stored = asFloat(graph, bytes);
  if (bits === 8) return graph.node('Reshape', [stored, flat]);
  const pairs = graph.node('Reshape', [stored, graph.integers([0, 0, -1, 1])]);
  // Exact in floats: a byte is 16 · high + low.
  const high = graph.node('Floor', [graph.node('Mul', [pairs, graph.float(1 / 16)])]);
  const low = graph.node('Sub', [pairs, graph.node('Mul', [high, graph.float(16)])]);
  return graph.node('Reshape', [graph.node('Concat', [low, high], { ints: { axis: 3 } }), flat]);
}

export function asFloat(graph: NodeWriter, value: string): string {
  return graph.node('Cast', [value], { ints: { to: FLOAT } });
}
