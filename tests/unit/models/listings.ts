import type { HubFile } from '../../../src/models/hub.ts';

const MB = 1e6;
const files = (sizes: Readonly<Record<string, number>>): HubFile[] =>
  Object.entries(sizes).map(([path, megabytes]) => ({ path, size: Math.round(megabytes * MB) }));

const COMMON = { 'config.json': 0.001, 'tokenizer.json': 2.1, 'tokenizer_config.json': 0.01, 'README.md': 0 };

/** Sizes as the hub shows them for HuggingFaceTB/SmolLM2-135M-Instruct's like. */
export const SMOLLM2 = files({
  ...COMMON,
  'model.safetensors': 269,
  'onnx/model.onnx': 539,
  'onnx/model_bnb4.onnx': 174,
  'onnx/model_fp16.onnx': 270,
  'onnx/model_int8.onnx': 136,
  'onnx/model_q4.onnx': 181,
  'onnx/model_q4f16.onnx': 117,
  'onnx/model_quantized.onnx': 136,
  'onnx/model_uint8.onnx': 136,
});

/** Qwen2.5-0.5B, its weights beside the graphs (and once more compressed). */
export const QWEN_HALF_BILLION = files({
  ...COMMON,
  'onnx/model.onnx': 0.93,
  'onnx/model.onnx_data': 1990,
  'onnx/model_fp16.onnx': 0.93,
  'onnx/model_fp16.onnx_data': 996,
  'onnx/model_int8.onnx': 1.11,
  'onnx/model_int8.onnx_data': 511,
  'onnx/model_int8.onnx_data.zstd': 311,
  'onnx/model_q4.onnx': 0.97,
  'onnx/model_q4.onnx_data': 785,
  'onnx/model_q4f16.onnx': 0.97,
  'onnx/model_q4f16.onnx_data': 482,
});

/** Qwen2.5-1.5B: data files in pieces where one file may not hold them. */
export const QWEN_LARGER = files({
  ...COMMON,
  'onnx/model.onnx': 1.06,
  'onnx/model.onnx_data': 4100,
  'onnx/model.onnx_data_1': 2110,
  'onnx/model_bnb4.onnx': 1710,
  'onnx/model_fp16.onnx': 1.1,
  'onnx/model_fp16.onnx_data': 3100,
  'onnx/model_int8.onnx': 1580,
  'onnx/model_q4.onnx': 1790,
  'onnx/model_q4f16.onnx': 1220,
});

/** A GGUF repository of a model of half a billion weights. */
export const GGUF_MANY = files({
  'README.md': 0,
  'Qwen2.5-0.5B-Instruct-f16.gguf': 994,
  'Qwen2.5-0.5B-Instruct-BF16.gguf': 994,
  'Qwen2.5-0.5B-Instruct-Q8_0.gguf': 531,
  'Qwen2.5-0.5B-Instruct-Q6_K_L.gguf': 510,
  'Qwen2.5-0.5B-Instruct-Q6_K.gguf': 506,
  'Qwen2.5-0.5B-Instruct-Q5_K_M.gguf': 420,
  'Qwen2.5-0.5B-Instruct-Q5_K_S.gguf': 413,
  'Qwen2.5-0.5B-Instruct-q4_k_m.gguf': 398,
  'Qwen2.5-0.5B-Instruct-Q4_K_S.gguf': 385,
  'Qwen2.5-0.5B-Instruct-Q4_0.gguf': 352,
  'Qwen2.5-0.5B-Instruct-Q4_0_4_4.gguf': 352,
  'Qwen2.5-0.5B-Instruct-IQ4_XS.gguf': 350,
  'Qwen2.5-0.5B-Instruct-Q3_K_L.gguf': 369,
  'Qwen2.5-0.5B-Instruct-IQ3_M.gguf': 335,
  'Qwen2.5-0.5B-Instruct-Q2_K.gguf': 339,
  'mmproj-model-f16.gguf': 600,
});

export const SHARDS_ONLY = files({
  'Big-Q8_0/Big-Q8_0-00001-of-00003.gguf': 4000,
  'Big-Q8_0/Big-Q8_0-00002-of-00003.gguf': 4000,
  'Big-Q8_0/Big-Q8_0-00003-of-00003.gguf': 1000,
});

/** A builder's folder: one graph whose name tells no precision. */
export const BUILT = files({ ...COMMON, 'genai_config.json': 0, 'model.onnx': 0.2, 'model.onnx.data': 538 });

/** One repository with a builder's folder for every kind of machine. */
export const BUILT_FOLDERS = files({
  'cpu_and_mobile/cpu-int4-rtn-block-32/model.onnx': 0.2,
  'cpu_and_mobile/cpu-int4-rtn-block-32/model.onnx.data': 860,
  'cpu_and_mobile/cpu-int4-rtn-block-32/genai_config.json': 0,
  'cuda/cuda-fp16/model.onnx': 0.2,
  'cuda/cuda-fp16/model.onnx.data': 990,
  'cuda/cuda-int4-rtn-block-32/model.onnx': 0.2,
  'cuda/cuda-int4-rtn-block-32/model.onnx.data': 500,
});

/** A model of several graphs, none of which is a whole decoder. */
export const PARTS_ONLY = files({
  'onnx/decoder_model_merged.onnx': 540,
  'onnx/encoder_model.onnx': 300,
  'onnx/vision_encoder_fp16.onnx': 200,
  'onnx/embed_tokens_q4.onnx': 100,
});
