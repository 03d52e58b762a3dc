import { bytesOf } from './floats.ts';

const ALIGNMENT = 32;
const VERSION = 3;
// GGUF's numbers of value types and ggml's of tensor types (github.com/ggml-org/ggml, docs/gguf.md).
const UINT32 = 4;
const FLOAT32 = 6;
const STRING = 8;
const ARRAY = 9;
const F32 = 0;

const utf8 = new TextEncoder();

/** Bytes one after the other, little-endian. */
class ByteList {
  readonly #parts: Uint8Array[] = [];
  length = 0;

  raw(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    this.length += bytes.length;
    return this;
  }

  uint32(value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value, true);
    return this.raw(bytes);
  }

  uint64(value: number): this {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
    return this.raw(bytes);
  }

  text(value: string): this {
    const bytes = utf8.encode(value);
    return this.uint64(bytes.length).raw(bytes);
  }

  /** Zeros up to the next place at which a tensor may begin. */
  pad(): this {
    return this.raw(new Uint8Array((ALIGNMENT - (this.length % ALIGNMENT)) % ALIGNMENT));
  }

  list(other: ByteList): this {
    for (const part of other.#parts) this.raw(part);
    return this;
  }

  bytes(): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }
}

/** Writes a small GGUF file of version 3: metadata, and F32 tensors of one dimension. */
export class GgufWriter {
  readonly #keys = new ByteList();
  readonly #infos = new ByteList();
  readonly #data = new ByteList();
  #keyCount = 0;
  #tensorCount = 0;

  text(key: string, value: string): void {
    this.#key(key, STRING).text(value);
  }

  uint32(key: string, value: number): void {
    this.#key(key, UINT32).uint32(value);
  }

  floats(key: string, values: Float32Array): void {
    this.#key(key, ARRAY).uint32(FLOAT32).uint64(values.length).raw(bytesOf(values));
  }

  tensor(name: string, values: Float32Array): void {
    this.#infos.text(name).uint32(1).uint64(values.length).uint32(F32).uint64(this.#data.length);
    this.#data.raw(bytesOf(values)).pad();
    this.#tensorCount += 1;
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return new ByteList()
      .raw(utf8.encode('GGUF'))
      .uint32(VERSION)
      .uint64(this.#tensorCount)
      .uint64(this.#keyCount)
      .list(this.#keys)
      .list(this.#infos)
      .pad()
      .list(this.#data)
      .bytes();
  }

  #key(key: string, type: number): ByteList {
    this.#keyCount += 1;
    return this.#keys.text(key).uint32(type);
  }
}
