import { describe, expect, test } from 'vitest';
import { readGguf } from '../../../src/gguf/gguf-file.ts';

const utf8 = new TextEncoder();

/** Writes a GGUF header by hand, value by value. */
class Header {
  readonly #bytes: number[] = [];

  constructor(magic = 'GGUF', version = 3, tensors = 0, keys = 0) {
    this.raw(utf8.encode(magic)).u32(version).u64(tensors).u64(keys);
  }

  raw(bytes: ArrayLike<number>): this {
    this.#bytes.push(...Array.from(bytes));
    return this;
  }

  u32(value: number): this {
    return this.raw(new Uint8Array(new Uint32Array([value]).buffer));
  }

  u64(value: number | bigint): this {
    return this.raw(new Uint8Array(new BigUint64Array([BigInt(value)]).buffer));
  }

  text(value: string): this {
    const bytes = utf8.encode(value);
    return this.u64(bytes.length).raw(bytes);
  }

  get file(): Blob {
    return new Blob([Uint8Array.from(this.#bytes)]);
  }
}

const STRING = 8;
const ARRAY = 9;

describe('the header of a GGUF file', () => {
  test('texts are kept to the character, a byte order mark too', async () => {
    const tokens = ['\ufeff', '\ufeffusing', '▁a', ''];
    const header = new Header('GGUF', 3, 0, 1)
      .text('tokenizer.ggml.tokens')
      .u32(ARRAY)
      .u32(STRING)
      .u64(tokens.length);
    for (const token of tokens) header.text(token);
    const { metadata } = await readGguf(header.file);
    expect(metadata.texts('tokenizer.ggml.tokens')).toEqual(tokens);
  });

  test('a header larger than what is read at once is read whole', async () => {
    const long = 'x'.repeat(9_000_000);
    const bytes = utf8.encode(long);
    const head = new Header('GGUF', 3, 0, 2).text('a').u32(STRING).u64(bytes.length);
    const tail = new Blob([head.file, bytes, new Blob([utf8.encode('')])]);
    const end = new Header().text('b').u32(STRING).text('end').file.slice(24);
    const { metadata } = await readGguf(new Blob([tail, end]));
    expect(metadata.text('a')).toBe(long);
    expect(metadata.text('b')).toBe('end');
  });

  test.each([
    ['another file', new Blob(['PK\u0003\u0004 no model at all']), 'gguf-malformed', /does not begin/],
    ['nothing', new Blob([]), 'gguf-malformed', /does not begin/],
    ['the other byte order', new Header('GGUF', 3 << 24).file, 'gguf-unsupported', /big-endian/],
    ['a version to come', new Header('GGUF', 9).file, 'gguf-unsupported', /version 9/],
    [
      'more keys than any file has',
      new Header('GGUF', 3, 0, 2 ** 40).file,
      'gguf-malformed',
      /metadata keys/,
    ],
    ['an end inside the keys', new Header('GGUF', 3, 0, 1).text('a').file, 'gguf-truncated', /ends before/],
    [
      'a list longer than the file',
      new Header('GGUF', 3, 0, 1).text('a').u32(ARRAY).u32(STRING).u64(1_000_000).file,
      'gguf-truncated',
      /ends before/,
    ],
    [
      'a text that is not UTF-8',
      new Header('GGUF', 3, 0, 1).text('a').u32(STRING).u64(2).raw([0xff, 0xfe]).file,
      'gguf-malformed',
      /not UTF-8/,
    ],
    [
      'a key twice',
      new Header('GGUF', 3, 0, 2).text('a').u32(STRING).text('').text('a').u32(STRING).text('').file,
      'gguf-malformed',
      /states a twice/,
    ],
  ])('%s is refused', async (_, file, code, message) => {
    await expect(readGguf(file)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
  });
});
