/** The parts of WebGPU that are needed here; the worker library of the compiler does not type them. */
export interface Adapter {
  readonly features: ReadonlySet<string>;
  readonly limits: object;
  readonly info?: {
    readonly vendor?: string;
    readonly architecture?: string;
    readonly subgroupMinSize?: number;
  };
  requestDevice(descriptor: object): Promise<object>;
}

interface Gpu {
  requestAdapter(options?: object): Promise<Adapter | null>;
}

/** A graphics adapter, or why there is none. */
export async function findAdapter(wish: 'webgpu' | 'wasm' | undefined): Promise<Adapter | string> {
  if (wish === 'wasm') return 'WASM was asked for.';
  const gpu = (navigator as unknown as { gpu?: Gpu }).gpu;
  if (!gpu) return 'This browser has no WebGPU.';
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null);
  return adapter ?? 'WebGPU is there, but no graphics adapter is.';
}
