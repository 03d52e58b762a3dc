/** What of a machine decides which file of a model it can take. */
export interface Machine {
  /** The backend that would be tried first. */
  readonly backend: 'webgpu' | 'wasm';
  /** Whether that backend was asked for: then no other may be taken. */
  readonly backendAsked: boolean;
  /** Whether the graphics adapter computes in 16-bit floats. */
  readonly shaderF16: boolean;
  /** Bytes of the largest buffer of the graphics adapter. */
  readonly maxBufferSize?: number | undefined;
  /** Bytes of the largest buffer that a shader of it can read. */
  readonly maxStorageBufferBindingSize?: number | undefined;
  /** Memory in GB as the browser reports it: rounded, 8 may stand for more; undefined where it says nothing. */
  readonly memoryGb?: number | undefined;
}

const GIGABYTE = 2 ** 30;
/** Between a phone and a laptop: Firefox and Safari say nothing, and 4-bit weights of a small model are no instrument. */
const UNKNOWN_MEMORY_GB = 3;
/** The page, the runtime's copies and everything else that is open need the rest. */
const SHARE = 1 / 4;

/** Bytes that the weights may take: a quarter of the memory, where unknown of 3 GB. */
export function roomFor({ memoryGb = UNKNOWN_MEMORY_GB }: Machine): number {
  return memoryGb * GIGABYTE * SHARE;
}

/** Bytes of the largest tensor that the adapter holds in one buffer; infinite where nothing limits it. */
export function largestTensor(machine: Machine): number {
  if (machine.backend === 'wasm') return Infinity;
  return Math.min(machine.maxBufferSize ?? Infinity, machine.maxStorageBufferBindingSize ?? Infinity);
}
