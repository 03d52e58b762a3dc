import type { HubFile } from './hub.ts';

/** Formats that no browser runtime of ours reads, the most telling first. */
const FORMATS: readonly (readonly [RegExp, string])[] = [
  [
    /(?:^|\/)adapter_model\.(?:safetensors|bin)$/,
    'an adapter (LoRA) alone, without the model that it changes',
  ],
  [/\.(?:safetensors|pth?)$|(?:^|\/)pytorch_model[^/]*\.bin$/, 'PyTorch weights alone'],
  [/\.(?:tflite|task|litertlm)$/, 'LiteRT files alone'],
  [/openvino_model\.(?:xml|bin)$/, 'OpenVINO files alone'],
  [/\.pte$/, 'ExecuTorch files alone'],
  [/\.mlmodelc?(?:\/|$)|\.mlpackage(?:\/|$)/, 'Core ML files alone'],
  [/\.(?:h5|msgpack)$/, 'TensorFlow or Flax weights alone'],
];

/** What a repository without ONNX and GGUF files holds instead, as it follows “it holds”; undefined where it holds no weights. */
export function foreignWeights(files: readonly HubFile[]): string | undefined {
  return FORMATS.find(([format]) => files.some(({ path }) => format.test(path)))?.[1];
}

/** Suffixes of the forms in which models are passed on. */
const FORM = /[-_.](?:gguf|onnx|mlx|awq|gptq|fp8|int[48]|[48]-?bit|bnb-[48]bit|litert|lora)$/i;

/** Where copies of a model that run in a browser are usually found, in a sentence. */
export function whereCopiesAre(repository: string): string {
  let name = repository.slice(repository.indexOf('/') + 1);
  while (FORM.test(name)) name = name.replace(FORM, '');
  return `Look on the hub for onnx-community/${name}-ONNX, or for a repository called ${name}-GGUF.`;
}
