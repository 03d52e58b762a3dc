import type { WeightPlace } from './weight-place.ts';

/** Reads bytes [start, end) of the GGUF file, at once: it runs while the runtime waits for a weight. */
export type ReadBytes = (start: number, end: number) => Uint8Array;

interface Entry extends WeightPlace {
  readonly write: (into: Uint8Array, read: ReadBytes) => void;
}

/** Runtimes that look at a weight in place want it aligned. */
const ALIGNMENT = 64;

/**
 * A file of weights that is nowhere: each is made from the GGUF file in the moment in which it is asked for, so that
 * beside the runtime's own copy there is never more than one weight in memory.
 */
export class WeightsFile {
  readonly #entries = new Map<number, Entry>();
  #size = 0;

  constructor(readonly name: string) {}

  /** Bytes, gaps included. */
  get size(): number {
    return this.#size;
  }

  /** Makes room for `length` bytes, which `write` fills when they are asked for. */
  add(length: number, write: Entry['write']): WeightPlace {
    const offset = Math.ceil(this.#size / ALIGNMENT) * ALIGNMENT;
    this.#size = offset + length;
    const place = { location: this.name, offset, length };
    this.#entries.set(offset, { ...place, write });
    return place;
  }

  /** The bytes of one weight; undefined where no weight begins at `offset` or its length is another. */
  bytes(offset: number, length: number, read: ReadBytes): Uint8Array | undefined {
    const entry = this.#entries.get(offset);
    if (entry?.length !== length) return undefined;
    const into = new Uint8Array(length);
    entry.write(into, read);
    return into;
  }
}
