import type { DataFlow } from './data-flow.ts';
import { FLOAT, UINT8 } from './graph-builder.ts';
import type { GraphEditor } from './graph-editor.ts';
import type { Node } from './node.ts';
import { operatorName } from './node.ts';
import type { TensorFacts } from './shape-inference.ts';
import { encodeFloat } from './tensor.ts';

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
 * zero points, then plain arithmetic: `(code − zero point) · scale` (onnxruntime, ContribOperators.md). The WASM build
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
    if (gather) editor.replaceNode(index, gather.output, new Arithmetic(gather, editor, index).write());
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

/** The nodes that stand for one lookup; ids are [batch, sequence], rows [batch, sequence, columns]. */
class Arithmetic {
  #made = 0;
  private readonly prefix: string;

  constructor(
    private readonly gather: BlockGather,
    private readonly editor: GraphEditor,
    index: number,
  ) {
    this.prefix = `leeway/lookup/${index}`;
  }

  /** Writes all nodes but the last; returns the last one's operator, inputs and attributes. */
  write(): { opType: string; inputs: string[]; ints: Record<string, number> } {
    const { codes, scales, zeroPoints, bits, block, columns, type } = this.gather;
    const blocks = columns / block;
    const levels = this.#reshape(this.#levels(codes), [0, 0, blocks, block]);
    const zero = zeroPoints
      ? this.#reshape(this.#first(this.#levels(zeroPoints), blocks), [0, 0, blocks, 1])
      : this.#float(2 ** (bits - 1));
    const scale = this.#reshape(this.#toFloat(this.#rows(scales)), [0, 0, blocks, 1]);
    const scaled = this.#node('Mul', [this.#node('Sub', [levels, zero]), scale]);
    const flat = [0, 0, columns];
    if (type === FLOAT) return { opType: 'Reshape', inputs: [scaled, this.#integers(flat)], ints: {} };
    return { opType: 'Cast', inputs: [this.#reshape(scaled, flat)], ints: { to: type } };
  }

  /** The whole numbers in the looked-up rows of a packed table, the low half of a byte first: [batch, sequence, n]. */
  #levels(table: string): string {
    const bytes = this.#reshape(this.#toFloat(this.#rows(table)), [0, 0, -1, 1]);
    if (this.gather.bits === 8) return this.#reshape(bytes, [0, 0, -1]);
    // Exact in floats: a byte is 16 · high + low.
    const high = this.#node('Floor', [this.#node('Mul', [bytes, this.#float(1 / 16)])]);
    const low = this.#node('Sub', [bytes, this.#node('Mul', [high, this.#float(16)])]);
    return this.#reshape(this.#node('Concat', [low, high], { axis: 3 }), [0, 0, -1]);
  }

  /** Packing leaves half a byte over where a row has an odd number of blocks. */
  #first(values: string, count: number): string {
    if (this.gather.bits === 8 || count % 2 === 0) return values;
    return this.#node('Slice', [values, this.#integers([0]), this.#integers([count]), this.#integers([2])]);
  }

  #rows(table: string): string {
    return this.#node('Gather', [table, this.gather.ids], { axis: 0 });
  }

  #toFloat(value: string): string {
    return this.#node('Cast', [value], { to: FLOAT });
  }

  #reshape(value: string, shape: readonly number[]): string {
    return this.#node('Reshape', [value, this.#integers(shape)]);
  }

  #node(opType: string, inputs: readonly string[], ints: Readonly<Record<string, number>> = {}): string {
    return this.editor.add(opType, inputs, this.#name(), ints);
  }

  #integers(values: readonly number[]): string {
    return this.editor.constant(this.#name(), values);
  }

  #float(value: number): string {
    const name = this.#name();
    return this.editor.addInitializer(name, encodeFloat(name, value));
  }

  #name(): string {
    return `${this.prefix}/${this.#made++}`;
  }
}
