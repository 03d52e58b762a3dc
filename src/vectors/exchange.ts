import { invalid, wrongLength } from './faults.ts';
import { readGgufVectors, writeGgufVectors } from './gguf-vectors.ts';
import { readJsonVectors, writeJsonVectors } from './json-vectors.ts';
import { readNpz, writeNpz } from './npz-vectors.ts';
import { readSafetensors, writeSafetensors } from './safetensors-vectors.ts';
import { VECTOR_FORMATS, type VectorFile, type VectorFormat, type VectorReading } from './vector-file.ts';

/** Larger than the vectors of any model that a browser runs. */
export const MOST_BYTES = 2 ** 29;

const startsWith = (bytes: Uint8Array, text: string): boolean =>
  [...text].every((letter, i) => bytes[i] === letter.charCodeAt(0));

/** The format that a file's name ends in; undefined for another ending. */
export const formatOfName = (name: string): VectorFormat | undefined =>
  VECTOR_FORMATS.find((format) => name.toLowerCase().endsWith(`.${format}`));

/** The format of a file by its first bytes. */
function formatOf(bytes: Uint8Array): VectorFormat {
  if (startsWith(bytes, 'GGUF')) return 'gguf';
  if (startsWith(bytes, 'PK')) return 'npz';
  // A safetensors file begins with the 64-bit length of a JSON header.
  return bytes[8] === 0x7b && bytes.subarray(4, 8).every((byte) => byte === 0) ? 'safetensors' : 'json';
}

/** A file of vectors in one of the formats. The same vectors are the same bytes. */
export async function writeVectors(file: VectorFile, format: VectorFormat): Promise<Uint8Array<ArrayBuffer>> {
  switch (format) {
    case 'gguf':
      return writeGgufVectors(file);
    case 'safetensors':
      return writeSafetensors(file);
    case 'npz':
      return writeNpz(file);
    case 'json':
      return new TextEncoder().encode(writeJsonVectors(file));
  }
}

/**
 * Reads a file of vectors; the format is that of its name, else that of its content.
 * @throws LeewayError vector-invalid for a file that is none, is damaged, holds numbers that are not finite or a layer
 * twice; vector-length where its vectors are of unequal length.
 */
export async function readVectors(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<VectorReading> {
  if (bytes.length > MOST_BYTES) throw invalid(`${name} is larger than any file of vectors.`);
  const format = formatOfName(name) ?? formatOf(bytes);
  switch (format) {
    case 'gguf':
      return readGgufVectors(bytes);
    case 'safetensors':
      return readSafetensors(bytes);
    case 'npz':
      return readNpz(bytes);
    case 'json':
      return readJsonVectors(jsonText(bytes));
  }
}

function jsonText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (thrown) {
    throw invalid('The vector file is neither text nor a format that is read.', thrown);
  }
}

/** Throws vector-length or vector-invalid where vectors do not fit a model. `name` is the file's. */
export function requireFit(
  name: string,
  { vectors }: Pick<VectorFile, 'vectors'>,
  model: { readonly layers: number; readonly hidden: number },
): void {
  for (const [layer, { length }] of vectors) {
    if (length !== model.hidden)
      throw wrongLength(
        `The vector of ${name} for layer ${layer} has ${length} numbers; the model’s hidden size is ${model.hidden}.`,
      );
    if (layer >= model.layers)
      throw invalid(
        `${name} holds a vector for layer ${layer}; the model has layers 0 to ${model.layers - 1}.`,
      );
  }
}
