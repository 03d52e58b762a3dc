import { LeewayError } from '../errors/leeway-error.ts';

const ADVICE_TRUNCATED = 'Download the model again: the file ends too early.';
const ADVICE_MALFORMED = 'Check that the file is an ONNX model and download it again.';

export function truncated(message: string): LeewayError {
  return new LeewayError('onnx-truncated', message, ADVICE_TRUNCATED);
}

export function malformed(message: string): LeewayError {
  return new LeewayError('onnx-malformed', message, ADVICE_MALFORMED);
}

/** Protobuf wire types that ONNX uses; groups (3, 4) were never part of it. */
export const VARINT = 0;
export const FIXED64 = 1;
export const DELIMITED = 2;
export const FIXED32 = 5;

const text = new TextDecoder();
const utf8 = new TextEncoder();

/**
 * Walks the fields of one protobuf message inside a larger buffer.
 * Nothing is copied: delimited values are views of the buffer. Every read is bounded by the message, whatever
 * the bytes say; a value that leaves the file is 'onnx-truncated', one that leaves its message 'onnx-malformed'.
 */
export class WireReader {
  /** Number of the current field. */
  field = 0;
  /** Wire type of the current field. */
  wire = 0;
  private readonly bytes: Uint8Array;
  private readonly end: number;
  private position: number;
  private fieldStart: number;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.bytes = bytes;
    this.position = start;
    this.fieldStart = start;
    this.end = end;
  }

  /** Goes to the next field; its value must be read (or skipped) before the next call. False at the end. */
  next(): boolean {
    if (this.position >= this.end) return false;
    this.fieldStart = this.position;
    const tag = this.integer();
    this.field = Math.floor(tag / 8);
    this.wire = tag % 8;
    if (this.field === 0 || this.field > 0x1fffffff)
      throw malformed(`Field number ${String(this.field)} at byte ${String(this.fieldStart)}.`);
    return true;
  }

  /** A varint as a signed 64-bit number, as protobuf's int64. */
  int64(): bigint {
    this.expect(VARINT);
    return BigInt.asIntN(64, this.varint());
  }

  /** A varint that must fit a JavaScript number exactly. Throws onnx-malformed beyond 2^53. */
  integer64(): number {
    const value = Number(this.int64());
    if (!Number.isSafeInteger(value))
      throw malformed(`A number beyond 2^53 at byte ${String(this.position)}.`);
    return value;
  }

  /** A 32-bit float. */
  float32(): number {
    this.expect(FIXED32);
    const start = this.position;
    this.advance(4);
    return new DataView(this.bytes.buffer, this.bytes.byteOffset + start, 4).getFloat32(0, true);
  }

  /** A delimited value as a view of the buffer. */
  delimited(): Uint8Array {
    const [start, end] = this.range();
    return this.bytes.subarray(start, end);
  }

  /** First and one-past-last byte of a delimited value, counted in the buffer. */
  range(): [number, number] {
    this.expect(DELIMITED);
    const length = this.integer();
    const start = this.position;
    this.advance(length);
    return [start, this.position];
  }

  /** A delimited value as a nested message. */
  message(): WireReader {
    const [start, end] = this.range();
    return new WireReader(this.bytes, start, end);
  }

  /** A delimited value as text. */
  string(): string {
    return text.decode(this.delimited());
  }

  /** A repeated int64 field, packed or not: the values that this occurrence holds, appended to `into`. */
  integers(into: bigint[]): void {
    if (this.wire !== DELIMITED) {
      into.push(this.int64());
      return;
    }
    const inner = this.message();
    while (inner.position < inner.end) into.push(BigInt.asIntN(64, inner.varint()));
  }

  /** Passes over the value, whatever it is. */
  skip(): void {
    if (this.wire === VARINT) this.varint();
    else if (this.wire === FIXED64) this.advance(8);
    else if (this.wire === FIXED32) this.advance(4);
    else if (this.wire === DELIMITED) this.range();
    else
      throw malformed(
        `Wire type ${String(this.wire)} at byte ${String(this.fieldStart)} is not used by ONNX.`,
      );
  }

  /** The current field with its tag, after its value was read or skipped: what writes it back unchanged. */
  raw(): Uint8Array {
    return this.bytes.subarray(this.fieldStart, this.position);
  }

  private expect(wire: number): void {
    if (this.wire !== wire) {
      throw malformed(
        `Field ${String(this.field)} at byte ${String(this.fieldStart)} has wire type ${String(this.wire)}, not ${String(wire)}.`,
      );
    }
  }

  private advance(length: number): void {
    const target = this.position + length;
    if (target > this.bytes.length) {
      throw truncated(
        `Byte ${String(this.position)} announces ${String(length)} more bytes; the file has ${String(this.bytes.length)}.`,
      );
    }
    if (target > this.end)
      throw malformed(`The value at byte ${String(this.position)} is longer than its message.`);
    this.position = target;
  }

  private byte(): number {
    const at = this.position;
    this.advance(1);
    return this.bytes[at] ?? 0;
  }

  /** Tags and lengths: small in practice, so without bigint. */
  private integer(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 7; i++) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    throw malformed(`A length or tag beyond 2^49 at byte ${String(this.position)}.`);
  }

  private varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw malformed(`A varint of more than ten bytes at byte ${String(this.position)}.`);
  }
}

/** Collects the pieces of one message and joins them once. */
export class WireWriter {
  private readonly chunks: Uint8Array[] = [];
  private length = 0;

  /** Appends bytes as they are: a whole field with its tag. */
  raw(bytes: Uint8Array): this {
    this.chunks.push(bytes);
    this.length += bytes.length;
    return this;
  }

  /** An int64 or enum field. */
  varint(field: number, value: number | bigint): this {
    return this.raw(encodeVarint(field * 8 + VARINT)).raw(encodeVarint(value));
  }

  /** A bytes or message field. */
  delimited(field: number, value: Uint8Array): this {
    return this.raw(encodeVarint(field * 8 + DELIMITED))
      .raw(encodeVarint(value.length))
      .raw(value);
  }

  string(field: number, value: string): this {
    return this.delimited(field, utf8.encode(value));
  }

  finish(): Uint8Array {
    const joined = new Uint8Array(this.length);
    let at = 0;
    for (const chunk of this.chunks) {
      joined.set(chunk, at);
      at += chunk.length;
    }
    return joined;
  }
}

function encodeVarint(value: number | bigint): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
