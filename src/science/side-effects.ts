import type { Estimate } from './axis-estimate.ts';
import { canResample, percentileInterval, resample } from './statistics/bootstrap.ts';
import { mcNemar, type McNemar } from './statistics/mcnemar.ts';

/** What was read of one neutral passage. */
export interface PassageReading {
  readonly id: string;
  /** Tokens that were predicted. */
  readonly tokens: number;
  /** Mean log-likelihood of these, nats. */
  readonly logLikelihood: number;
  /** KL divergence of the next-token distribution after them from the unsteered model's, nats; 0 where nothing pushes. */
  readonly kl: number;
}

export interface Resampling {
  readonly seed: number;
  readonly resamples?: number;
}

const RESAMPLES = 2000;

/** exp of minus the mean log-likelihood of all tokens (Jelinek et al. 1977); NaN for none. */
export function perplexity(readings: readonly Omit<PassageReading, 'kl'>[]): number {
  const tokens = readings.reduce((sum, reading) => sum + reading.tokens, 0);
  const total = readings.reduce((sum, reading) => sum + reading.tokens * reading.logLikelihood, 0);
  return Math.exp(-total / tokens);
}

/** A weighted mean of passages with its bootstrap interval, passages drawn whole; `of` transforms mean and bounds. */
function overPassages(
  values: readonly number[],
  weights: readonly number[],
  of: (mean: number) => number,
  { seed, resamples = RESAMPLES }: Resampling,
): Estimate {
  const meanOf = (places: ArrayLike<number>): number => {
    let sum = 0;
    let weight = 0;
    for (let i = 0; i < places.length; i++) {
      const place = places[i] ?? 0;
      sum += (values[place] ?? NaN) * (weights[place] ?? NaN);
      weight += weights[place] ?? NaN;
    }
    return sum / weight;
  };
  const mean = of(meanOf(values.map((_, place) => place)));
  const strata = values.map(() => '');
  if (!canResample(strata)) return { mean, n: values.length };
  const drawn: number[] = [];
  resample(strata, resamples, seed, (draw) => void drawn.push(of(meanOf(draw))));
  return { mean, n: values.length, interval: percentileInterval(drawn, 0.95, values.length - 1) };
}

/** Perplexity of passages with its interval over passages. Undefined for none. */
export function perplexityEstimate(
  readings: readonly PassageReading[],
  options: Resampling,
): Estimate | undefined {
  if (readings.length === 0) return undefined;
  return overPassages(
    readings.map(({ logLikelihood }) => logLikelihood),
    readings.map(({ tokens }) => tokens),
    (mean) => Math.exp(-mean),
    options,
  );
}

/**
 * Perplexity after over perplexity before, of the passages read in both, with a paired bootstrap interval over passages: 1
 * is unharmed, exactly so where nothing changed. Undefined where no passage is in both.
 */
export function perplexityRatio(
  before: readonly PassageReading[],
  after: readonly PassageReading[],
  options: Resampling,
): Estimate | undefined {
  const start = new Map(before.map((reading) => [reading.id, reading]));
  const pairs = after.flatMap(({ id, tokens, logLikelihood }) => {
    const from = start.get(id);
    return from ? [{ tokens, change: logLikelihood - from.logLikelihood }] : [];
  });
  if (pairs.length === 0) return undefined;
  return overPassages(
    pairs.map(({ change }) => change),
    pairs.map(({ tokens }) => tokens),
    (mean) => Math.exp(-mean),
    options,
  );
}

/** Mean KL of some passages with its interval over passages, nats. Undefined for none. */
export function meanKl(readings: readonly PassageReading[], options: Resampling): Estimate | undefined {
  if (readings.length === 0) return undefined;
  return overPassages(
    readings.map(({ kl }) => kl),
    readings.map(() => 1),
    (mean) => mean,
    options,
  );
}

/** Normalised log-probabilities of logits, in double precision. */
function logProbabilities(logits: ArrayLike<number>): Float64Array {
  let max = -Infinity;
  for (let i = 0; i < logits.length; i++) max = Math.max(max, logits[i] ?? NaN);
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += Math.exp((logits[i] ?? NaN) - max);
  const total = max + Math.log(sum);
  return Float64Array.from({ length: logits.length }, (_, i) => (logits[i] ?? NaN) - total);
}

/**
 * KL(before ‖ after) = Σ p log(p / q) of two next-token distributions given as logits [vocabulary], nats: what it costs to
 * take the second for the first (Kullback & Leibler 1951). Exactly 0 for equal logits, never below.
 * Throws RangeError for distributions over different vocabularies.
 */
export function klDivergence(before: ArrayLike<number>, after: ArrayLike<number>): number {
  if (before.length !== after.length)
    throw new RangeError('Two distributions over different vocabularies have no divergence.');
  const p = logProbabilities(before);
  const q = logProbabilities(after);
  let sum = 0;
  for (let i = 0; i < p.length; i++) {
    const own = p[i] as number;
    // A token that is never said costs nothing.
    if (own !== -Infinity) sum += Math.exp(own) * (own - (q[i] as number));
  }
  return sum < 0 ? 0 : sum;
}

/** How the control questions fared under a push. */
export interface ControlChange extends McNemar {
  /** Questions asked in both. */
  readonly n: number;
  readonly rightBefore: number;
  readonly rightAfter: number;
}

interface Answered {
  readonly id: string;
  /** Log-odds of the right answer. */
  readonly logOddsHigh: number;
}

/** The control questions answered in both, a tie counted as not right; undefined where there is none. */
export function controlChange(
  before: readonly Answered[],
  after: readonly Answered[],
): ControlChange | undefined {
  const start = new Map(before.map(({ id, logOddsHigh }) => [id, logOddsHigh > 0]));
  const pairs = after.flatMap(({ id, logOddsHigh }) => {
    const was = start.get(id);
    return was === undefined ? [] : [{ was, is: logOddsHigh > 0 }];
  });
  if (pairs.length === 0) return undefined;
  return {
    n: pairs.length,
    rightBefore: pairs.filter(({ was }) => was).length,
    rightAfter: pairs.filter(({ is }) => is).length,
    ...mcNemar(
      pairs.map(({ was }) => was),
      pairs.map(({ is }) => is),
    ),
  };
}

/** What a push does beside what it is meant to do, as far as it was measured. */
export interface SideEffects {
  /** Perplexity over that of the unsteered model. */
  readonly perplexity?: Estimate | undefined;
  /** Nats. */
  readonly kl?: Estimate | undefined;
  readonly controls?: ControlChange | undefined;
}
