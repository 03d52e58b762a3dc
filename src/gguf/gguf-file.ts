import { gguf, GGUFValueType, type GGUFTypedMetadata } from '@huggingface/gguf';
import { LeewayError } from '../errors/leeway-error.ts';
import { Metadata, type MetadataValue } from './metadata.ts';

/** One tensor of the file, where its bytes lie, and how they are coded. */
export interface GgufTensor {
  readonly name: string;
  /** ggml's number of the element type. */
  readonly type: number;
  /** Rows and columns as PyTorch counts them: the last dimension lies contiguous in the file. */
  readonly shape: readonly number[];
  /** First byte, counted in the file. */
  readonly offset: number;
}

/** What a GGUF file says of itself; its weights stay where they are. */
export interface GgufFile {
  readonly metadata: Metadata;
  readonly tensors: ReadonlyMap<string, GgufTensor>;
  /** Bytes of the whole file. */
  readonly size: number;
}

const AGAIN = 'Download the file again, or take another conversion of the model.';
const MAGIC = 'GGUF';

const malformed = (message: string, cause?: unknown): LeewayError =>
  new LeewayError('gguf-malformed', message, AGAIN, { cause });
const truncated = (): LeewayError =>
  new LeewayError('gguf-truncated', 'The GGUF file ends before its own table of contents does.', AGAIN);

/** Answers the parser's range requests out of the file. */
function rangesOf(file: Blob): typeof fetch {
  return async (_url, options) => {
    const [, first = '0', last = '0'] =
      /bytes=(\d+)-(\d+)/.exec(new Headers(options?.headers).get('range') ?? '') ?? [];
    const start = Number(first);
    // Without this the parser would go on asking for what cannot come.
    if (start >= file.size) throw truncated();
    const body = await file.slice(start, Number(last) + 1).arrayBuffer();
    return new Response(body, {
      headers: { 'content-range': `bytes ${start}-${Number(last)}/${file.size}` },
    });
  };
}

/**
 * Reads the header of a GGUF file (version 2 or 3, little-endian): metadata and the place of every tensor.
 * Errors: gguf-truncated, gguf-malformed, gguf-unsupported.
 */
export async function readGguf(file: Blob): Promise<GgufFile> {
  const magic = new TextDecoder('latin1').decode(await file.slice(0, 8).arrayBuffer());
  if (!magic.startsWith(MAGIC)) throw malformed('The file does not begin as a GGUF file does.');
  if (magic.length < 8) throw truncated();
  // The parser takes both byte orders; weights in big-endian order would be read wrongly.
  if (magic.charCodeAt(4) === 0)
    throw new LeewayError(
      'gguf-unsupported',
      'The GGUF file is in big-endian byte order.',
      'Take the usual, little-endian file.',
    );
  const parsed = await parse(file);
  const { typedMetadata, tensorInfos, tensorInfoByteRange, tensorDataOffset } = parsed;
  if (tensorInfoByteRange[0] !== headerBytes(typedMetadata))
    throw malformed('A text in the GGUF file’s metadata is cut or is not UTF-8.');
  const dataStart = Number(tensorDataOffset);
  const tensors = new Map<string, GgufTensor>();
  for (const { name, shape, dtype, offset } of tensorInfos) {
    if (tensors.has(name)) throw malformed(`The GGUF file holds the tensor ${name} twice.`);
    const start = dataStart + Number(offset);
    if (!Number.isSafeInteger(start) || start > file.size) throw truncated();
    tensors.set(name, { name, type: dtype, shape: shape.map(Number).reverse(), offset: start });
  }
  const values = new Map<string, MetadataValue>();
  for (const [key, { value }] of entriesOf(typedMetadata)) values.set(key, value);
  return { metadata: new Metadata(values), tensors, size: file.size };
}

const parse = async (file: Blob): Promise<Awaited<ReturnType<typeof parseTyped>>> => {
  try {
    return await parseTyped(file);
  } catch (thrown) {
    if (thrown instanceof LeewayError) throw thrown;
    // Reading beyond what is there: the parser asks for more only inside values.
    if (thrown instanceof RangeError) throw truncated();
    throw malformed(
      `The GGUF file is damaged: ${thrown instanceof Error ? thrown.message : String(thrown)}.`,
      thrown,
    );
  }
};

// The parser wants an address; the answers come from `rangesOf`.
const parseTyped = (file: Blob) =>
  gguf('https://file.invalid/model.gguf', { typedMetadata: true, fetch: rangesOf(file) });

interface TypedValue {
  readonly value: MetadataValue;
  readonly type: GGUFValueType;
  readonly subType?: GGUFValueType;
}

const OWN = new Set(['version', 'tensor_count', 'kv_count']);

const entriesOf = (metadata: GGUFTypedMetadata): [string, TypedValue][] =>
  (Object.entries(metadata) as [string, TypedValue][]).filter(([key]) => !OWN.has(key));

const WIDTHS: Partial<Record<GGUFValueType, number>> = {
  [GGUFValueType.UINT8]: 1,
  [GGUFValueType.INT8]: 1,
  [GGUFValueType.BOOL]: 1,
  [GGUFValueType.UINT16]: 2,
  [GGUFValueType.INT16]: 2,
  [GGUFValueType.UINT32]: 4,
  [GGUFValueType.INT32]: 4,
  [GGUFValueType.FLOAT32]: 4,
  [GGUFValueType.UINT64]: 8,
  [GGUFValueType.INT64]: 8,
  [GGUFValueType.FLOAT64]: 8,
};

const utf8 = new TextEncoder();
const textBytes = (text: string): number => 8 + utf8.encode(text).length;

/**
 * Bytes that the metadata take when written again. The parser cuts a text that crosses the end of what it holds
 * without a word; the count then differs.
 */
function headerBytes(metadata: GGUFTypedMetadata): number {
  let total = 4 + 4 + 8 + 8;
  for (const [key, { value, type, subType }] of entriesOf(metadata)) {
    total += textBytes(key) + 4;
    if (type === GGUFValueType.STRING) total += textBytes(String(value));
    else if (type === GGUFValueType.ARRAY)
      total += 4 + 8 + listBytes(key, value as readonly MetadataValue[], subType);
    else total += WIDTHS[type] ?? 0;
  }
  return total;
}

function listBytes(key: string, list: readonly MetadataValue[], type: GGUFValueType | undefined): number {
  if (type === GGUFValueType.STRING)
    return list.reduce((sum: number, text) => sum + textBytes(String(text)), 0);
  const width = type === undefined ? undefined : WIDTHS[type];
  if (width === undefined) throw malformed(`The GGUF file’s ${key} is a list of lists.`);
  return width * list.length;
}
