import { LeewayError } from '../errors/leeway-error.ts';
import { FLOAT, FLOAT16, UINT8, type GraphBuilder } from '../onnx/graph-builder.ts';
import { asFloat, unpackRows } from '../onnx/packed-rows.ts';
import type { GgufFile } from './gguf-file.ts';
import { TensorSource } from './tensor-source.ts';
import type { WeightsFile } from './weights-file.ts';

/** How matrices are kept: packed as the file's own levels allow, as exact float32, or rounded to float16. */
export type WeightStorage = 'packed' | 'float32' | 'float16';

interface Packed {
  readonly codes: string;
  readonly scales: string;
  readonly zeroPoints?: string;
  readonly source: TensorSource;
}

/** Width of a packed row's blocks must be whole for a gathered row to be one. */
const isWhole = ({ columns, layout }: TensorSource): boolean => columns % layout.block === 0;

/** Turns the file's tensors into weights and nodes of a graph; each tensor once, and none forgotten. */
export class GraphWeights {
  readonly #packed = new Map<string, Packed>();
  readonly #floats = new Map<string, string>();
  readonly #used = new Set<string>();

  constructor(
    private readonly graph: GraphBuilder,
    private readonly file: GgufFile,
    private readonly data: WeightsFile,
    private readonly storage: WeightStorage,
  ) {}

  has(name: string): boolean {
    return this.file.tensors.has(name);
  }

  /** Tensors that nobody asked for: a graph without them would compute something else. */
  get unused(): string[] {
    return [...this.file.tensors.keys()].filter((name) => !this.#used.has(name));
  }

  /** A list of `length` numbers: a norm's weight or a bias. */
  vector(name: string, length: number, pairsOf?: number): string {
    // A bias of q or k is a column: one number a row.
    const source = this.#source(name, 1, length);
    const known = this.#floats.get(name);
    if (known) return known;
    const place = this.data.add(length * 4, (into, read) => {
      const values = floatsOf(into);
      source.floats(values, read);
      if (pairsOf !== undefined) unpair(values, pairsOf);
    });
    this.#floats.set(name, name);
    return this.graph.weight(name, FLOAT, [length], place);
  }

  /** x [.., columns] times the matrix's transpose: [.., rows]; `<stem>.bias` is added where the file has one. */
  linear(x: string, stem: string, rows: number, columns: number, pairsOf?: number): string {
    const name = `${stem}.weight`;
    const source = this.#source(name, rows, columns, pairsOf);
    const product =
      this.storage === 'packed' ? this.#packedProduct(x, name, source) : this.#floatProduct(x, name, source);
    const bias = `${stem}.bias`;
    return this.has(bias) ? this.graph.node('Add', [product, this.vector(bias, rows, pairsOf)]) : product;
  }

  /** Rows of a table by token: ids [..] to [.., columns]. */
  embedding(ids: string, name: string, rows: number, columns: number): string {
    const source = this.#source(name, rows, columns);
    if (this.storage === 'packed' && isWhole(source))
      return this.#packedRows(ids, this.#pack(name, source), columns);
    // Rows are widened after they were taken, not the whole table.
    return this.#widened(this.graph.node('Gather', [this.#table(name, source), ids], { ints: { axis: 0 } }));
  }

  /** Logits of rows x [n, columns] by the very table of the embeddings. */
  tiedHead(x: string, name: string, rows: number, columns: number): string {
    const source = this.#source(name, rows, columns);
    if (this.storage === 'packed' && isWhole(source)) return this.#packedProduct(x, name, source);
    return this.graph.node('Gemm', [x, this.#widened(this.#table(name, source))], { ints: { transB: 1 } });
  }

  #source(name: string, rows: number, columns: number, pairsOf?: number): TensorSource {
    const tensor = this.file.tensors.get(name);
    if (!tensor)
      throw new LeewayError(
        'gguf-malformed',
        `The GGUF file lacks the tensor ${name}.`,
        'Take another conversion of the model.',
      );
    const source = new TensorSource(this.file, tensor, pairsOf);
    if (source.rows !== rows || source.columns !== columns)
      throw new LeewayError(
        'gguf-malformed',
        `The tensor ${name} is [${source.rows}, ${source.columns}] where the model needs [${rows}, ${columns}].`,
        'Take another conversion of the model.',
      );
    this.#used.add(name);
    return source;
  }

  #packedProduct(x: string, name: string, source: TensorSource): string {
    const { codes, scales, zeroPoints } = this.#pack(name, source);
    const { bits, block } = source.layout;
    return this.graph.contrib('MatMulNBits', [x, codes, scales, ...(zeroPoints ? [zeroPoints] : [])], {
      ints: { K: source.columns, N: source.rows, bits, block_size: block, accuracy_level: 0 },
    });
  }

  #floatProduct(x: string, name: string, source: TensorSource): string {
    const { rows, columns } = source;
    const place = this.#half
      ? this.data.add(rows * columns * 2, (into, read) => source.halvesTransposed(halvesOf(into), read))
      : this.data.add(rows * columns * 4, (into, read) => source.floatsTransposed(floatsOf(into), read));
    const weight = this.graph.weight(`${name}:T`, this.#element, [columns, rows], place);
    return this.graph.node('MatMul', [x, this.#widened(weight)]);
  }

  #table(name: string, source: TensorSource): string {
    const known = this.#floats.get(name);
    if (known) return known;
    const { rows, columns } = source;
    const place = this.#half
      ? this.data.add(rows * columns * 2, (into, read) => source.halves(halvesOf(into), read))
      : this.data.add(rows * columns * 4, (into, read) => source.floats(floatsOf(into), read));
    this.#floats.set(name, name);
    return this.graph.weight(name, this.#element, [rows, columns], place);
  }

  get #half(): boolean {
    return this.storage === 'float16';
  }

  get #element(): number {
    return this.#half ? FLOAT16 : FLOAT;
  }

  /** Float32 of what is kept in 16 bits: activations are float32 always. */
  #widened(value: string): string {
    return this.#half ? asFloat(this.graph, value) : value;
  }

  #pack(name: string, source: TensorSource): Packed {
    const known = this.#packed.get(name);
    if (known) return known;
    const { bits, block, zeroPoints } = source.layout;
    const { rows } = source;
    const blocks = Math.ceil(source.columns / block);
    const bytes = (block * bits) / 8;
    const weight = (
      part: string,
      type: number,
      dims: readonly number[],
      place: ReturnType<WeightsFile['add']>,
    ) => this.graph.weight(`${name}:${part}`, type, dims, place);
    const packed: Packed = {
      source,
      codes: weight(
        'codes',
        UINT8,
        [rows, blocks, bytes],
        this.data.add(rows * blocks * bytes, (codes, read) => source.pack({ codes }, read)),
      ),
      scales: weight(
        'scales',
        FLOAT,
        [rows, blocks],
        this.data.add(rows * blocks * 4, (into, read) => source.pack({ scales: floatsOf(into) }, read)),
      ),
      ...(zeroPoints && {
        zeroPoints: weight(
          'zeros',
          UINT8,
          [rows, blocks],
          this.data.add(rows * blocks, (zeros, read) => source.pack({ zeroPoints: zeros }, read)),
        ),
      }),
    };
    this.#packed.set(name, packed);
    return packed;
  }

  /** scale × (code − zero) of the gathered rows: what MatMulNBits does, with operators that every backend has. */
  #packedRows(ids: string, { codes, scales, zeroPoints, source }: Packed, columns: number): string {
    const { graph } = this;
    const { bits, block } = source.layout;
    const gather = (table: string): string => graph.node('Gather', [table, ids], { ints: { axis: 0 } });
    const zeros = zeroPoints && asFloat(graph, gather(zeroPoints));
    return unpackRows(graph, { codes: gather(codes), scales: gather(scales), zeros, bits, block, columns });
  }
}

const floatsOf = (bytes: Uint8Array): Float32Array =>
  new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);

const halvesOf = (bytes: Uint8Array): Uint16Array =>
  new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);

function unpair(values: Float32Array, head: number): void {
  const before = values.slice();
  for (let row = 0; row < values.length; row++) {
    const inHead = row % head;
    values[row - inHead + (inHead % 2) * (head / 2) + (inHead >> 1)] = before[row] as number;
  }
}
