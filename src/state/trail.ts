import { SvelteMap } from 'svelte/reactivity';
import type { MapMode, MapPoint } from '../science/culture-map.ts';
import type { Place } from '../science/measurement.ts';

/** The places that pushes of one kind have led to, by their strengths. */
export class Trail {
  readonly #visited = new SvelteMap<
    string,
    { readonly strengths: readonly number[]; readonly place: Place }
  >();

  keep(strengths: readonly number[], place: Place): void {
    this.#visited.set(strengths.join(), { strengths, place });
  }

  clear(): void {
    this.#visited.clear();
  }

  /** The places of weaker pushes the same way, the weakest first. */
  toward(strengths: readonly number[], mode: MapMode): MapPoint[] {
    const size = Math.hypot(...strengths);
    return [...this.#visited.values()]
      .map((visit) => ({ ...visit, share: Math.hypot(...visit.strengths) / size }))
      .filter(
        ({ strengths: others, share }) =>
          share > 0 &&
          share < 1 - 1e-9 &&
          others.every((s, i) => Math.abs(s - share * (strengths[i] ?? 0)) < 1e-3),
      )
      .sort((a, b) => a.share - b.share)
      .flatMap(({ place }) => place[mode] ?? []);
  }
}
