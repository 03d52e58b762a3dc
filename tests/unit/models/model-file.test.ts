import { describe, expect, it } from 'vitest';
import type { HubFile } from '../../../src/models/hub.ts';
import type { Machine } from '../../../src/models/machine.ts';
import { chooseFile } from '../../../src/models/model-file.ts';
import type { PrecisionChoice } from '../../../src/models/precision.ts';
import { GGUF_MANY, PARTS_ONLY, SHARDS_ONLY, SMOLLM2 } from './listings.ts';

const machine: Machine = { backend: 'webgpu', backendAsked: false, shaderF16: false, memoryGb: 8 };
const choose = (files: readonly HubFile[], named?: string, wish?: string): PrecisionChoice =>
  chooseFile('owner/name', files, { machine, named, wish });
const fault = (code: string, message: RegExp): unknown =>
  expect.objectContaining({ code, message: expect.stringMatching(message) as string });

describe('the file of a repository', () => {
  it('is the named one, whatever the machine', () => {
    expect(choose(SMOLLM2, 'onnx/model_q4f16.onnx')).toMatchObject({
      variant: { path: 'onnx/model_q4f16.onnx' },
      reason: 'q4f16 was named.',
    });
    expect(choose(PARTS_ONLY, 'onnx/decoder_model_merged.onnx').variant.bytes).toBe(540e6);
    expect(choose(SMOLLM2, 'onnx/model_int8.onnx').backend).toBe('wasm');
  });

  it('may be named by its precision', () => {
    expect(choose(GGUF_MANY, 'Q4_K_M').variant.path).toMatch(/q4_k_m/);
  });

  it('is the one that was asked for before the named one', () => {
    expect(choose(SMOLLM2, 'onnx/model.onnx', 'q4').variant.label).toBe('q4');
  });

  it('is chosen where several GGUF files are there', () => {
    expect(choose(GGUF_MANY).variant.label).toBe('Q8_0');
  });

  it('is never another than the named one', () => {
    expect(() => choose(SMOLLM2, 'onnx/model_q3.onnx')).toThrow(fault('model-not-found', /no model file/));
  });

  it('is no piece of a split file', () => {
    expect(() => choose(SHARDS_ONLY)).toThrow(fault('gguf-unsupported', /split into pieces/));
    const [shard] = SHARDS_ONLY;
    expect(() => choose(SHARDS_ONLY, shard?.path)).toThrow(fault('gguf-unsupported', /split into pieces/));
    expect(choose([...SHARDS_ONLY, ...GGUF_MANY]).variant.label).toBe('Q8_0');
  });

  it('is missing where there are parts alone, or nothing', () => {
    expect(() => choose(PARTS_ONLY)).toThrow(fault('model-not-found', /parts of models alone/));
    expect(() => choose([])).toThrow(fault('model-not-found', /neither an .onnx nor a .gguf/));
  });
});
