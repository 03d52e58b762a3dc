import { LeewayError } from '../errors/leeway-error.ts';
import { dequantizeRows } from './dequantize.ts';
import type { GgufFile, GgufTensor } from './gguf-file.ts';
import { toFloat16 } from './half.ts';
import { packRows, weightLayout, type PackedRows, type WeightLayout } from './grid.ts';
import { requireReadable, tensorBytes, weightType, type WeightType } from './weight-type.ts';
import type { ReadBytes } from './weights-file.ts';

/** Source bytes that are read at a time. */
const SLICE = 2 ** 21;

/** One matrix of the file, [rows, columns], whose rows are read in slices. */
export class TensorSource {
  readonly type: WeightType;
  readonly rows: number;
  readonly columns: number;
  readonly #rowBytes: number;

  /**
   * `pairsOf`: rows of a head of this height stand in rotating pairs and are put into halves, as HF has them.
   * Throws gguf-unsupported, gguf-malformed and, where the file is too short, gguf-truncated.
   */
  constructor(
    file: GgufFile,
    private readonly tensor: GgufTensor,
    private readonly pairsOf?: number,
  ) {
    this.type = weightType(tensor.type);
    requireReadable(this.type);
    const [rows = 1, columns = 1] = tensor.shape.length === 1 ? [1, tensor.shape[0]] : tensor.shape;
    if (tensor.shape.length > 2 || rows < 1 || columns < 1 || !Number.isSafeInteger(rows * columns))
      throw new LeewayError(
        'gguf-malformed',
        `The tensor ${tensor.name} has the shape [${tensor.shape.join(', ')}].`,
        'Take another conversion of the model.',
      );
    this.rows = rows;
    this.columns = columns;
    this.#rowBytes = tensorBytes(this.type, columns);
    if (tensor.offset + rows * this.#rowBytes > file.size)
      throw new LeewayError(
        'gguf-truncated',
        `The GGUF file ends inside the tensor ${tensor.name}.`,
        'Download the file again: it ends too early.',
      );
  }

  get layout(): WeightLayout {
    return weightLayout(this.type);
  }

  /** Fills what is given, see `packRows`; each as long as all rows need. */
  pack(into: PackedRows, read: ReadBytes): void {
    const { block, bits } = this.layout;
    const blocks = Math.ceil(this.columns / block);
    const width = (blocks * block * bits) / 8;
    this.#slices(read, (source, first, count) => {
      const part = <Array extends Uint8Array | Float32Array>(whole: Array | undefined, each: number) =>
        whole?.subarray(first * each, (first + count) * each) as Array | undefined;
      const codes = part(into.codes, width);
      const scales = part(into.scales, blocks);
      const zeroPoints = part(into.zeroPoints, blocks);
      packRows(this.type, source, count, this.columns, { codes, scales, zeroPoints });
      for (const [array, each] of [
        [codes, width],
        [scales, blocks],
        [zeroPoints, blocks],
      ] as const)
        if (array) this.#unpair(array, count, each);
    });
  }

  /** Writes the exact float32 weights, [rows, columns]. */
  floats(into: Float32Array, read: ReadBytes): void {
    this.#slices(read, (source, first, count) =>
      this.#dequantize(source, count, into.subarray(first * this.columns, (first + count) * this.columns)),
    );
  }

  /** Writes the exact float32 weights as MatMul takes them, [columns, rows]. */
  floatsTransposed(into: Float32Array, read: ReadBytes): void {
    const { rows, columns } = this;
    const room = new Float32Array(this.#sliceRows * columns);
    this.#slices(read, (source, first, count) => {
      const part = room.subarray(0, count * columns);
      this.#dequantize(source, count, part);
      transpose(part, columns, into, first, rows);
    });
  }

  /** Writes the weights rounded to float16, by their bits, [rows, columns]. Error: gguf-unsupported, see `#round`. */
  halves(into: Uint16Array, read: ReadBytes): void {
    const { columns } = this;
    const room = new Float32Array(this.#sliceRows * columns);
    this.#slices(read, (source, first, count) =>
      this.#round(source, count, room, into.subarray(first * columns, (first + count) * columns)),
    );
  }

  /** Writes the weights rounded to float16 as MatMul takes them, [columns, rows]. Error: as `halves`. */
  halvesTransposed(into: Uint16Array, read: ReadBytes): void {
    const { rows, columns } = this;
    const exact = new Float32Array(this.#sliceRows * columns);
    const room = new Uint16Array(exact.length);
    this.#slices(read, (source, first, count) => {
      const part = room.subarray(0, count * columns);
      this.#round(source, count, exact, part);
      transpose(part, columns, into, first, rows);
    });
  }

  #dequantize(source: Uint8Array, count: number, into: Float32Array): void {
    dequantizeRows(this.type, source, count, this.columns, into);
    this.#unpair(into, count, this.columns);
  }

  /** Error: gguf-unsupported for weights beyond what 16-bit floats hold. `room`: for the exact weights meanwhile. */
  #round(source: Uint8Array, count: number, room: Float32Array, into: Uint16Array): void {
    const exact = room.subarray(0, into.length);
    this.#dequantize(source, count, exact);
    if (toFloat16(exact, into) > 0)
      throw new LeewayError(
        'gguf-unsupported',
        `The tensor ${this.tensor.name} has weights above 65,504, which 16-bit floats cannot hold.`,
        'Keep the weights as 32-bit floats or packed.',
      );
  }

  /** Rows of a slice: whole heads, where rows are to be moved inside a head. */
  get #sliceRows(): number {
    const unit = this.pairsOf ?? 1;
    return Math.min(this.rows, unit * Math.max(1, Math.floor(SLICE / (this.#rowBytes * unit))));
  }

  /** Calls with slices of whole rows. */
  #slices(read: ReadBytes, take: (source: Uint8Array, first: number, count: number) => void): void {
    const step = this.#sliceRows;
    for (let first = 0; first < this.rows; first += step) {
      const count = Math.min(step, this.rows - first);
      const start = this.tensor.offset + first * this.#rowBytes;
      take(read(start, start + count * this.#rowBytes), first, count);
    }
  }

  /** Row 2i + p of a head becomes row p · half + i. */
  #unpair(array: Uint8Array | Float32Array, rows: number, width: number): void {
    const head = this.pairsOf;
    if (head === undefined) return;
    const half = head / 2;
    for (let first = 0; first < rows; first += head) {
      const before = array.slice(first * width, (first + head) * width);
      for (let row = 0; row < head; row++) {
        const to = first + (row % 2) * half + (row >> 1);
        array.set(before.subarray(row * width, (row + 1) * width), to * width);
      }
    }
  }
}

/** Puts rows [count, columns] as columns, from `first` on, of a matrix [columns, rows]. */
function transpose<Array extends Float32Array | Uint16Array>(
  part: Array,
  columns: number,
  into: Array,
  first: number,
  rows: number,
): void {
  const count = part.length / columns;
  for (let x = 0; x < columns; x++)
    for (let y = 0, to = x * rows + first; y < count; y++) into[to + y] = part[y * columns + x] as number;
}
