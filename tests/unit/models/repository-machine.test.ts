import { describe, it } from 'vitest';
import { expectVerdict, type VerdictCase } from './expect-verdict.ts';
import { QWEN_LARGER } from './listings.ts';
import { CHROMEBOOK, config, HALF_ALONE, LAPTOP, listing, LLAMA, TEXT } from './repository-listings.ts';

const CASES: readonly VerdictCase[] = [
  [
    '16-bit floats where there are none',
    HALF_ALONE,
    LLAMA,
    { ...LAPTOP, shaderF16: false },
    { runs: 'unknown', cause: 'half-floats' },
    /graphics adapter does not\.$/,
  ],
  [
    '16-bit floats on the processor of a large machine',
    HALF_ALONE,
    LLAMA,
    { ...CHROMEBOOK, memoryGb: 8 },
    { runs: 'unknown', cause: 'half-floats' },
    /processor lacks/,
  ],
  [
    '16-bit floats where WebGPU was asked for',
    HALF_ALONE,
    LLAMA,
    { ...LAPTOP, shaderF16: false, backendAsked: true },
    { runs: 'no', cause: 'machine' },
    /cannot compute 16-bit floats/,
  ],
  [
    'more than a quarter of the memory',
    QWEN_LARGER,
    config('Qwen2ForCausalLM', 'qwen2'),
    CHROMEBOOK,
    { runs: 'unknown', cause: 'size', bytes: 1790e6 },
    /may not fit/,
  ],
  [
    'more than all of the memory',
    QWEN_LARGER,
    config('Qwen2ForCausalLM', 'qwen2'),
    { ...LAPTOP, memoryGb: 1 },
    { runs: 'no', cause: 'size' },
    /this device has 1 GB/,
  ],
  [
    'more than a buffer',
    HALF_ALONE,
    LLAMA,
    { ...LAPTOP, backendAsked: true, maxBufferSize: 2 ** 28 },
    { runs: 'unknown', cause: 'size' },
    /may exceed a buffer/,
  ],
  [
    'more than WebAssembly addresses',
    listing({ ...TEXT, 'model.onnx': 0.4, 'model.onnx_data': 12400 }),
    LLAMA,
    { ...CHROMEBOOK, memoryGb: 8 },
    { runs: 'no', cause: 'machine' },
    /cannot address 12\.4 GB/,
  ],
];

describe('the verdict for a machine that is short of', () => {
  it.each(CASES)('%s', (...row) => expectVerdict(row));
});
