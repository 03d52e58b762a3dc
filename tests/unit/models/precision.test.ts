import { describe, expect, it } from 'vitest';
import type { HubFile } from '../../../src/models/hub.ts';
import type { Machine } from '../../../src/models/machine.ts';
import { choosePrecision, type PrecisionChoice } from '../../../src/models/precision.ts';
import { readVariants } from '../../../src/models/variant.ts';
import { BUILT, BUILT_FOLDERS, GGUF_MANY, QWEN_HALF_BILLION, QWEN_LARGER, SMOLLM2 } from './listings.ts';

const GPU: Machine = {
  backend: 'webgpu',
  backendAsked: false,
  shaderF16: false,
  maxBufferSize: 2 ** 32,
  maxStorageBufferBindingSize: 2 ** 31 - 4,
  memoryGb: 8,
};
const MACHINES = {
  'no WebGPU': { backend: 'wasm', backendAsked: false, shaderF16: false, memoryGb: 8 },
  'no WebGPU, memory unknown': { backend: 'wasm', backendAsked: false, shaderF16: false },
  'WebGPU without f16': GPU,
  'WebGPU with f16': { ...GPU, shaderF16: true },
  'a phone of 2 GB with f16': { ...GPU, shaderF16: true, memoryGb: 2 },
  'a phone of 2 GB without f16': { ...GPU, memoryGb: 2 },
  'tiny buffers': { ...GPU, maxBufferSize: 32e6, maxStorageBufferBindingSize: 32e6 },
} satisfies Record<string, Machine>;
type Name = keyof typeof MACHINES;

const choose = (files: readonly HubFile[], machine: Machine, wish?: string): PrecisionChoice =>
  choosePrecision(readVariants(files).whole, machine, wish);

const TABLE: readonly [string, readonly HubFile[], Readonly<Record<Name, string>>][] = [
  [
    'SmolLM2-135M',
    SMOLLM2,
    {
      'no WebGPU': 'fp32 wasm',
      'no WebGPU, memory unknown': 'fp32 wasm',
      'WebGPU without f16': 'fp32 webgpu',
      'WebGPU with f16': 'fp32 webgpu',
      'a phone of 2 GB with f16': 'fp16 webgpu',
      'a phone of 2 GB without f16': 'q4 webgpu',
      'tiny buffers': 'fp32 wasm',
    },
  ],
  [
    'Qwen2.5-0.5B with data files',
    QWEN_HALF_BILLION,
    {
      'no WebGPU': 'q4 wasm',
      'no WebGPU, memory unknown': 'q4 wasm',
      'WebGPU without f16': 'q4 webgpu',
      'WebGPU with f16': 'fp16 webgpu',
      'a phone of 2 GB with f16': 'q4f16 webgpu',
      'a phone of 2 GB without f16': 'q4 webgpu',
      'tiny buffers': 'q4 wasm',
    },
  ],
  [
    'Qwen2.5-1.5B, of which nothing is small',
    QWEN_LARGER,
    {
      'no WebGPU': 'q4 wasm',
      'no WebGPU, memory unknown': 'q4 wasm',
      'WebGPU without f16': 'q4 webgpu',
      'WebGPU with f16': 'q4f16 webgpu',
      'a phone of 2 GB with f16': 'q4f16 webgpu',
      'a phone of 2 GB without f16': 'q4 webgpu',
      'tiny buffers': 'q4 wasm',
    },
  ],
  [
    'fifteen GGUF files',
    GGUF_MANY,
    {
      'no WebGPU': 'Q8_0 wasm',
      'no WebGPU, memory unknown': 'Q8_0 wasm',
      'WebGPU without f16': 'Q8_0 webgpu',
      'WebGPU with f16': 'Q8_0 webgpu',
      'a phone of 2 GB with f16': 'IQ4_XS webgpu',
      'a phone of 2 GB without f16': 'IQ4_XS webgpu',
      'tiny buffers': 'Q8_0 wasm',
    },
  ],
];

describe.each(TABLE)('%s', (_, files, expected) => {
  it.each(Object.entries(MACHINES) as [Name, Machine][])('on %s', (name, machine) => {
    const choice = choose(files, machine);
    expect(`${choice.variant.label} ${choice.backend}`).toBe(expected[name]);
    expect(choice.reason).toMatch(/^\S.*\.$/);
    expect(choice.alternatives.map(({ path }) => path)).toContain(choice.variant.path);
    // A move to another backend is explained.
    expect(choice.backendReason === undefined).toBe(choice.backend === machine.backend);
    // What a machine cannot do is never taken.
    expect(choice.backend === 'webgpu' && choice.variant.needsF16 && !machine.shaderF16).toBe(false);
    // What is called usable can be asked for, and nothing else can.
    for (const { path, usable, why } of choice.alternatives) {
      if (usable) expect(choose(files, machine, path).variant.path).toBe(path);
      else expect(() => choose(files, machine, path)).toThrow(why);
    }
  });
});

describe('the reason', () => {
  it('says why more exact files were passed over', () => {
    const choice = choose(QWEN_HALF_BILLION, GPU);
    expect(choice.reason).toBe(
      'q4 is the most exact precision that suits this machine (fp32: 2.0 GB are not downloaded unless they are asked ' +
        'for; fp16: This graphics adapter cannot compute 16-bit floats).',
    );
  });

  it('is short where there is no choice', () => {
    const choice = choose(BUILT, GPU);
    expect(choice).toMatchObject({ reason: 'It is the only model file of the repository.' });
    expect(choice.alternatives).toHaveLength(1);
  });
});

it('takes the smallest to fetch and to hold where nothing fits', () => {
  // Packed, all of a GGUF's 16-bit weights take a little less than those of its 8-bit file.
  const files = [
    { path: 'gemma-3-1b-it-BF16.gguf', size: 2010e6 },
    { path: 'gemma-3-1b-it-Q8_0.gguf', size: 1070e6 },
    { path: 'gemma-3-1b-it-Q4_K_M.gguf', size: 806e6 },
  ];
  expect(choose(files, { ...MACHINES['no WebGPU'], memoryGb: 4 }).variant.label).toBe('Q8_0');
});

describe('files of the last resort', () => {
  const only = (...labels: string[]): HubFile[] =>
    SMOLLM2.filter(({ path }) => labels.some((label) => path.endsWith(`_${label}.onnx`)));

  it('runs dynamic quantization on the processor, and says so', () => {
    const choice = choose(only('int8', 'uint8'), GPU);
    expect(choice).toMatchObject({
      backend: 'wasm',
      backendReason: 'No file of this model suits this graphics adapter.',
    });
  });

  it('takes 16-bit floats on the processor before dynamic quantization', () => {
    for (const machine of [MACHINES['no WebGPU'], GPU]) {
      const choice = choose(only('fp16', 'int8'), machine);
      expect(choice).toMatchObject({ variant: { label: 'fp16' }, backend: 'wasm' });
    }
  });

  it('stays on WebGPU where that was asked for', () => {
    const machine = { ...GPU, backendAsked: true };
    expect(choose(only('int8'), machine).backend).toBe('webgpu');
    expect(() => choose(only('fp16', 'q4f16'), machine)).toThrow(
      expect.objectContaining({ code: 'backend-unavailable' }),
    );
  });
});

describe('a wish', () => {
  it('goes before the policy, by label in any case or by path', () => {
    for (const wish of ['fp32', 'FP32', 'onnx/model.onnx']) {
      const choice = choose(QWEN_LARGER, GPU, wish);
      expect(choice).toMatchObject({ variant: { label: 'fp32' }, reason: 'fp32 was asked for.' });
    }
    expect(choose(SMOLLM2, GPU, 'q8').variant.label).toBe('quantized');
    expect(choose(GGUF_MANY, GPU, 'Q4_K_M').variant.path).toMatch(/q4_k_m/);
  });

  it('is refused with the reason where it cannot be met', () => {
    expect(() => choose(SMOLLM2, { ...GPU, backendAsked: true }, 'q4f16')).toThrow(
      expect.objectContaining({
        code: 'backend-unavailable',
        message: 'q4f16 cannot be used: This graphics adapter cannot compute 16-bit floats.',
      }),
    );
    expect(() => choose(QWEN_LARGER, MACHINES['no WebGPU'], 'fp32')).toThrow(/cannot address 6.2 GB/);
    expect(() => choose(GGUF_MANY, GPU, 'IQ3_M')).toThrow(
      expect.objectContaining({ code: 'gguf-unsupported' }),
    );
    expect(() => choose(SMOLLM2, GPU, 'q3')).toThrow(expect.objectContaining({ code: 'request-invalid' }));
  });

  it('moves a 16-bit file to the processor where the adapter cannot compute it, and says so beforehand', () => {
    const choice = choose(SMOLLM2, GPU, 'fp16');
    expect(choice).toMatchObject({
      backend: 'wasm',
      backendReason: 'This graphics adapter cannot compute 16-bit floats.',
    });
    const offered = (machine: Machine): unknown =>
      choose(SMOLLM2, machine).alternatives.find(({ label }) => label === 'fp16');
    expect(offered(GPU)).toMatchObject({
      usable: true,
      why: expect.stringMatching(/run on the processor/) as string,
    });
    expect(offered({ ...GPU, backendAsked: true })).toMatchObject({ usable: false });
    expect(offered({ ...GPU, shaderF16: true })).toEqual({
      label: 'fp16',
      path: 'onnx/model_fp16.onnx',
      bytes: 270e6,
      usable: true,
    });
  });

  it('moves dynamic quantization to the processor unless WebGPU was asked for too', () => {
    expect(choose(SMOLLM2, GPU, 'int8').backend).toBe('wasm');
    expect(choose(SMOLLM2, { ...GPU, backendAsked: true }, 'int8').backend).toBe('webgpu');
  });
});

it('takes a builder’s folders for what their names say', () => {
  expect(choose(BUILT_FOLDERS, GPU).variant.path).toMatch(/^cpu_and_mobile/);
  expect(choose(BUILT_FOLDERS, { ...GPU, shaderF16: true }).variant.label).toBe('fp16');
});
