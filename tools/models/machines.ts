import type { Machine } from '../../src/models/machine.ts';

/** A laptop as many have it: 8 GB, a graphics adapter with 16-bit floats and the usual limits of its buffers. */
export const LAPTOP: Machine = {
  backend: 'webgpu',
  backendAsked: false,
  shaderF16: true,
  maxBufferSize: 2 ** 31,
  maxStorageBufferBindingSize: 2 ** 31 - 4,
  memoryGb: 8,
};

/** A school's Chromebook: 4 GB and no WebGPU. */
export const CHROMEBOOK: Machine = { backend: 'wasm', backendAsked: false, shaderF16: false, memoryGb: 4 };
