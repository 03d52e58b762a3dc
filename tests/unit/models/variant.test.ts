import { describe, expect, it } from 'vitest';
import { readGgufName } from '../../../src/models/gguf-name.ts';
import { readVariants } from '../../../src/models/variant.ts';
import {
  BUILT,
  BUILT_FOLDERS,
  GGUF_MANY,
  PARTS_ONLY,
  QWEN_HALF_BILLION,
  QWEN_LARGER,
  SHARDS_ONLY,
  SMOLLM2,
} from './listings.ts';

describe('variants of a listing', () => {
  it('reads ONNX precisions from their suffixes', () => {
    const { whole } = readVariants(SMOLLM2);
    expect(Object.fromEntries(whole.map(({ label, kind, needsF16 }) => [label, [kind, needsF16]]))).toEqual({
      fp32: ['fp32', false],
      bnb4: ['bnb4', false],
      fp16: ['fp16', true],
      int8: ['dynamic', false],
      q4: ['q4', false],
      q4f16: ['q4f16', true],
      quantized: ['dynamic', false],
      uint8: ['dynamic', false],
    });
  });

  it('counts data files, in pieces too, and not their compressed copies', () => {
    const bytes = (files: typeof SMOLLM2, wanted: string): number | undefined =>
      readVariants(files).whole.find(({ label }) => label === wanted)?.bytes;
    expect(bytes(QWEN_LARGER, 'fp32')).toBeCloseTo(6211.06e6, -3);
    expect(bytes(QWEN_HALF_BILLION, 'int8')).toBeCloseTo(512.11e6, -3);
    expect(bytes(QWEN_HALF_BILLION, 'q4')).toBeCloseTo(785.97e6, -3);
  });

  it('claims no precision for a builder’s model.onnx, and reads that of its folders', () => {
    expect(readVariants(BUILT).whole).toMatchObject([{ kind: 'unknown', label: 'model', needsF16: false }]);
    expect(readVariants(BUILT_FOLDERS).whole.map(({ kind }) => kind)).toEqual(['q4', 'fp16', 'q4f16']);
  });

  it('tells files of one precision apart by their paths', () => {
    const twice = [
      { path: 'onnx/model.onnx', size: 5 },
      { path: 'model.onnx', size: 5 },
    ];
    expect(readVariants(twice).whole.map(({ label }) => label)).toEqual(['fp32', 'onnx/model.onnx']);
  });

  it('leaves out parts of models, projectors and pieces of split files', () => {
    expect(readVariants(PARTS_ONLY).whole).toEqual([]);
    expect(readVariants(GGUF_MANY).whole).toHaveLength(15);
    expect(readVariants(SHARDS_ONLY)).toMatchObject({ whole: [], shards: { length: 3 } });
  });
});

describe('the name of a GGUF file', () => {
  it.each([
    ['SmolLM2-135M-Instruct.Q4_1.gguf', 'Q4_1'],
    ['llama-2-7b.q4_K_m.gguf', 'Q4_K_M'],
    ['gemma-3-270m-it-UD-Q4_K_XL.gguf', 'Q4_K_XL'],
    ['model-bf16.gguf', 'BF16'],
    ['model.fp16.gguf', 'F16'],
    ['ggml-model-f32.GGUF', 'F32'],
    ['qwen-f16-finetune-Q5_K_S.gguf', 'Q5_K_S'],
    ['some-IQ4_NL.gguf', 'IQ4_NL'],
    ['tiny.gguf', 'tiny'],
  ])('%s is %s', (name, label) => {
    expect(readGgufName(name)).toMatchObject({ label });
    expect(readGgufName(name).unreadable).toBeUndefined();
  });

  it.each(['a-IQ2_XXS.gguf', 'a-IQ3_M.gguf', 'a-Q4_0_4_4.gguf', 'a-TQ1_0.gguf'])(
    '%s cannot be read',
    (name) => {
      expect(readGgufName(name).unreadable).toMatch(/cannot be read/);
    },
  );
});
