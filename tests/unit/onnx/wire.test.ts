import { describe, expect, it } from 'vitest';
import { WireReader, WireWriter } from '../../../src/onnx/wire.ts';

function first(bytes: Uint8Array): WireReader {
  const reader = new WireReader(bytes);
  reader.next();
  return reader;
}

describe('wire', () => {
  it.each([0n, 1n, 127n, 128n, 300n, 2n ** 31n, 2n ** 53n, 2n ** 63n - 1n, -1n, -(2n ** 63n)])(
    'keeps the int64 %s',
    (value) => {
      expect(first(new WireWriter().varint(3, value).finish()).int64()).toBe(value);
    },
  );

  it('keeps text and gives bytes as views', () => {
    const bytes = new WireWriter().string(1, 'Grüße').delimited(2, Uint8Array.of(7, 8)).finish();
    const reader = first(bytes);
    expect(reader.string()).toBe('Grüße');
    reader.next();
    const view = reader.delimited();
    expect([...view]).toEqual([7, 8]);
    expect(view.buffer).toBe(bytes.buffer);
    expect(reader.next()).toBe(false);
  });

  it('reads repeated numbers packed and unpacked', () => {
    const bytes = new WireWriter()
      .varint(1, 5)
      .delimited(1, Uint8Array.of(0x96, 1, 2))
      .finish();
    const reader = new WireReader(bytes);
    const values: bigint[] = [];
    while (reader.next()) reader.integers(values);
    expect(values).toEqual([5n, 150n, 2n]);
  });

  it.each<[string, string, number[]]>([
    ['a length beyond the file', 'onnx-truncated', [0x0a, 5, 1]],
    ['a varint without end', 'onnx-truncated', [0x08, 0x80]],
    ['a varint of eleven bytes', 'onnx-malformed', [0x08, ...Array.from({ length: 11 }, () => 0xff), 0]],
    ['field number 0', 'onnx-malformed', [0x00, 1]],
    ['a group', 'onnx-malformed', [0x0b, 0x0c]],
    ['a short fixed64', 'onnx-truncated', [0x09, 1, 2]],
  ])('refuses %s: %s', (_, code, bytes) => {
    expect(() => {
      const reader = new WireReader(Uint8Array.from(bytes));
      while (reader.next()) reader.skip();
    }).toThrow(expect.objectContaining({ code }));
  });

  it('tells a value that leaves its message from one that leaves the file', () => {
    // A message of two bytes whose inner length is five, with five more bytes behind it.
    const bytes = Uint8Array.from([0x0a, 2, 0x0a, 5, 0, 0, 0, 0, 0]);
    const inner = first(bytes).message();
    inner.next();
    expect(() => inner.delimited()).toThrow(expect.objectContaining({ code: 'onnx-malformed' }));
  });

  it('refuses numbers that JavaScript cannot hold', () => {
    expect(() => first(new WireWriter().varint(1, 2n ** 53n).finish()).integer64()).toThrow(
      expect.objectContaining({ code: 'onnx-malformed' }),
    );
  });
});
