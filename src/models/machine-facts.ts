import { findAdapter } from './adapter.ts';
import type { Machine } from './machine.ts';

/** Memory of the device in GB as the browser reports it: at most 8; undefined where it says nothing. */
export const deviceMemory = (): number | undefined =>
  (navigator as unknown as { deviceMemory?: number }).deviceMemory;

/** What decides which file of a model is taken; no device is opened yet. */
export async function machineFacts(wish: Machine['backend'] | undefined): Promise<Machine> {
  const adapter = await findAdapter(wish);
  const known = { backendAsked: wish !== undefined, memoryGb: deviceMemory() };
  if (typeof adapter === 'string') return { ...known, backend: 'wasm', shaderF16: false };
  const limits = adapter.limits as Readonly<Record<string, number | undefined>>;
  return {
    ...known,
    backend: 'webgpu',
    shaderF16: adapter.features.has('shader-f16'),
    maxBufferSize: limits['maxBufferSize'],
    maxStorageBufferBindingSize: limits['maxStorageBufferBindingSize'],
  };
}
