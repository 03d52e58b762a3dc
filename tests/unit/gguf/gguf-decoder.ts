import { readFileSync } from 'node:fs';
import { MountedFile } from '../../../src/engine/worker/mounted-file.ts';
import { buildDecoder, type GgufDecoder } from '../../../src/gguf/decoder-graph.ts';
import { readGguf } from '../../../src/gguf/gguf-file.ts';
import type { WeightStorage } from '../../../src/gguf/graph-weights.ts';
import type { SteeringWays } from '../../../src/onnx/surgery.ts';
import { DecoderSession } from '../onnx/decoder-session.ts';

export const FIXTURES = new URL('../../fixtures/gguf/', import.meta.url);

export interface OpenDecoder extends GgufDecoder {
  readonly session: DecoderSession;
}

/** Builds a GGUF file's decoder and opens it on WASM, weights made when asked for as in the page. */
export async function openDecoder(
  bytes: Uint8Array<ArrayBuffer>,
  storage: WeightStorage,
  steering: SteeringWays = 'add',
): Promise<OpenDecoder> {
  const decoder = buildDecoder(await readGguf(new Blob([bytes])), storage, steering);
  const { graph, weights } = decoder;
  const mounted = new MountedFile(weights.name, weights.size, (start, end) => {
    const made = weights.bytes(start, end - start, (from, to) => bytes.subarray(from, to));
    if (made) return made;
    throw new Error(`No weight at ${start}.`);
  });
  return { ...decoder, session: await DecoderSession.open(graph, { [mounted.path]: mounted.data }) };
}

export const readFixture = (name: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(new URL(name, FIXTURES)));
