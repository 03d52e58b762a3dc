/** Families by their `model_type` whose GGUF files are built (src/gguf/architecture.ts) and whose exports are tested. */
const KNOWN: ReadonlySet<string> = new Set(['llama', 'qwen2', 'qwen3', 'gemma3', 'gemma3_text']);

/** Converters write these as GGUF files of the family llama; none has been tried. */
const WRITTEN_AS_LLAMA: ReadonlySet<string> = new Set(['mistral', 'internlm3']);

/** The families as a person knows them. */
export const FAMILY_WORDS = 'Llama, Qwen 2, Qwen 3 and Gemma 3';

/** Whether models of a family run from a file of this format: for certain, certainly not, or only opening it tells. */
export function familyRuns(family: string | undefined, format: 'gguf' | 'onnx'): 'yes' | 'no' | 'unknown' {
  if (family === undefined) return 'unknown';
  if (KNOWN.has(family)) return 'yes';
  // An ONNX graph is patched by what it computes, whatever the family; a GGUF file has no graph.
  return format === 'onnx' || WRITTEN_AS_LLAMA.has(family) ? 'unknown' : 'no';
}
