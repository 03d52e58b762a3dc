import { basename } from 'node:path';
import { LeewayError } from '../src/errors/leeway-error.ts';
import { formatOfName, readVectors } from '../src/vectors/exchange.ts';
import { jsonVector } from '../src/vectors/json-vectors.ts';

/** The vector of one layer out of a file, and how a file that others may have made was understood. */
export interface LayerOfFile {
  readonly vector: readonly number[];
  readonly convention?: string;
}

/**
 * A vector file: a control vector (.gguf), .safetensors or .npz, by its name; else JSON: a list of numbers,
 * `{"vector":[…]}`, or `{"vectors":{"<layer>":[…]}}`. Throws vector-invalid, vector-length.
 */
export async function readVectorFile(
  path: string,
  bytes: Uint8Array<ArrayBuffer>,
  layer: number,
): Promise<LayerOfFile> {
  const format = formatOfName(path);
  if (format === undefined || format === 'json')
    return { vector: fromJson(path, Buffer.from(bytes).toString('utf8'), layer) };
  const { vectors, convention } = await readVectors(basename(path), bytes);
  const vector = vectors.get(layer);
  if (vector) return { vector: Array.from(vector), convention };
  throw new LeewayError(
    'vector-invalid',
    `The vector file ${path} holds no vector for layer ${layer}; it has layers ${[...vectors.keys()].join(', ')}.`,
    'Choose one of its layers.',
  );
}

function fromJson(path: string, text: string, layer: number): number[] {
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
  const found = jsonVector(value, layer);
  if (found) return found;
  throw new LeewayError(
    'vector-invalid',
    `The vector file ${path} holds no list of finite numbers for layer ${layer}.`,
    'Write it as [numbers], {"vector":[numbers]} or {"vectors":{"<layer>":[numbers]}}.',
  );
}
