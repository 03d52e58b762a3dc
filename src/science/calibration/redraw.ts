import type { Answer } from '../answer.ts';
import { domainKey } from '../dilemma.ts';

/** How many dilemmas of each item and domain a draw holds. */
export interface RedrawOptions {
  readonly each: number;
  readonly random: () => number;
}

const pick = <Value>(values: readonly Value[], random: () => number): Value =>
  values[Math.floor(random() * values.length)] as Value;

/**
 * A sample of a population of answered dilemmas: of each item as many clusters (item x domain) as there are, drawn with
 * replacement, and of each drawn cluster `each` dilemmas, drawn with replacement. This is the sampling that the intervals
 * of the page are made for, so that their coverage can be counted against what is true of the whole population. A cluster
 * that comes twice counts as two; ids are new.
 */
export function redraw(population: readonly Answer[], { each, random }: RedrawOptions): Answer[] {
  const items = new Map<string, Map<string, Answer[]>>();
  for (const answer of population) {
    const clusters = items.get(answer.wvsId) ?? new Map<string, Answer[]>();
    items.set(answer.wvsId, clusters);
    const domain = domainKey(answer.domain);
    clusters.set(domain, [...(clusters.get(domain) ?? []), answer]);
  }
  return [...items].flatMap(([item, clusters]) => {
    const all = [...clusters.values()];
    return all.flatMap((_, drawn) => {
      const cluster = pick(all, random);
      return Array.from({ length: each }, (__, k) => ({
        ...pick(cluster, random),
        id: `${item}-${drawn}-${k}`,
        domain: `drawn ${drawn}`,
      }));
    });
  });
}
