import type { HubFile } from '../../../src/models/hub.ts';

export { CHROMEBOOK, LAPTOP } from '../../../tools/models/machines.ts';

/** A listing of paths and megabytes, as the hub's pages show them. */
export const listing = (sizes: Readonly<Record<string, number>>): HubFile[] =>
  Object.entries(sizes).map(([path, megabytes]) => ({ path, size: Math.round(megabytes * 1e6) }));
export const TEXT = { 'config.json': 0.001, 'tokenizer.json': 2.1, 'tokenizer_config.json': 0.004 };

export const LLAMA = '{"architectures":["LlamaForCausalLM"],"model_type":"llama"}';
export const config = (architecture: string, family: string, more: object = {}): string =>
  JSON.stringify({ architectures: [architecture], model_type: family, ...more });

/** google/gemma-3-1b-it and its like: what training leaves. */
export const PYTORCH = listing({ ...TEXT, 'generation_config.json': 0, 'model.safetensors': 2000 });
/** HuggingFaceTB/SmolVLM-256M-Instruct. */
export const SMOL_VLM = listing({
  ...TEXT,
  'preprocessor_config.json': 0,
  'model.safetensors': 513,
  'onnx/decoder_model_merged.onnx': 541,
  'onnx/decoder_model_merged_q4.onnx': 86.9,
  'onnx/embed_tokens.onnx': 114,
  'onnx/vision_encoder.onnx': 374,
});
/** Xenova/all-MiniLM-L6-v2. */
export const MINI_LM = listing({
  ...TEXT,
  'onnx/model.onnx': 90.4,
  'onnx/model_fp16.onnx': 45.3,
  'onnx/model_quantized.onnx': 23,
});
/** onnx-community/Llama-3.2-1B-Instruct-q4f16. */
export const HALF_ALONE = listing({ ...TEXT, 'genai_config.json': 0.002, 'onnx/model_q4f16.onnx': 1240 });
/** bartowski/google_gemma-3-4b-it-GGUF and its like. */
export const SEEING_GGUF = listing({ 'gemma-3-4b-it-Q4_0.gguf': 2370, 'mmproj-gemma-3-4b-it-f16.gguf': 851 });
