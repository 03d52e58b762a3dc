import { HeaderReader, MoreNeeded } from './header-reader.ts';
import { Metadata, type MetadataValue } from './metadata.ts';
import { malformed, truncated, unsupported } from './weight-faults.ts';

/** One tensor of the file, where its bytes lie, and how they are coded. */
export interface GgufTensor {
  readonly name: string;
  /** ggml's number of the element type. */
  readonly type: number;
  /** Rows and columns as PyTorch counts them: the last dimension lies contiguous in the file. */
  readonly shape: readonly number[];
  /** First byte, counted in the file. */
  readonly offset: number;
}

/** What a GGUF file says of itself; its weights stay where they are. */
export interface GgufFile {
  readonly metadata: Metadata;
  readonly tensors: ReadonlyMap<string, GgufTensor>;
  /** Bytes of the whole file. */
  readonly size: number;
}

const MAGIC = [0x47, 0x47, 0x55, 0x46];
/** Headers of small models fit the first piece; a larger one is read again with twice as much at hand. */
const FIRST_PIECE = 2 ** 23;
const MOST_HEADER = 2 ** 28;

// Far above any real model (llama.cpp, gguf.cpp and ggml.h).
const MOST_KEYS = 2 ** 16;
const MOST_TENSORS = 2 ** 16;
const MOST_DIMENSIONS = 4;
const MOST_LENGTH = 2 ** 40;
const ALIGNMENT = 32;

/**
 * Reads the header of a GGUF file (version 2 or 3, little-endian): metadata and the place of every tensor.
 * Errors: gguf-truncated, gguf-malformed, gguf-unsupported.
 */
export async function readGguf(file: Blob): Promise<GgufFile> {
  for (let piece = FIRST_PIECE; ; piece *= 2) {
    const bytes = new Uint8Array(await file.slice(0, piece).arrayBuffer());
    try {
      return readHeader(bytes, file.size);
    } catch (thrown) {
      if (!(thrown instanceof MoreNeeded)) throw thrown;
      if (piece >= MOST_HEADER)
        throw malformed(`The GGUF file’s header is larger than ${MOST_HEADER} bytes.`);
    }
  }
}

function readHeader(bytes: Uint8Array<ArrayBuffer>, size: number): GgufFile {
  if (!MAGIC.every((byte, i) => bytes[i] === byte))
    throw malformed('The file does not begin as a GGUF file does.');
  const reader = new HeaderReader(bytes, bytes.length === size);
  reader.uint32();
  const version = reader.uint32();
  // Versions are small: a large number is a small one in the other byte order.
  if (version > 0xffff) throw unsupported('The GGUF file is in big-endian byte order.');
  if (version !== 2 && version !== 3)
    throw unsupported(`The GGUF file is of version ${version}; 2 and 3 are read.`);
  const tensorCount = reader.count('tensors', MOST_TENSORS);
  const keyCount = reader.count('metadata keys', MOST_KEYS);
  const values = new Map<string, MetadataValue>();
  for (let i = 0; i < keyCount; i++) {
    const key = reader.text();
    if (values.has(key)) throw malformed(`The GGUF file states ${key} twice.`);
    values.set(key, reader.value(key));
  }
  const found = Array.from({ length: tensorCount }, () => readTensor(reader));
  const metadata = new Metadata(values);
  const alignment = metadata.number('general.alignment') ?? ALIGNMENT;
  if (!Number.isInteger(alignment) || alignment < 1 || alignment > 2 ** 20)
    throw malformed(`The GGUF file’s alignment is ${alignment}.`);
  const dataStart = Math.ceil(reader.position / alignment) * alignment;
  const tensors = new Map<string, GgufTensor>();
  for (const tensor of found) {
    if (tensors.has(tensor.name)) throw malformed(`The GGUF file holds the tensor ${tensor.name} twice.`);
    const offset = dataStart + tensor.offset;
    if (offset > size) throw truncated(`The GGUF file ends before the tensor ${tensor.name}.`);
    tensors.set(tensor.name, { ...tensor, offset });
  }
  return { metadata, tensors, size };
}

/** One entry of the table of contents; the offset still counts from the start of the weights. */
function readTensor(reader: HeaderReader): GgufTensor {
  const name = reader.text();
  const dimensions = reader.uint32();
  if (dimensions > MOST_DIMENSIONS) throw malformed(`The tensor ${name} has ${dimensions} dimensions.`);
  const shape: number[] = [];
  // ggml counts the contiguous dimension first.
  for (let i = 0; i < dimensions; i++) shape.unshift(reader.count(`entries for ${name}`, MOST_LENGTH));
  const type = reader.uint32();
  return { name, type, shape, offset: reader.count(`bytes before ${name}`, Number.MAX_SAFE_INTEGER) };
}
