import { isFields } from '../science/fields.ts';
import { layerOf, VectorCollection } from './collect.ts';
import { invalid } from './faults.ts';
import { parseJson } from './json-text.ts';
import { knownValue, readKnown } from './notes.ts';
import { conventionOf, type VectorFile, type VectorReading } from './vector-file.ts';

/** What a JSON file of vectors calls itself; files without it are read as well. */
export const JSON_VECTORS = { format: 'leeway-vectors', version: 1 } as const;

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((entry) => typeof entry === 'number' && Number.isFinite(entry));

/**
 * The numbers that a JSON file holds for a layer: a list of numbers or `{"vector": […]}`, which go for any, or
 * `{"vectors": {"<layer>": […]}}`. Undefined where it has none that are finite.
 */
export function jsonVector(value: unknown, layer: number): number[] | undefined {
  const fields = value as { vector?: unknown; vectors?: Record<string, unknown> } | null;
  const found = Array.isArray(value) ? value : (fields?.vector ?? fields?.vectors?.[String(layer)]);
  return isNumbers(found) ? found : undefined;
}

/** A 32-bit float in nine digits, from which it is read back to the bit (IEEE 754, 5.12.2); Python takes -0 for a whole 0. */
const digits = (value: number): string =>
  Object.is(value, -0) ? '-0.0' : String(Number(value.toPrecision(9)));

/** A JSON file that says what it is, with one line a layer. */
export function writeJsonVectors(file: VectorFile): string {
  const head = JSON.stringify({ ...JSON_VECTORS, ...knownValue(file) }).slice(0, -1);
  const rows = [...file.vectors].map(
    ([layer, vector]) => `"${layer}":[${Array.from(vector, digits).join(',')}]`,
  );
  return `${head},"vectors":{\n${rows.join(',\n')}\n}}\n`;
}

/** Reads `{"vectors": {"<layer>": […]}}` whole. Throws vector-invalid, vector-length. */
export function readJsonVectors(text: string): VectorReading {
  const value = parseJson('The vector file', text.replace(/^\uFEFF/, ''));
  const fields = isFields(value) ? value : {};
  const version = fields['version'];
  if (
    fields['format'] === JSON_VECTORS.format &&
    typeof version === 'number' &&
    version > JSON_VECTORS.version
  )
    throw invalid('The vector file was made by a newer version of this program.');
  if (!isFields(fields['vectors']))
    throw invalid(
      'The vector file does not say which layers its vectors belong to, as {"vectors":{"<layer>":[…]}}.',
    );
  const found = new VectorCollection();
  for (const [name, numbers] of Object.entries(fields['vectors'])) {
    const where = `The vector of layer ${name.slice(0, 20)}`;
    const layer = layerOf(name, `“${name.slice(0, 20)}”`);
    if (!isNumbers(numbers)) throw invalid(`${where} is no list of finite numbers.`);
    found.add(layer, Float32Array.from(numbers), where);
  }
  return {
    ...readKnown(value),
    vectors: found.vectors,
    format: 'json',
    convention: conventionOf('"<l>" of "vectors"'),
  };
}
