import { basename } from 'node:path';
import { LeewayError } from '../src/errors/leeway-error.ts';
import { formatOfName, readVectors } from '../src/vectors/exchange.ts';
import { jsonVector, readJsonVectors } from '../src/vectors/json-vectors.ts';
import { isFields } from './steer-entry.ts';

/** The vectors of some layers out of a file. */
export interface LayersOfFile {
  /** By layer. */
  readonly vectors: Readonly<Record<number, readonly number[]>>;
  /** How a file that others may have made was understood. */
  readonly convention?: string;
  /** Mean residual norms by layer, and what the file says of its vectors: absent where it says nothing. */
  readonly norms?: Readonly<Record<number, number>>;
  readonly notes?: Readonly<Record<string, string | number>>;
}

/**
 * A vector file: a control vector (.gguf), .safetensors or .npz, by its name; else JSON: a list of numbers,
 * `{"vector":[…]}`, or `{"vectors":{"<layer>":[…]}}`. Throws vector-invalid, vector-length.
 */
export async function readVectorFile(
  path: string,
  bytes: Uint8Array<ArrayBuffer>,
  layers: readonly number[],
): Promise<LayersOfFile> {
  const format = formatOfName(path);
  if (format === undefined || format === 'json')
    return fromJson(path, Buffer.from(bytes).toString('utf8'), layers);
  const { vectors, norms, notes, convention } = await readVectors(basename(path), bytes);
  const missing = layers.find((layer) => !vectors.has(layer));
  if (missing !== undefined)
    throw new LeewayError(
      'vector-invalid',
      `The vector file ${path} holds no vector for layer ${missing}; it has layers ${[...vectors.keys()].join(', ')}.`,
      'Choose one of its layers.',
    );
  return {
    vectors: Object.fromEntries(layers.map((layer) => [layer, Array.from(vectors.get(layer) ?? [])])),
    convention,
    norms: Object.fromEntries(norms),
    notes,
  };
}

function fromJson(path: string, text: string, layers: readonly number[]): LayersOfFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    throw new LeewayError(
      'vector-invalid',
      `The vector file ${path} is not JSON.`,
      'Write it as a list of numbers.',
      {
        cause: thrown,
      },
    );
  }
  const vectors = Object.fromEntries(
    layers.map((layer) => {
      const found = jsonVector(value, layer);
      if (found) return [layer, found];
      throw new LeewayError(
        'vector-invalid',
        `The vector file ${path} holds no list of finite numbers for layer ${layer}.`,
        'Write it as [numbers], {"vector":[numbers]} or {"vectors":{"<layer>":[numbers]}}.',
      );
    }),
  );
  // Only a file that says what it is says it of its vectors, too.
  if (!isFields(value) || value['format'] === undefined) return { vectors };
  const { norms, notes } = readJsonVectors(text);
  return { vectors, norms: Object.fromEntries(norms), notes };
}
