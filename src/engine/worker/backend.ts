import type { Backend } from '../shared/protocol.ts';

/** The backend to try first and why, in a sentence for the page. */
export interface BackendChoice {
  readonly backend: Backend;
  readonly reason: string;
}

/** The part of navigator.gpu that is needed here; the DOM library does not type it everywhere. */
interface Gpu {
  requestAdapter(): Promise<{
    readonly features: ReadonlySet<string>;
    readonly info?: { readonly vendor?: string; readonly architecture?: string };
  } | null>;
}

/** WebGPU where the browser gives an adapter that the graph can use, else WASM. */
export async function chooseBackend(wish: Backend | undefined, needsF16: boolean): Promise<BackendChoice> {
  if (wish === 'wasm') return { backend: 'wasm', reason: 'WASM was asked for.' };
  const gpu = (navigator as unknown as { gpu?: Gpu }).gpu;
  if (!gpu) return { backend: 'wasm', reason: 'This browser has no WebGPU.' };
  const adapter = await gpu.requestAdapter().catch(() => null);
  if (!adapter) return { backend: 'wasm', reason: 'WebGPU is there, but no graphics adapter is.' };
  if (needsF16 && !adapter.features.has('shader-f16'))
    return {
      backend: 'wasm',
      reason: 'The model is in 16-bit floats, which this graphics adapter cannot compute.',
    };
  const name = [adapter.info?.vendor, adapter.info?.architecture].filter(Boolean).join(' ');
  return {
    backend: 'webgpu',
    reason: `${wish ? 'WebGPU was asked for' : 'WebGPU is available'}${name ? ` (${name})` : ''}.`,
  };
}
