import { describe, expect, it } from 'vitest';
import { unsupported } from '../../../src/gguf/architecture.ts';
import type { HubFile } from '../../../src/models/hub.ts';
import { familyRuns } from '../../../src/models/model-family.ts';
import { judgeRepository } from '../../../src/models/repository-verdict.ts';
import { expectVerdict, type VerdictCase } from './expect-verdict.ts';
import { GGUF_MANY, PARTS_ONLY, SHARDS_ONLY, SMOLLM2 } from './listings.ts';
import {
  CHROMEBOOK,
  config,
  LAPTOP,
  listing,
  LLAMA,
  MINI_LM,
  PYTORCH,
  SEEING_GGUF,
  SMOL_VLM,
} from './repository-listings.ts';

const CASES: readonly VerdictCase[] = [
  [
    'an ONNX export of a known family',
    SMOLLM2,
    LLAMA,
    LAPTOP,
    { runs: 'yes', cause: 'fits', bytes: 539e6 },
    /^It runs here: fp32, 539 MB to download, on WebGPU\.$/,
  ],
  [
    'the same without WebGPU',
    SMOLLM2,
    LLAMA,
    CHROMEBOOK,
    { runs: 'yes', bytes: 539e6 },
    /on the processor\.$/,
  ],
  [
    'GGUF files of a known family',
    GGUF_MANY,
    config('Qwen2ForCausalLM', 'qwen2'),
    LAPTOP,
    { runs: 'yes', bytes: 531e6 },
    /Q8_0/,
  ],
  [
    'GGUF files without a config',
    GGUF_MANY,
    undefined,
    LAPTOP,
    { runs: 'unknown', cause: 'family', bytes: 531e6 },
    /stands inside the file\.$/,
  ],
  [
    'GGUF files with a broken config',
    GGUF_MANY,
    '{"archi',
    LAPTOP,
    { runs: 'unknown', cause: 'family' },
    /inside the file/,
  ],
  [
    'GGUF files of another family',
    GGUF_MANY,
    config('SmolLM3ForCausalLM', 'smollm3'),
    LAPTOP,
    { runs: 'no', cause: 'family' },
    /family smollm3 are not read/,
  ],
  [
    'GGUF files that are written as Llama’s',
    GGUF_MANY,
    config('MistralForCausalLM', 'mistral'),
    LAPTOP,
    { runs: 'unknown', cause: 'family' },
    /mistral have not been tried/,
  ],
  [
    'an ONNX export of another family',
    SMOLLM2,
    config('SmolLM3ForCausalLM', 'smollm3'),
    LAPTOP,
    { runs: 'unknown', cause: 'family', bytes: 539e6 },
    /smollm3 have not been tried/,
  ],
  [
    'the text half of a GGUF model that sees',
    SEEING_GGUF,
    config('Gemma3ForConditionalGeneration', 'gemma3', { vision_config: {} }),
    { ...LAPTOP, memoryGb: 16 },
    { runs: 'yes' },
    /Q4_0/,
  ],
  [
    'PyTorch weights alone',
    PYTORCH,
    config('Gemma3ForCausalLM', 'gemma3_text'),
    LAPTOP,
    { runs: 'no', cause: 'format' },
    /holds PyTorch weights alone/,
  ],
  [
    'an adapter alone',
    listing({ 'adapter_config.json': 0, 'adapter_model.safetensors': 457 }),
    undefined,
    LAPTOP,
    { runs: 'no', cause: 'format' },
    /adapter \(LoRA\) alone/,
  ],
  [
    'LiteRT files alone',
    listing({ 'README.md': 0, 'gemma3-1b-it-int4.task': 555 }),
    undefined,
    LAPTOP,
    { runs: 'no', cause: 'format' },
    /LiteRT files alone/,
  ],
  ['a model in parts', PARTS_ONLY, LLAMA, LAPTOP, { runs: 'no', cause: 'parts' }, /parts of models alone/],
  [
    'a GGUF file in pieces',
    SHARDS_ONLY,
    LLAMA,
    LAPTOP,
    { runs: 'no', cause: 'split' },
    /split into 3 pieces/,
  ],
  [
    'GGUF files in a layout given up',
    listing({ 'a-Q4_0_4_4.gguf': 771 }),
    LLAMA,
    LAPTOP,
    { runs: 'no', cause: 'format' },
    /Q4_0_4_4 cannot be read/,
  ],
  [
    'nothing',
    listing({ 'README.md': 0, '.gitattributes': 0 }),
    undefined,
    LAPTOP,
    { runs: 'no', cause: 'empty' },
    /no model at all/,
  ],
  [
    'an encoder',
    MINI_LM,
    config('BertModel', 'bert'),
    LAPTOP,
    { runs: 'no', cause: 'purpose' },
    /continues none.*\(BertModel\)\.$/,
  ],
  [
    'an embedding model that calls itself a decoder',
    [...MINI_LM, ...listing({ 'modules.json': 0, '1_Pooling/config.json': 0 })],
    config('Qwen3ForCausalLM', 'qwen3'),
    LAPTOP,
    { runs: 'no', cause: 'purpose' },
    /embeddings/,
  ],
  [
    'a model that ranks',
    MINI_LM,
    config('Qwen3ForSequenceClassification', 'qwen3'),
    LAPTOP,
    { runs: 'no', cause: 'purpose' },
    /continues none/,
  ],
  [
    'a model that sees, in parts',
    SMOL_VLM,
    config('Idefics3ForConditionalGeneration', 'idefics3', { vision_config: {} }),
    LAPTOP,
    { runs: 'no', cause: 'purpose' },
    /looks at images/,
  ],
  [
    'a model that hears',
    PARTS_ONLY,
    config('WhisperForConditionalGeneration', 'whisper', { is_encoder_decoder: true }),
    LAPTOP,
    { runs: 'no', cause: 'purpose' },
    /works on sound/,
  ],
  [
    'a model that rewrites',
    PARTS_ONLY,
    config('T5ForConditionalGeneration', 't5', { is_encoder_decoder: true }),
    LAPTOP,
    { runs: 'no', cause: 'purpose' },
    /rewrites a text/,
  ],
  [
    'an export without its tokenizer',
    listing({ 'config.json': 0, 'model.onnx': 600 }),
    LLAMA,
    LAPTOP,
    { runs: 'no', cause: 'missing-file' },
    /has no tokenizer\.json/,
  ],
];

describe('the verdict on a repository', () => {
  it.each(CASES)('%s', (...row) => expectVerdict(row));

  it('says where a copy is usually found, by the model’s own name', () => {
    const judge = (repository: string): string | undefined =>
      judgeRepository({ repository, files: PYTORCH, config: LLAMA }, LAPTOP).advice;
    expect(judge('google/gemma-3-1b-it')).toMatch(
      /onnx-community\/gemma-3-1b-it-ONNX.* gemma-3-1b-it-GGUF\.$/,
    );
    expect(judge('mlx-community/Qwen3-0.6B-MLX-4bit')).toMatch(/onnx-community\/Qwen3-0\.6B-ONNX/);
    expect(judge('someone/Llama-3.2-1B-Instruct-AWQ')).toMatch(/onnx-community\/Llama-3\.2-1B-Instruct-ONNX/);
  });

  it('looks for the tokenizer above the graph, and not beside another', () => {
    const files = listing({
      'cpu/model.onnx': 600,
      'cuda/tokenizer.json': 2,
      'config.json': 0,
      'tokenizer_config.json': 0,
    });
    const judge = (more: readonly HubFile[]): string =>
      judgeRepository({ repository: 'a/b', files: [...files, ...more], config: LLAMA }, LAPTOP).cause;
    expect(judge([])).toBe('missing-file');
    expect(judge(listing({ 'cpu/tokenizer.json': 2 }))).toBe('fits');
    expect(judge(listing({ 'tokenizer.json': 2 }))).toBe('fits');
  });
});

it('knows the families that the reader of GGUF files builds', () => {
  const [, names = ''] = /families (.*), or/.exec(unsupported('').advice) ?? [];
  expect(names.split(', ')).toHaveLength(4);
  for (const name of names.split(', ')) expect(familyRuns(name, 'gguf')).toBe('yes');
});
