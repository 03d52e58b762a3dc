import { findAdapter, type Adapter } from '../../models/adapter.ts';
import type { Backend } from '../shared/protocol.ts';

/** The backend to try first, why, and for WebGPU the device to run on. */
export interface BackendChoice {
  readonly backend: Backend;
  readonly reason: string;
  readonly device?: object;
}

/** Attention kernels of the runtime take subgroups of at least this many lanes for granted. */
const LEAST_SUBGROUP = 8;

const LIMITS = [
  'maxBindGroups',
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupsPerDimension',
] as const;

/**
 * Features of the device. Subgroups narrower than the kernels expect are left out: with 4 lanes (SwiftShader) grouped
 * attention over 32 tokens or more is silently wrong, while the shared-memory kernels that stand in for them are right.
 */
export function deviceFeatures(adapter: Pick<Adapter, 'features' | 'info'>): string[] {
  const wide = (adapter.info?.subgroupMinSize ?? 0) >= LEAST_SUBGROUP;
  return ['shader-f16', 'timestamp-query', ...(wide ? ['subgroups'] : [])].filter((name) =>
    adapter.features.has(name),
  );
}

async function openDevice(adapter: Adapter): Promise<object> {
  const limits = adapter.limits as Readonly<Record<string, number | undefined>>;
  const requiredLimits = Object.fromEntries(
    LIMITS.flatMap((name) => (limits[name] === undefined ? [] : [[name, limits[name]]])),
  );
  return adapter.requestDevice({ requiredFeatures: deviceFeatures(adapter), requiredLimits });
}

/** WebGPU where the browser gives an adapter that the graph can use, else WASM. `unfit` says why the graph must not. */
export async function chooseBackend(
  wish: Backend | undefined,
  needsF16: boolean,
  unfit?: string,
): Promise<BackendChoice> {
  const adapter = await findAdapter(wish);
  if (typeof adapter === 'string') return { backend: 'wasm', reason: adapter };
  if (unfit !== undefined) return { backend: 'wasm', reason: unfit };
  if (needsF16 && !adapter.features.has('shader-f16'))
    return {
      backend: 'wasm',
      reason: 'The model is in 16-bit floats, which this graphics adapter cannot compute.',
    };
  const device = await openDevice(adapter).catch(() => undefined);
  if (!device) return { backend: 'wasm', reason: 'The graphics adapter gave no device.' };
  const name = [adapter.info?.vendor, adapter.info?.architecture].filter(Boolean).join(' ');
  return {
    backend: 'webgpu',
    reason: `${wish ? 'WebGPU was asked for' : 'WebGPU is available'}${name ? ` (${name})` : ''}.`,
    device,
  };
}
