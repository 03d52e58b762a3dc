import type { GgufFile } from '../../gguf/gguf-file.ts';
import { deviceMemory } from '../../models/machine-facts.ts';
import type { Backend, WeightStorage } from '../shared/protocol.ts';

const GIGABYTE = 2 ** 30;
/** What browsers report at most; below it memory is too dear for four times the bytes. */
const PLENTY = 8;
/** Exact weights up to this size leave room for everything else in the 4 GB that WebAssembly can address. */
const MOST_FLOATS = 1 * GIGABYTE;

/**
 * How the weights of a GGUF file are kept. On WASM exact floats are as fast as packed ones or faster (nothing has to
 * be unpacked in each pass), and they are exact; where they do not fit, and on WebGPU, the file's own levels are kept.
 */
export function chooseStorage(
  { tensors }: Pick<GgufFile, 'tensors'>,
  backend: Backend,
  wish: WeightStorage | undefined,
  memory = deviceMemory(),
): { storage: WeightStorage; reason: string } {
  if (wish) return { storage: wish, reason: 'This way of keeping the weights was asked for.' };
  if (backend === 'webgpu')
    return { storage: 'packed', reason: 'A graphics processor unpacks weights as fast as it reads them.' };
  const weights = [...tensors.values()].reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  if ((memory ?? 0) < PLENTY)
    return {
      storage: 'packed',
      reason: 'Exact floats would take more memory than this device is known to have.',
    };
  if (weights * 4 > MOST_FLOATS)
    return { storage: 'packed', reason: 'Exact floats of a model of this size would take too much memory.' };
  return { storage: 'float32', reason: 'Exact floats fit in memory and save unpacking in each pass.' };
}
