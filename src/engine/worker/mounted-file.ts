import { release } from './release.ts';

/** Bytes [start, end) of a file, at once, in a buffer of their own. */
export type ReadBytes = (start: number, end: number) => Uint8Array;

/**
 * A data file for the runtime that is never in memory as a whole. The runtime looks at `byteLength` and takes each
 * weight by `subarray(start, end)`, which it copies at once (onnxruntime-web 1.30); only these two are given. The bytes
 * of one weight are released when the next is asked for.
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
    let last: Uint8Array | undefined;
    this.data = Object.defineProperties(new Uint8Array(0), {
      byteLength: { value: size },
      subarray: {
        value: (start: number, end: number): Uint8Array => {
          release(last);
          try {
            last = read(start, end);
            return last;
          } catch (thrown) {
            this.fault ??= thrown;
            throw thrown;
          }
        },
      },
    });
  }
}
