import type { Answer } from './answer.ts';
import { domainKey } from './dilemma.ts';
import { sumOf, type ItemSum } from './item-score.ts';
import { canResample, resample } from './statistics/bootstrap.ts';

/** What is drawn again in the bootstrap: whole item x domain clusters, or single dilemmas where clusters are too few. */
export type UnitKind = 'item x domain' | 'dilemma';

/** The units of a set of answers, stratified by item, with their sums. */
export interface SamplingUnits {
  readonly kind: UnitKind;
  readonly sums: readonly ItemSum[];
  /** Units minus strata. */
  readonly df: number;
}

/** Adds up the answers that share a key. */
function summed(answers: readonly Answer[], keyOf: (answer: Answer) => string): ItemSum[] {
  const groups = new Map<string, ItemSum>();
  for (const answer of answers) {
    const one = sumOf(answer);
    const key = keyOf(answer);
    const sum = groups.get(key);
    groups.set(
      key,
      sum
        ? {
            ...sum,
            n: sum.n + 1,
            probability: sum.probability + one.probability,
            logOdds: sum.logOdds + one.logOdds,
          }
        : one,
    );
  }
  return [...groups.values()];
}

/**
 * Dilemmas of one item and domain are alike and count as one draw: item x domain clusters within strata of items where
 * every item has two of them; else single dilemmas; undefined while an item has a single one.
 */
export function samplingUnits(answers: readonly Answer[]): SamplingUnits | undefined {
  const ways: readonly (readonly [UnitKind, (answer: Answer) => string])[] = [
    ['item x domain', ({ wvsId, domain }) => `${wvsId} ${domainKey(domain)}`],
    ['dilemma', ({ id }) => id],
  ];
  for (const [kind, keyOf] of ways) {
    const sums = summed(answers, keyOf);
    const strata = sums.map(({ wvsId }) => wvsId);
    if (canResample(strata)) return { kind, sums, df: sums.length - new Set(strata).size };
  }
  return undefined;
}

/** Item scores of one resample, by place in `codes`; the arrays are used again for the next: copy what you keep. */
export interface DrawnScores {
  readonly codes: readonly string[];
  readonly probability: Float64Array;
  readonly logOdds: Float64Array;
}

/** Calls `visit` with the item scores of each bootstrap resample of the units. */
export function resampleScores(
  { sums }: SamplingUnits,
  resamples: number,
  seed: number,
  visit: (drawn: DrawnScores) => void,
): void {
  const strata = sums.map(({ wvsId }) => wvsId);
  const codes = [...new Set(strata)];
  const items = Int32Array.from(strata, (code) => codes.indexOf(code));
  const column = (of: (sum: ItemSum) => number): Float64Array => Float64Array.from(sums, of);
  const [n, p, l] = [column((sum) => sum.n), column((sum) => sum.probability), column((sum) => sum.logOdds)];
  const counts = new Float64Array(codes.length);
  const probability = new Float64Array(codes.length);
  const logOdds = new Float64Array(codes.length);
  resample(strata, resamples, seed, (draw) => {
    for (const total of [counts, probability, logOdds]) total.fill(0);
    for (const unit of draw) {
      const item = items[unit] as number;
      counts[item] = (counts[item] as number) + (n[unit] as number);
      probability[item] = (probability[item] as number) + (p[unit] as number);
      logOdds[item] = (logOdds[item] as number) + (l[unit] as number);
    }
    for (let item = 0; item < codes.length; item++) {
      probability[item] = (probability[item] as number) / (counts[item] as number);
      logOdds[item] = (logOdds[item] as number) / (counts[item] as number);
    }
    visit({ codes, probability, logOdds });
  });
}
