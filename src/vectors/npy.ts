import { invalid } from './faults.ts';
import { bytesOf, FLOAT_BYTES, floatsOf, type FloatType } from './floats.ts';
import { MOST_HIDDEN } from './collect.ts';

const MAGIC = [0x93, ...new TextEncoder().encode('NUMPY')];
/** Magic, version and the length of the header in version 1. */
const PREFIX = 10;
/** NumPy begins the numbers at a multiple of it. */
const ALIGNMENT = 64;

const TYPES: Readonly<Record<string, FloatType>> = { '<f4': 'F32', '<f2': 'F16', '<f8': 'F64' };

/** An array of NumPy's .npy format (numpy.lib.format, version 1.0), of one dimension. */
export function writeNpy(values: Float32Array | Uint8Array): Uint8Array<ArrayBuffer> {
  const descr = values instanceof Float32Array ? '<f4' : '|u1';
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${values.length},), }`;
  const start = Math.ceil((PREFIX + header.length + 1) / ALIGNMENT) * ALIGNMENT;
  const body = values instanceof Float32Array ? bytesOf(values) : values;
  const whole = new Uint8Array(start + body.length);
  whole.set([...MAGIC, 1, 0]);
  new DataView(whole.buffer).setUint16(8, start - PREFIX, true);
  whole.set(new TextEncoder().encode(`${header.padEnd(start - PREFIX - 1)}\n`), PREFIX);
  whole.set(body, start);
  return whole;
}

interface Npy {
  readonly descr: string;
  readonly length: number;
  readonly data: Uint8Array;
}

/** The header is a Python literal; of what NumPy writes there nothing else is read, and nothing is ever run. */
const HEADER =
  /^\{'descr': (?:'([^']{1,40})'|\[.*\]), 'fortran_order': (?:True|False), 'shape': \(([\d, ]*)\), ?\}\s*$/s;

function parse(bytes: Uint8Array, where: string): Npy {
  if (!MAGIC.every((byte, i) => bytes[i] === byte))
    throw invalid(`${where} does not begin as a NumPy array does.`);
  const major = bytes[6] ?? 0;
  if (major < 1 || major > 3) throw invalid(`${where} is of the .npy version ${major}; 1 to 3 are read.`);
  const prefix = major === 1 ? PREFIX : 12;
  if (bytes.length < prefix) throw invalid(`${where} ends inside its header.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const start = prefix + (major === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (start > bytes.length) throw invalid(`${where} ends inside its header.`);
  const [, descr, shape] = HEADER.exec(new TextDecoder().decode(bytes.subarray(prefix, start))) ?? [];
  if (descr === undefined || shape === undefined)
    throw invalid(`${where} has a header that NumPy does not write.`);
  const lengths = shape.split(',').flatMap((part) => (part.trim() === '' ? [] : [Number(part)]));
  const [length = 0] = lengths;
  if (lengths.length !== 1 || !(length <= MOST_HIDDEN))
    throw invalid(`${where} has the shape (${shape.trim().slice(0, 40)}); a vector has one dimension.`);
  return { descr, length, data: bytes.subarray(start) };
}

/** The numbers of a vector. Throws vector-invalid; `where` names the array. */
export function readNpyFloats(bytes: Uint8Array, where: string): Float32Array {
  const { descr, length, data } = parse(bytes, where);
  const type = Object.hasOwn(TYPES, descr) ? TYPES[descr] : undefined;
  if (!type)
    throw invalid(
      `${where} is of type ${descr}; little-endian floats of 16, 32 or 64 bits are read (<f2, <f4, <f8).`,
    );
  if (data.length !== length * FLOAT_BYTES[type])
    throw invalid(`${where} has ${data.length} bytes, which are not ${length} numbers of type ${descr}.`);
  return floatsOf(type, data);
}

/** The bytes of an array of bytes. Throws vector-invalid. */
export function readNpyBytes(bytes: Uint8Array, where: string): Uint8Array {
  const { descr, length, data } = parse(bytes, where);
  if (descr !== '|u1' || data.length !== length) throw invalid(`${where} is no array of ${length} bytes.`);
  return data;
}
