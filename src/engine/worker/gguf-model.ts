import { buildDecoder } from '../../gguf/decoder-graph.ts';
import { readGguf } from '../../gguf/gguf-file.ts';
import { tokenizerFromMetadata } from '../../gguf/tokenizer.ts';
import { weightType } from '../../gguf/weight-type.ts';
import { LeewayError } from '../../errors/leeway-error.ts';
import type { Backend, SteeringWays, WeightStorage } from '../shared/protocol.ts';
import { readerOf } from './blob-reader.ts';
import type { ModelParts } from './model-parts.ts';
import { MountedFile } from './mounted-file.ts';
import { chooseStorage } from './weight-storage.ts';
import { TextCoder } from './tokenizer.ts';

const KEPT: Readonly<Record<WeightStorage, string>> = { packed: '4/8-bit', float32: 'fp32', float16: 'fp16' };

/** What was asked for; the storage is chosen where it was not. */
export interface GgufWishes {
  readonly storage: WeightStorage | undefined;
  readonly steering: SteeringWays;
}

/** A GGUF file: the decoder's graph is built from it, weights are made from it when the runtime asks for them. */
export async function openGguf(
  blob: Blob,
  revision: string,
  backend: Backend,
  { storage: wish, steering }: GgufWishes,
): Promise<ModelParts> {
  const file = await readGguf(blob);
  const { storage, reason } = chooseStorage(file, backend, wish);
  const { graph, weights } = buildDecoder(file, storage, steering);
  const { tokenizer, config } = tokenizerFromMetadata(file.metadata);
  const read = readerOf(blob);
  const mounted = new MountedFile(weights.name, weights.size, (start, end) => {
    const bytes = weights.bytes(start, end - start, read);
    if (bytes) return bytes;
    throw new LeewayError(
      'internal',
      'The runtime asked for a weight that is not there.',
      'Report this fault.',
    );
  });
  const matrices = [...file.tensors.values()].filter((tensor) => tensor.shape.length > 1);
  const types = [...new Set(matrices.map((tensor) => weightType(tensor.type).name))].sort();
  return {
    graph,
    files: [mounted],
    coder: new TextCoder(tokenizer, config),
    dtype: `${types.join(' + ')} as ${KEPT[storage]}`,
    dtypeReason: reason,
    revision,
    surgeryCached: false,
  };
}
