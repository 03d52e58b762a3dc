import type { ReadBytes } from './mounted-file.ts';

/** Reads a blob inside a worker without waiting: a weight is asked for in the middle of the runtime's own code. */
export function readerOf(blob: Blob): ReadBytes {
  const reader = new FileReaderSync();
  return (start, end) => new Uint8Array(reader.readAsArrayBuffer(blob.slice(start, end)));
}
