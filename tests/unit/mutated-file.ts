/** A seeded stream of whole numbers in [0, end): mulberry32. */
export function randomIntegers(seed: number): (end: number) => number {
  let state = seed >>> 0;
  return (end) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * end);
  };
}

/** Numbers that readers stumble over: ends of ranges, signs, and lengths that no file has. */
const EVIL = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0xffffffff];

/** One damaged copy of a file, mostly in its first `header` bytes, where the structure is. */
export function mutated(
  whole: Uint8Array<ArrayBuffer>,
  header: number,
  random: (end: number) => number,
): Uint8Array<ArrayBuffer> {
  const place = (): number => random(random(8) === 0 ? whole.length : header);
  const copy = whole.slice();
  const view = new DataView(copy.buffer);
  switch (random(7)) {
    case 0:
      return copy.slice(0, place());
    case 1: {
      for (let i = 1 + random(4); i > 0; i--) {
        const at = place();
        copy[at] = (copy[at] ?? 0) ^ (1 << random(8));
      }
      return copy;
    }
    case 2:
      view.setUint32(Math.min(place(), copy.length - 4), EVIL[random(EVIL.length)] ?? 0, true);
      return copy;
    case 3: {
      // A declared size or count, 64 bits wide.
      const value = BigInt(EVIL[random(EVIL.length)] ?? 0) << BigInt(random(33));
      view.setBigUint64(Math.min(place(), copy.length - 8), value, true);
      return copy;
    }
    case 4: {
      const at = place();
      const gap = 1 + random(16);
      return new Uint8Array([...copy.subarray(0, at), ...copy.subarray(at + gap)]);
    }
    case 5: {
      const at = place();
      const extra = Uint8Array.from({ length: 1 + random(16) }, () => random(256));
      const longer = new Uint8Array(copy.length + extra.length);
      longer.set(copy.subarray(0, at));
      longer.set(extra, at);
      longer.set(copy.subarray(at), at + extra.length);
      return longer;
    }
    default: {
      const length = 1 + random(64);
      const from = place();
      copy.copyWithin(place(), from, from + length);
      return copy;
    }
  }
}
