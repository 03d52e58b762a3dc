import { canResample, percentileInterval, resample, type Interval } from '../statistics/bootstrap.ts';
import { norm } from '../steering-vector.ts';
import { dot, gramMatrix } from './gram.ts';

/** Where a pair belongs in the bootstrap: pairs of a cluster are drawn together, within their stratum. */
export interface PairPlace {
  readonly stratum: string;
  readonly cluster: string;
}

/** A mean cosine with its interval, which is absent where there are too few pairs to draw again. */
export interface MeanCosine {
  readonly mean: number;
  readonly interval?: Interval;
}

/** How far a layer's pair differences point the same way. */
export interface Agreement {
  /** Mean cosine of every two different pairs' differences. */
  readonly pairwise: MeanCosine;
  /** Mean cosine of the differences with the direction that was made of them; higher by making with few pairs. */
  readonly toDirection: MeanCosine;
  /** Pairs that differ at all. */
  readonly pairs: number;
}

interface Units {
  readonly strata: readonly string[];
  /** Unit of each pair. */
  readonly unitOf: Int32Array;
}

/** Whole clusters where every stratum has two of them, else single pairs; undefined where there are too few of both. */
function unitsOf(places: readonly PairPlace[]): Units | undefined {
  const ways = [
    places.map(({ stratum, cluster }) => ({ stratum, key: JSON.stringify([stratum, cluster]) })),
    places.map(({ stratum }, pair) => ({ stratum, key: String(pair) })),
  ];
  for (const way of ways) {
    const units = new Map(way.map(({ key, stratum }) => [key, stratum]));
    const strata = [...units.values()];
    const keys = [...units.keys()];
    if (canResample(strata)) return { strata, unitOf: Int32Array.from(way, ({ key }) => keys.indexOf(key)) };
  }
  return undefined;
}

const clipped = ({ low, high, level }: Interval): Interval => ({
  low: Math.max(low, -1),
  high: Math.min(high, 1),
  level,
});

/**
 * Mean cosines of pair differences, which predict how well a vector steers: the more the differences of its training
 * pairs agree, the larger and the steadier its effect (Braun et al. 2025, arXiv 2505.22637; that steering fails
 * for some concepts and inputs, and that this is a matter of the data: Tan et al. 2024, arXiv 2407.12404).
 * Intervals: stratified bootstrap over clusters (see `resample`), the direction held as it is. A pair never meets itself,
 * but a cluster that is drawn twice meets its like, which lifts the resamples: those of `pairwise` are centred on the
 * estimate again. Undefined for fewer than two pairs that differ, or a direction of zeros.
 * @param differences [pairs][hidden], high minus low
 */
export function agreement(
  differences: readonly ArrayLike<number>[],
  direction: ArrayLike<number>,
  places: readonly PairPlace[],
  { seed, resamples = 1000 }: { readonly seed: number; readonly resamples?: number },
): Agreement | undefined {
  const lengths = differences.map(norm);
  const kept = lengths.flatMap((length, pair) => (length > 0 ? [pair] : []));
  const length = norm(direction);
  if (kept.length < 2 || length === 0) return undefined;
  const ends = kept.map((pair) => {
    const size = lengths[pair] as number;
    return Float64Array.from(differences[pair] as ArrayLike<number>, (value) => value / size);
  });
  const aligned = Float64Array.from(ends, (end) => dot(end, direction) / length);
  const units = unitsOf(kept.map((pair) => places[pair] as PairPlace));
  const whole = sumsOf(ends, aligned, units ?? { strata: [''], unitOf: new Int32Array(ends.length) });
  const estimate = whole.of(new Float64Array(whole.count).fill(1));
  if (!units)
    return {
      pairwise: { mean: estimate.pairwise },
      toDirection: { mean: estimate.toDirection },
      pairs: kept.length,
    };
  const drawn = { pairwise: [] as number[], toDirection: [] as number[] };
  resample(units.strata, resamples, seed, (draw) => {
    const weights = new Float64Array(whole.count);
    for (const unit of draw) weights[unit] = (weights[unit] as number) + 1;
    const replicate = whole.of(weights);
    // A draw of one single pair again and again says nothing of two.
    if (Number.isFinite(replicate.pairwise)) drawn.pairwise.push(replicate.pairwise);
    drawn.toDirection.push(replicate.toDirection);
  });
  const df = units.strata.length - new Set(units.strata).size;
  const lift =
    drawn.pairwise.reduce((sum, value) => sum + value, 0) / drawn.pairwise.length - estimate.pairwise;
  const interval = (replicates: readonly number[]): { interval?: Interval } =>
    replicates.length > 0 ? { interval: clipped(percentileInterval(replicates, 0.95, df)) } : {};
  return {
    pairwise: { mean: estimate.pairwise, ...interval(drawn.pairwise.map((value) => value - lift)) },
    toDirection: { mean: estimate.toDirection, ...interval(drawn.toDirection) },
    pairs: kept.length,
  };
}

/** The sums over units that both mean cosines follow from, for any weight of each unit. */
function sumsOf(ends: readonly Float64Array[], aligned: Float64Array, { unitOf }: Units) {
  const count = unitOf.reduce((most, unit) => Math.max(most, unit + 1), 0);
  const width = ends[0]?.length ?? 0;
  const sums = Array.from({ length: count }, () => new Float64Array(width));
  const sizes = new Float64Array(count);
  const along = new Float64Array(count);
  ends.forEach((end, pair) => {
    const unit = unitOf[pair] as number;
    const sum = sums[unit] as Float64Array;
    end.forEach((value, i) => (sum[i] = (sum[i] as number) + value));
    sizes[unit] = (sizes[unit] as number) + 1;
    along[unit] = (along[unit] as number) + (aligned[pair] as number);
  });
  const meetings = gramMatrix(sums);
  const of = (weights: Float64Array): { pairwise: number; toDirection: number } => {
    const drawn = [...weights.keys()].filter((unit) => (weights[unit] as number) > 0);
    let [size, self, met, toDirection] = [0, 0, 0, 0];
    for (const a of drawn) {
      const weight = weights[a] as number;
      size += weight * (sizes[a] as number);
      self += weight ** 2 * (sizes[a] as number);
      toDirection += weight * (along[a] as number);
      for (const b of drawn) met += weight * (weights[b] as number) * (meetings[a * count + b] as number);
    }
    // Of all meetings those of a pair with itself, each of cosine 1, are taken out.
    return { pairwise: (met - self) / (size ** 2 - self), toDirection: toDirection / size };
  };
  return { count, of };
}
