/** Radii and font sizes of all that the map draws, in pixels; smaller on a phone. */
export interface Sizes {
  readonly dot: number;
  /** A target's dot, and the ring around it. */
  readonly target: number;
  readonly targetRing: number;
  readonly model: number;
  readonly domain: number;
  readonly direct: number;
  /** Air between a zone's outermost dots and its outline. */
  readonly zone: number;
  readonly font: {
    readonly society: number;
    readonly target: number;
    readonly zone: number;
    readonly name: number;
    /** The words at the cross, at domains and at the direct survey. */
    readonly mark: number;
  };
}

const WIDE: Sizes = {
  dot: 3.2,
  target: 3.6,
  targetRing: 6.8,
  model: 9,
  domain: 4.5,
  direct: 7.5,
  zone: 15,
  font: { society: 11.5, target: 12.5, zone: 13, name: 17, mark: 12 },
};

const NARROW: Sizes = {
  dot: 2.2,
  target: 2.8,
  targetRing: 5.4,
  model: 7,
  domain: 3.5,
  direct: 6,
  zone: 9,
  font: { society: 9.5, target: 11, zone: 10.5, name: 14, mark: 11 },
};

export function sizesOf(narrow: boolean): Sizes {
  return narrow ? NARROW : WIDE;
}
