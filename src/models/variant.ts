import { readGgufName } from './gguf-name.ts';
import type { HubFile } from './hub.ts';

/**
 * How a file's numbers are kept and computed: floats of 32 or 16 bits; weights of 4 bits, computed in 32 or 16 bits;
 * weights of 8 bits alone; dynamic (activations rounded to 8 bits in each pass); 4-bit floats of bitsandbytes; a GGUF;
 * or not told by the name.
 */
export type VariantKind = OnnxKind | 'gguf';
type OnnxKind = 'fp32' | 'fp16' | 'q4' | 'q4f16' | 'q8' | 'dynamic' | 'bnb4' | 'unknown';

/** One file of a repository that holds the whole decoder. */
export interface Variant {
  readonly path: string;
  /** Short name of its precision, unique in the repository: `fp32`, `q4f16`, `Q8_0`; the path where two are alike. */
  readonly label: string;
  /** Bytes to download: the graph and its data files. */
  readonly bytes: number;
  /** Bytes that the weights take once loaded (estimated for a GGUF, whose weights are repacked). */
  readonly memory: number;
  /** Bytes of the largest single tensor, estimated from the size of the file. */
  readonly largest: number;
  readonly kind: VariantKind;
  /** Whether the graph computes in 16-bit floats. */
  readonly needsF16: boolean;
  /** Rank by closeness to the published weights; larger is closer. */
  readonly exactness: number;
  /** Why no machine can read it, in a sentence. */
  readonly unreadable?: string;
}

/** What files of a repository are models, and what stands in the way of the others. */
export interface Variants {
  readonly whole: readonly Variant[];
  /** Pieces of GGUF files that were split. */
  readonly shards: readonly string[];
}

const KINDS: Readonly<Record<string, OnnxKind>> = {
  fp32: 'fp32',
  fp16: 'fp16',
  q4: 'q4',
  q4f16: 'q4f16',
  int8: 'dynamic',
  uint8: 'dynamic',
  quantized: 'dynamic',
  bnb4: 'bnb4',
};

const EXACTNESS: Readonly<Record<OnnxKind, number>> = {
  fp32: 100,
  fp16: 95,
  q8: 90,
  unknown: 75,
  q4: 65,
  q4f16: 55,
  bnb4: 20,
  dynamic: 10,
};

/** The embedding is the largest tensor: of small models a fifth to two thirds, and 4-bit exports leave it in floats. */
const LARGEST_SHARE = { floats: 1 / 3, packed: 2 / 3 } as const;

/** Parts of models that are more than one graph, and what older exports split in two. */
const PART = /encoder|decoder_|vision|audio|speech|image|embed|projector|mmproj|tokenizer/i;
const SHARD = /-\d{5}-of-\d{5}\.gguf$/i;
const COMPRESSED = /\.(?:zstd?|gz|br|xz)$/i;

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The files beside a graph that hold its weights: `model.onnx_data`, `model.onnx_data_1`, `model.onnx.data`. */
export function dataFilesOf(files: readonly HubFile[], graph: string): readonly HubFile[] {
  return files.filter(({ path }) => path.startsWith(graph) && path !== graph && !COMPRESSED.test(path));
}

/** Whether a path names one piece of a split GGUF file. */
export const isShard = (path: string): boolean => SHARD.test(path);

/** Precision by name: a suffix as the hub's exports have it, else a word of the folders, as builder exports have it. */
function onnxKind(path: string, files: readonly HubFile[]): { kind: OnnxKind; label: string } {
  const stem = nameOf(path).slice(0, -'.onnx'.length);
  const suffix = /_(q4f16|q4|fp16|fp32|int8|uint8|quantized|bnb4)$/i.exec(stem)?.[1]?.toLowerCase();
  const bySuffix = suffix === undefined ? undefined : KINDS[suffix];
  if (suffix !== undefined && bySuffix) return { kind: bySuffix, label: suffix };
  const [, word] = /(?:^|[^a-z0-9])(int4|int8|fp16|fp32)(?![a-z0-9])/i.exec(path.toLowerCase()) ?? [];
  // Builders compute 4-bit weights in 16 bits wherever a graphics processor is meant.
  const forGpu = /cuda|directml|dml|gpu/i.test(path);
  if (word === 'int4') return { kind: forGpu ? 'q4f16' : 'q4', label: 'int4' };
  if (word === 'int8') return { kind: 'q8', label: 'int8' };
  if (word === 'fp16' || word === 'fp32') return { kind: word, label: word };
  const folder = path.slice(0, -nameOf(path).length);
  // A builder writes every precision under the same name.
  const built = files.some((file) => file.path === `${folder}genai_config.json`);
  return stem === 'model' && !built ? { kind: 'fp32', label: 'fp32' } : { kind: 'unknown', label: stem };
}

function onnxVariant(file: HubFile, files: readonly HubFile[]): Variant {
  const { kind, label } = onnxKind(file.path, files);
  const bytes = dataFilesOf(files, file.path).reduce((sum, { size }) => sum + size, file.size);
  const share = kind === 'q4' || kind === 'q4f16' || kind === 'bnb4' ? 'packed' : 'floats';
  return {
    path: file.path,
    label,
    bytes,
    memory: bytes,
    largest: bytes * LARGEST_SHARE[share],
    kind,
    needsF16: kind === 'fp16' || kind === 'q4f16',
    exactness: EXACTNESS[kind],
  };
}

function ggufVariant({ path, size }: HubFile): Variant {
  const name = readGgufName(nameOf(path));
  const memory = size * name.growth;
  return {
    path,
    label: name.label,
    bytes: size,
    memory,
    largest: memory * LARGEST_SHARE.floats,
    kind: 'gguf',
    needsF16: false,
    exactness: name.exactness,
    ...(name.unreadable === undefined ? {} : { unreadable: name.unreadable }),
  };
}

const MODEL = /\.(?:onnx|gguf)$/i;

const variantOf = (file: HubFile, files: readonly HubFile[]): Variant =>
  /\.gguf$/i.test(file.path) ? ggufVariant(file) : onnxVariant(file, files);

/** The model file of this path, whatever its name says; undefined where it is missing or no model. */
export function readVariant(files: readonly HubFile[], path: string): Variant | undefined {
  const file = files.find((candidate) => candidate.path === path && MODEL.test(path));
  return file && variantOf(file, files);
}

const depth = (path: string): number => path.split('/').length;

/** The decoder files of a repository by name, those nearest the root first. */
export function readVariants(files: readonly HubFile[]): Variants {
  const models = files
    .filter(({ path }) => MODEL.test(path) && !PART.test(nameOf(path)))
    .sort((a, b) => depth(a.path) - depth(b.path) || (a.path < b.path ? -1 : 1));
  const seen = new Set<string>();
  const whole = models
    .filter(({ path }) => !isShard(path))
    .map((file) => variantOf(file, files))
    .map((variant) => {
      const isNew = !seen.has(variant.label.toLowerCase());
      seen.add(variant.label.toLowerCase());
      return isNew ? variant : { ...variant, label: variant.path };
    });
  return { whole, shards: models.map(({ path }) => path).filter(isShard) };
}
