import { isFields } from '../science/fields.ts';
import { MOST_HIDDEN, VectorCollection } from './collect.ts';
import { invalid } from './faults.ts';
import { bytesOf, FLOAT_BYTES, floatsOf, type FloatType } from './floats.ts';
import { parseJson } from './json-text.ts';
import { layerName, layersOf } from './names.ts';
import { knownText, readKnownText } from './notes.ts';
import { conventionOf, type VectorFile, type VectorReading } from './vector-file.ts';

const METADATA = '__metadata__';
/** Key of the metadata under which our own files say what is known of their vectors. */
const KNOWN = 'leeway';
const MOST_HEADER = 2 ** 24;
/** The header's length is a 64-bit number; the numbers begin at a multiple of eight. */
const LENGTH_BYTES = 8;

/** A safetensors file (github.com/huggingface/safetensors, "Format"): F32 tensors `layer.<layer>`, [hidden]. */
export function writeSafetensors(file: VectorFile): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { [METADATA]: { [KNOWN]: knownText(file) } };
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const [layer, vector] of file.vectors) {
    const bytes = bytesOf(vector);
    header[layerName(layer)] = {
      dtype: 'F32',
      shape: [vector.length],
      data_offsets: [at, at + bytes.length],
    };
    parts.push(bytes);
    at += bytes.length;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = Math.ceil(text.length / LENGTH_BYTES) * LENGTH_BYTES;
  const whole = new Uint8Array(LENGTH_BYTES + length + at).fill(0x20, LENGTH_BYTES, LENGTH_BYTES + length);
  new DataView(whole.buffer).setBigUint64(0, BigInt(length), true);
  whole.set(text, LENGTH_BYTES);
  let place = LENGTH_BYTES + length;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}

function headerOf(bytes: Uint8Array): { fields: Readonly<Record<string, unknown>>; start: number } {
  if (bytes.length < LENGTH_BYTES) throw invalid('The file is too short to be a safetensors file.');
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > BigInt(MOST_HEADER)) throw invalid('The file does not begin as a safetensors file does.');
  const start = LENGTH_BYTES + Number(length);
  if (start > bytes.length) throw invalid('The safetensors file ends inside its header.');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(LENGTH_BYTES, start));
  } catch (thrown) {
    throw invalid('The safetensors file’s header is not UTF-8.', thrown);
  }
  const fields = parseJson('The safetensors file’s header', text);
  if (!isFields(fields)) throw invalid('The safetensors file’s header is no object.');
  return { fields, start };
}

/** The numbers of one entry of the header. */
function vectorOf(entry: unknown, where: string, data: Uint8Array): Float32Array {
  const { dtype, shape, data_offsets: offsets } = isFields(entry) ? entry : {};
  const isPlaces = (value: unknown): value is number[] =>
    Array.isArray(value) && value.every((place) => Number.isSafeInteger(place) && place >= 0);
  if (!isPlaces(shape) || !isPlaces(offsets) || offsets.length !== 2 || typeof dtype !== 'string')
    throw invalid(`${where} lacks a dtype, a shape or its offsets.`);
  if (!Object.hasOwn(FLOAT_BYTES, dtype))
    throw invalid(`${where} is of type ${dtype.slice(0, 20)}; F32, F16, BF16 and F64 are read.`);
  const [hidden = 0] = shape;
  if (shape.length !== 1 || hidden > MOST_HIDDEN)
    throw invalid(`${where} has the shape [${shape.slice(0, 8).join(', ')}]; a vector is a list of numbers.`);
  const [begin = 0, end = 0] = offsets;
  const type = dtype as FloatType;
  if (end - begin !== hidden * FLOAT_BYTES[type])
    throw invalid(`${where} takes ${end - begin} bytes, which are not ${hidden} numbers of type ${type}.`);
  if (end > data.length) throw invalid(`The safetensors file ends inside ${where}.`);
  return floatsOf(type, data.subarray(begin, end));
}

/** Reads tensors `<name>.<layer>` of one name. Throws vector-invalid, vector-length. */
export function readSafetensors(bytes: Uint8Array): VectorReading {
  const { fields, start } = headerOf(bytes);
  const data = bytes.subarray(start);
  const found = new VectorCollection();
  const entries = Object.entries(fields).filter(([name]) => name !== METADATA);
  for (const { layer, entry } of layersOf(entries.map(([name, value]) => [name, { name, value }] as const))) {
    const where = `The tensor ${entry.name.slice(0, 40)}`;
    found.add(layer, vectorOf(entry.value, where, data), where);
  }
  const metadata = fields[METADATA];
  const own = isFields(metadata) ? metadata[KNOWN] : undefined;
  const notes = Object.fromEntries(
    Object.entries(isFields(metadata) ? metadata : {}).filter(([, note]) => typeof note === 'string'),
  ) as Record<string, string>;
  const known = typeof own === 'string' ? readKnownText(own) : { norms: new Map<number, number>(), notes };
  return { ...known, vectors: found.vectors, format: 'safetensors', convention: conventionOf('<name>.<l>') };
}
