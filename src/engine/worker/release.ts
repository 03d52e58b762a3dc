/** What browsers of 2024 have and the compiler's library does not know yet. */
interface Transferable {
  transfer?(length: number): ArrayBuffer;
}

/**
 * Gives back the memory of bytes that nobody reads any more, at once where the browser can: a collector lets hundreds
 * of megabytes pile up while a model loads. The bytes must be alone in their buffer.
 */
export function release(bytes: Uint8Array | undefined): void {
  (bytes?.buffer as Transferable | undefined)?.transfer?.(0);
}
