import type { Seeded } from './seeded.ts';

/** What goes wrong with one answer of the hub. */
export type Fault =
  | { readonly kind: 'cut'; readonly after: number }
  | { readonly kind: 'stall'; readonly after: number }
  | { readonly kind: 'status'; readonly status: 429 | 500 | 503 }
  | { readonly kind: 'html' }
  /** A byte of what is sent is another one. */
  | { readonly kind: 'wrong'; readonly at: number }
  /** The answer ends early and says that it is whole. */
  | { readonly kind: 'short'; readonly after: number }
  | { readonly kind: 'no-range' }
  | { readonly kind: 'etag' }
  /** The branch moves on to a new commit; the old one stays, or is gone. */
  | { readonly kind: 'commit'; readonly gone: boolean };

/** Faults that come one after the other, an answer each; most answers are good. */
export function drawFaults(random: Seeded, count: number, size: number): (Fault | undefined)[] {
  const draw = (): Fault | undefined => {
    const after = random.whole(size);
    switch (random.whole(14)) {
      case 0:
      case 1:
      case 2:
        return { kind: 'cut', after };
      case 3:
        return { kind: 'stall', after };
      case 4:
        return { kind: 'status', status: random.pick([429, 500, 503] as const) };
      case 5:
        return { kind: 'html' };
      case 6:
        return { kind: 'wrong', at: after };
      case 7:
        return { kind: 'short', after };
      case 8:
        return { kind: 'no-range' };
      case 9:
        return { kind: 'etag' };
      case 10:
        return { kind: 'commit', gone: random.whole(2) === 0 };
      default:
        return undefined;
    }
  };
  const faults = Array.from({ length: count }, draw);
  // Some troubles last: the same again and again, longer than a download puts up with.
  const lasting = faults[random.whole(4 * faults.length)];
  return lasting ? [...faults, ...Array.from({ length: 6 }, () => lasting)] : faults;
}
