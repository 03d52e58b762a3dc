import {
  Uint8ArrayReader,
  Uint8ArrayWriter,
  ZipReader,
  ZipWriter,
  type FileEntry,
} from '@zip.js/zip.js/index-native.js';
import { LeewayError, messageOf } from '../errors/leeway-error.ts';
import { VectorCollection } from './collect.ts';
import { invalid } from './faults.ts';
import { layerName, layersOf } from './names.ts';
import { knownText, readKnownText } from './notes.ts';
import { readNpyBytes, readNpyFloats, writeNpy } from './npy.ts';
import { conventionOf, type VectorFile, type VectorReading } from './vector-file.ts';

const NPY = '.npy';
/** The array in which our own files say what is known of their vectors: JSON in UTF-8, one byte a number. */
const KNOWN = 'leeway';
/** A zip may claim to unpack to anything. */
const MOST_UNPACKED = 2 ** 29;
const MOST_ENTRIES = 2 ** 13;
// The policy of the page allows no worker out of text.
const HERE = { useWebWorkers: false } as const;
/** The oldest time that a zip can say: the same vectors are the same bytes. */
const NO_TIME = new Date(1980, 0, 1);

/** A NumPy archive, as `numpy.savez` writes it: arrays `layer.<layer>`, float32 [hidden]. */
export async function writeNpz(file: VectorFile): Promise<Uint8Array<ArrayBuffer>> {
  const settings = {
    ...HERE,
    level: 0,
    lastModDate: NO_TIME,
    extendedTimestamp: false,
    dataDescriptor: false,
  };
  const writer = new ZipWriter(new Uint8ArrayWriter(), settings);
  const arrays: [string, Uint8Array][] = [...file.vectors].map(([layer, vector]) => [
    layerName(layer),
    writeNpy(vector),
  ]);
  arrays.push([KNOWN, writeNpy(new TextEncoder().encode(knownText(file)))]);
  for (const [name, array] of arrays) await writer.add(`${name}${NPY}`, new Uint8ArrayReader(array));
  return Uint8Array.from(await writer.close());
}

/** The arrays of the archive by name, unpacked. */
async function arraysOf(bytes: Uint8Array): Promise<Map<string, Uint8Array>> {
  const reader = new ZipReader(new Uint8ArrayReader(bytes), HERE);
  const entries = (await reader.getEntries()).filter((entry): entry is FileEntry => !entry.directory);
  const unpacked = entries.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
  if (entries.length > MOST_ENTRIES || unpacked > MOST_UNPACKED)
    throw invalid(
      `The archive states ${entries.length} arrays of ${unpacked} bytes in all, which no vectors have.`,
    );
  const arrays = new Map<string, Uint8Array>();
  for (const entry of entries) {
    const { filename } = entry;
    if (!filename.endsWith(NPY))
      throw invalid(`The archive holds ${filename.slice(0, 40)}, which is no NumPy array.`);
    const name = filename.slice(0, -NPY.length);
    if (arrays.has(name)) throw invalid(`The archive holds the array ${name.slice(0, 40)} twice.`);
    arrays.set(name, await entry.getData(new Uint8ArrayWriter(), { ...HERE, checkSignature: true }));
  }
  return arrays;
}

/** Reads arrays `<name>.<layer>` of one name, stored or deflated. Throws vector-invalid, vector-length. */
export async function readNpz(bytes: Uint8Array): Promise<VectorReading> {
  try {
    const arrays = await arraysOf(bytes);
    const own = arrays.get(KNOWN);
    arrays.delete(KNOWN);
    const found = new VectorCollection();
    for (const { layer, entry } of layersOf(
      [...arrays].map(([name, array]) => [name, { name, array }] as const),
    )) {
      const where = `The array ${entry.name.slice(0, 40)}`;
      found.add(layer, readNpyFloats(entry.array, where), where);
    }
    const known = own
      ? readKnownText(new TextDecoder().decode(readNpyBytes(own, `The array ${KNOWN}`)))
      : { norms: new Map<number, number>(), notes: {} };
    return { ...known, vectors: found.vectors, format: 'npz', convention: conventionOf('<name>.<l>') };
  } catch (thrown) {
    throw thrown instanceof LeewayError
      ? thrown
      : invalid(`The file is no NumPy archive that can be read (${messageOf(thrown)}).`, thrown);
  }
}
