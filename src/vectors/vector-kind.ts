import { readGguf } from '../gguf/gguf-file.ts';

/** What control vectors call themselves in a GGUF file, where a model names its family. */
const CONTROL_VECTOR = 'controlvector';

/**
 * Whether a file holds vectors and no model: by its name, and a GGUF file by its header, which is all that is read. A
 * damaged file is none: the reader of models says what is wrong with it.
 */
export async function holdsVectors(name: string, file: Blob): Promise<boolean> {
  if (/\.(safetensors|npz)$/i.test(name)) return true;
  if (!/\.gguf$/i.test(name)) return false;
  try {
    const { metadata } = await readGguf(file);
    return metadata.text('general.architecture') === CONTROL_VECTOR;
  } catch {
    return false;
  }
}
