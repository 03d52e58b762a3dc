import type { ErrorReport } from '../errors/leeway-error.ts';
import { megabytes } from './byte-size.ts';
import { largestTensor, roomFor, type Machine } from './machine.ts';
import type { Variant } from './variant.ts';

/** How well a file suits a machine. */
export interface Suitability {
  /** Why it cannot run there at all. */
  readonly refused?: ErrorReport;
  /** 0 for what is taken gladly; larger for what is taken only when nothing of a smaller tier is there. */
  readonly tier: number;
  /** What is wrong with its tier, in a sentence. */
  readonly caution?: string;
  /** Why it is too large to be taken unasked, in a sentence: it may still run. */
  readonly tooLarge?: string;
  /** Whether a matrix of it is likely to exceed the adapter's buffers. */
  readonly exceedsBuffers: boolean;
}

/** WebAssembly addresses 4 GB; the runtime, activations and caches have to live there too. */
const WASM_ADDRESSABLE = 3e9;
/**
 * Bytes that nobody should have to download or hold for the sake of precision alone: larger files are taken when they
 * are asked for, or when no smaller one is there.
 */
const MOST_UNASKED = 1.2e9;

const TIER = { welcome: 0, halfOnCpu: 1, uncommon: 2, dynamic: 3 } as const;

function refusal({ unreadable, needsF16, memory }: Variant, machine: Machine): ErrorReport | undefined {
  if (unreadable !== undefined)
    return {
      code: 'gguf-unsupported',
      message: unreadable,
      advice: 'Take the same model as Q8_0, Q4_K_M, Q4_0 or F16: most publishers offer several.',
    };
  if (machine.backend === 'webgpu' && needsF16 && !machine.shaderF16)
    return {
      code: 'backend-unavailable',
      message: 'This graphics adapter cannot compute 16-bit floats.',
      advice: 'Choose a file that computes in 32 bits (fp32, q4), or the WASM backend.',
    };
  if (machine.backend === 'wasm' && memory > WASM_ADDRESSABLE)
    return {
      code: 'backend-unavailable',
      message: `WebAssembly cannot address ${megabytes(memory)} of weights.`,
      advice: 'Choose a smaller file, or WebGPU where there is one.',
    };
  return undefined;
}

function tierOf({ kind, needsF16 }: Variant, { backend }: Machine): number {
  if (kind === 'dynamic') return TIER.dynamic;
  if (kind === 'bnb4') return TIER.uncommon;
  return needsF16 && backend === 'wasm' ? TIER.halfOnCpu : TIER.welcome;
}

const CAUTIONS: readonly (string | undefined)[] = [
  undefined,
  'Many operators have no 16-bit version on the processor.',
  'Few operators exist for this 4-bit format.',
  'Activations are rounded to 8 bits in each pass, and rows have to run one at a time, on the processor.',
];

function excess({ bytes, memory, largest }: Variant, machine: Machine): string | undefined {
  if (bytes > MOST_UNASKED) return `${megabytes(bytes)} are not downloaded unless they are asked for.`;
  if (memory > MOST_UNASKED) return `Its weights would take ${megabytes(memory)} of memory.`;
  const limit = largestTensor(machine);
  // A listing does not tell shapes: this is an estimate, so it advises and does not refuse.
  if (largest > limit)
    return `Its largest matrix is likely to exceed the ${megabytes(limit)} that this graphics adapter holds in one buffer.`;
  if (memory <= roomFor(machine)) return undefined;
  return machine.memoryGb === undefined
    ? `Its weights would take ${megabytes(memory)}, and this browser does not tell how much memory there is.`
    : `Its weights would take more than a quarter of this device’s ${machine.memoryGb} GB of memory.`;
}

/** Judges one file for one machine. */
export function suitability(variant: Variant, machine: Machine): Suitability {
  const refused = refusal(variant, machine);
  const tier = tierOf(variant, machine);
  const caution = CAUTIONS[tier];
  const tooLarge = excess(variant, machine);
  return {
    tier,
    exceedsBuffers: variant.largest > largestTensor(machine),
    ...(refused ? { refused } : {}),
    ...(caution === undefined ? {} : { caution }),
    ...(tooLarge === undefined ? {} : { tooLarge }),
  };
}
