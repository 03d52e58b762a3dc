import { readGguf, type GgufTensor } from '../gguf/gguf-file.ts';
import { weightType } from '../gguf/weight-type.ts';
import { layerOf, MOST_HIDDEN, VectorCollection } from './collect.ts';
import { asInvalid, invalid } from './faults.ts';
import { FLOAT_BYTES, floatsOf, type FloatType } from './floats.ts';
import { GgufWriter } from './gguf-writer.ts';
import { knownText, readKnownText } from './notes.ts';
import { conventionOf, type VectorFile, type VectorReading } from './vector-file.ts';

const ARCHITECTURE = 'controlvector';
const HINT = `${ARCHITECTURE}.model_hint`;
const TENSOR = 'direction.';
/** Our own keys; other programs leave unknown ones alone. */
const KNOWN = 'leeway.vectors';
const LAYER_ZERO = 'leeway.direction.0';

/**
 * The layer of `direction.<n>`: n itself, in our count.
 *
 * repeng keys directions by the place of the block in the model's list, from 0, measures `hidden_states[n + 1]` and adds
 * to that block's output (vgel/repeng, repeng/extract.py, `batched_get_hiddens`; control.py, `ControlModule.forward`).
 * llama.cpp adds `direction.<n>` to `l_out` of block n, counted from 0 (src/llama-adapter.cpp, `llama_adapter_cvec::apply`;
 * `build_cvec`). It has nothing for block 0 and refuses a file with `direction.0`, and any tensor of another name
 * (common/common.cpp, `common_control_vector_load_one`): a vector of layer 0 is therefore written as a list beside the
 * tensors. In both a positive strength adds the vector as it stands. (llama.cpp's own cvector-generator names what it
 * measured after block n `direction.<n + 1>`; the loader still adds it after block n + 1, which is what is taken here.)
 */
const layerOfTensor = (name: string): number => {
  if (!name.startsWith(TENSOR))
    throw invalid(`The tensor ${name} is no direction; a control vector holds direction.<layer> alone.`);
  return layerOf(name.slice(TENSOR.length), `The tensor ${name}`);
};

/** A llama.cpp control vector, as repeng writes it: tensors `direction.<layer>`, F32 [hidden]. */
export function writeGgufVectors(file: VectorFile): Uint8Array<ArrayBuffer> {
  const tensors = [...file.vectors].filter(([layer]) => layer > 0);
  const zero = file.vectors.get(0);
  const writer = new GgufWriter();
  writer.text('general.architecture', ARCHITECTURE);
  writer.text(HINT, String(file.notes['model'] ?? 'unknown'));
  writer.uint32(`${ARCHITECTURE}.layer_count`, tensors.length);
  writer.text(KNOWN, knownText(file));
  if (zero) writer.floats(LAYER_ZERO, zero);
  for (const [layer, vector] of tensors) writer.tensor(`${TENSOR}${layer}`, vector);
  return writer.bytes();
}

function typeOf({ name, type, shape }: GgufTensor): FloatType {
  const { name: found } = weightType(type);
  if (!Object.hasOwn(FLOAT_BYTES, found))
    throw invalid(`The tensor ${name} is of type ${found}; F32, F16, BF16 and F64 are read.`);
  // ggml writes no dimension of 1 but the first.
  const [hidden = 0] = shape;
  if (shape.length !== 1 || hidden > MOST_HIDDEN)
    throw invalid(
      `The tensor ${name} has the shape [${shape.join(', ')}]; a direction is a list of numbers.`,
    );
  return found as FloatType;
}

/** Reads a control vector of repeng, llama.cpp or this program. Throws vector-invalid, vector-length. */
export async function readGgufVectors(bytes: Uint8Array<ArrayBuffer>): Promise<VectorReading> {
  const found = new VectorCollection();
  try {
    const { metadata, tensors } = await readGguf(new Blob([bytes]));
    const architecture = metadata.text('general.architecture');
    if (architecture !== ARCHITECTURE)
      throw invalid(
        `The GGUF file is ${architecture === undefined ? 'of no stated kind' : `a model of the family ${architecture}`}, not a control vector.`,
      );
    for (const tensor of tensors.values()) {
      const { name, offset, shape } = tensor;
      const layer = layerOfTensor(name);
      const type = typeOf(tensor);
      const end = offset + (shape[0] ?? 0) * FLOAT_BYTES[type];
      if (end > bytes.length) throw invalid(`The file ends inside the tensor ${name}.`);
      found.add(layer, floatsOf(type, bytes.subarray(offset, end)), `The tensor ${name}`);
    }
    const zero = metadata.numbers(LAYER_ZERO);
    if (zero) found.add(0, Float32Array.from(zero), LAYER_ZERO);
    const own = metadata.text(KNOWN);
    const hint = metadata.text(HINT);
    const known =
      own === undefined
        ? { norms: new Map<number, number>(), notes: hint === undefined ? {} : { model_hint: hint } }
        : readKnownText(own);
    return { ...known, vectors: found.vectors, format: 'gguf', convention: conventionOf('direction.<l>') };
  } catch (thrown) {
    throw asInvalid(thrown);
  }
}
