/** Bytes [start, end) of a file, at once. */
export type ReadBytes = (start: number, end: number) => Uint8Array;

/**
 * A data file for the runtime that is never in memory as a whole. The runtime looks at `byteLength` and takes each
 * weight by `subarray(start, end)`, which it copies at once (onnxruntime-web 1.30); only these two are given.
 */
export class MountedFile {
  /** What went wrong while a weight was read: the runtime reports only that one was not. */
  fault: unknown;
  readonly data: Uint8Array;

  constructor(
    readonly path: string,
    size: number,
    read: ReadBytes,
  ) {
    this.data = Object.defineProperties(new Uint8Array(0), {
      byteLength: { value: size },
      subarray: {
        value: (start: number, end: number): Uint8Array => {
          try {
            return read(start, end);
          } catch (thrown) {
            this.fault ??= thrown;
            throw thrown;
          }
        },
      },
    });
  }
}
