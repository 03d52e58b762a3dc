import type { MetadataValue } from './metadata.ts';
import { malformed, truncated } from './weight-faults.ts';

/** The bytes at hand end before the value does; there may be more of them in the file. */
export class MoreNeeded extends Error {}

// Far above any real model, and small enough that a file that lies costs nothing (llama.cpp, gguf.cpp).
const MOST_TEXT = 2 ** 24;
const MOST_ENTRIES = 2 ** 22;

const STRING = 8;
const ARRAY = 9;

/** Bytes of the numeric value types and how they are read, by GGUF's number. */
const NUMBERS: readonly (readonly [number, (view: DataView, at: number) => MetadataValue] | undefined)[] = [
  [1, (view, at) => view.getUint8(at)],
  [1, (view, at) => view.getInt8(at)],
  [2, (view, at) => view.getUint16(at, true)],
  [2, (view, at) => view.getInt16(at, true)],
  [4, (view, at) => view.getUint32(at, true)],
  [4, (view, at) => view.getInt32(at, true)],
  [4, (view, at) => view.getFloat32(at, true)],
  [1, (view, at) => view.getUint8(at) !== 0],
  undefined,
  undefined,
  [8, (view, at) => view.getBigUint64(at, true)],
  [8, (view, at) => view.getBigInt64(at, true)],
  [8, (view, at) => view.getFloat64(at, true)],
];

/**
 * Reads the values of a GGUF header one after the other (github.com/ggml-org/ggml, docs/gguf.md).
 * Written here because @huggingface/gguf 0.4.6 drops a U+FEFF at the start of a text, which is a token of its own in
 * Llama 2's and Gemma's vocabularies, and cuts texts that cross the end of what it has fetched without a word.
 */
export class HeaderReader {
  // A text that is not UTF-8 is a damaged one.
  readonly #text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  readonly #view: DataView;
  #at = 0;

  /** `whole` says whether nothing follows `bytes` in the file. */
  constructor(
    private readonly bytes: Uint8Array<ArrayBuffer>,
    private readonly whole: boolean,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Bytes read so far. */
  get position(): number {
    return this.#at;
  }

  uint32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  /** A 64-bit count, at most `most`. */
  count(what: string, most: number): number {
    const value = this.#view.getBigUint64(this.#take(8), true);
    if (value > BigInt(most)) throw malformed(`The GGUF file states ${String(value)} ${what}.`);
    return Number(value);
  }

  text(): string {
    const length = this.count('bytes for a text', MOST_TEXT);
    const start = this.#take(length);
    try {
      return this.#text.decode(this.bytes.subarray(start, start + length));
    } catch {
      throw malformed('A text in the GGUF file’s header is not UTF-8.');
    }
  }

  /** A metadata value with its type in front. Lists of lists occur in no model and are refused. */
  value(key: string): MetadataValue {
    const type = this.uint32();
    if (type !== ARRAY) return this.#scalar(type, key);
    const inner = this.uint32();
    const length = this.count(`entries for ${key}`, MOST_ENTRIES);
    // Nothing is set aside for entries that the file has no bytes for.
    this.#need(length * (inner === STRING ? 8 : (NUMBERS[inner]?.[0] ?? 1)));
    const list: MetadataValue[] = [];
    for (let i = 0; i < length; i++) list.push(this.#scalar(inner, key));
    return list;
  }

  #scalar(type: number, key: string): MetadataValue {
    if (type === STRING) return this.text();
    const number = NUMBERS[type];
    if (!number) throw malformed(`The GGUF file’s ${key} is of the unknown type ${type}.`);
    return number[1](this.#view, this.#take(number[0]));
  }

  #take(length: number): number {
    this.#need(length);
    const start = this.#at;
    this.#at += length;
    return start;
  }

  #need(length: number): void {
    if (this.#at + length <= this.bytes.length) return;
    throw this.whole
      ? truncated('The GGUF file ends before its own table of contents does.')
      : new MoreNeeded();
  }
}
