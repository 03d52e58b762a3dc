import type { DataFlow } from './data-flow.ts';
import { EditorNodes } from './editor-nodes.ts';
import { UINT8 } from './graph-builder.ts';
import type { GraphEditor } from './graph-editor.ts';
import type { Node } from './node.ts';
import { operatorName } from './node.ts';
import type { NodeWriter } from './node-writer.ts';
import { unpackLevels, unpackRows } from './packed-rows.ts';
import type { TensorFacts } from './shape-inference.ts';

/** A lookup of rows in a table [rows, columns] whose numbers are packed in blocks along a row. */
interface BlockGather {
  readonly codes: string;
  readonly ids: string;
  readonly scales: string;
  readonly zeroPoints: string | undefined;
  readonly output: string;
  readonly bits: 4 | 8;
  readonly block: number;
  readonly columns: number;
  /** Element type of the scales and of the result. */
  readonly type: number;
}

/**
 * Writes every `GatherBlockQuantized` over packed bytes as a gather of the packed rows, of their scales and of their
 * zero points, then plain arithmetic (unpackRows). The WASM build
 * has no kernel for the operator, and builder exports share their 4-bit head with the embeddings through it.
 * What is packed otherwise stays as it is.
 */
export function rewriteBlockGathers(
  flow: DataFlow,
  facts: ReadonlyMap<string, TensorFacts>,
  editor: GraphEditor,
): void {
  flow.graph.nodes.forEach((node, index) => {
    const gather = readBlockGather(node, flow, facts);
    if (gather) rewrite(gather, editor, index);
  });
}

function readBlockGather(
  node: Node,
  flow: DataFlow,
  facts: ReadonlyMap<string, TensorFacts>,
): BlockGather | undefined {
  if (operatorName(node) !== 'com.microsoft:GatherBlockQuantized') return undefined;
  const [codes = '', ids = '', scales = '', zeroPoints = ''] = node.inputs;
  const [output = ''] = node.outputs;
  const attribute = (name: string, otherwise: number): number => node.attributes.get(name)?.int ?? otherwise;
  const bits = attribute('bits', 4);
  const block = attribute('block_size', 128);
  const table = facts.get(codes);
  const [rows, bytes] = table?.dims ?? [];
  const isPlain =
    (bits === 4 || bits === 8) &&
    table?.type === UINT8 &&
    table.dims?.length === 2 &&
    facts.get(ids)?.dims?.length === 2 &&
    attribute('gather_axis', 0) === 0 &&
    [1, -1].includes(attribute('quantize_axis', 1)) &&
    typeof rows === 'number' &&
    typeof bytes === 'number' &&
    (bytes * 8) % (bits * block) === 0;
  const type = facts.get(scales)?.type;
  if (!isPlain || !type || output === '') return undefined;
  return {
    codes: unreshaped(codes, rows, flow),
    ids,
    scales,
    zeroPoints: zeroPoints === '' ? undefined : zeroPoints,
    output,
    bits,
    block,
    columns: (bytes * 8) / bits,
    type,
  };
}

/** The stored table behind a reshape that keeps its rows: gathering before the reshape spares a copy of the table. */
function unreshaped(value: string, rows: number, flow: DataFlow): string {
  const maker = flow.producer.get(value);
  const [source = ''] = maker?.inputs ?? [];
  const stored = flow.initializers.get(source);
  return maker?.operator === 'ai.onnx:Reshape' && stored?.dims[0] === rows ? source : value;
}

/** Writes the nodes that stand for one lookup; the last one makes what the lookup made. */
function rewrite(gather: BlockGather, editor: GraphEditor, index: number): void {
  const { bits, block, columns, output, type } = gather;
  const graph = new EditorNodes(editor, `leeway/lookup/${index}`);
  const rows = (table: string): string => graph.node('Gather', [table, gather.ids], { ints: { axis: 0 } });
  const value = unpackRows(graph, {
    codes: rows(gather.codes),
    scales: rows(gather.scales),
    zeros: gather.zeroPoints && zerosOf(graph, rows(gather.zeroPoints), bits, columns / block),
    bits,
    block,
    columns,
  });
  editor.replaceNode(index, output, { opType: 'Cast', inputs: [value], ints: { to: type } });
}

/** Packed zero points, one a block; packing leaves half a byte over where a row has an odd number of blocks. */
function zerosOf(graph: NodeWriter, packed: string, bits: 4 | 8, blocks: number): string {
  const levels = unpackLevels(graph, packed, bits);
  if (bits === 8 || blocks % 2 === 0) return levels;
  const [start, end, axis] = [0, blocks, 2].map((value) => graph.integers([value]));
  return graph.node('Slice', [levels, start ?? '', end ?? '', axis ?? '']);
}
