import { layerOf } from './collect.ts';
import { invalid } from './faults.ts';

/** An entry of a file that holds vectors under names. */
export interface NamedEntry<Entry> {
  readonly layer: number;
  readonly entry: Entry;
}

/** What our own files call a layer's vector. */
export const layerName = (layer: number): string => `layer.${layer}`;

/**
 * The layers of entries called `<name>.<layer>`, for any one name: `layer.12`, `honesty.12`.
 * Throws vector-invalid for another name, and where there are several: a file of two vectors does not say which is meant.
 */
export function layersOf<Entry>(entries: Iterable<readonly [string, Entry]>): NamedEntry<Entry>[] {
  const names = new Set<string>();
  const found = [...entries].map(([full, entry]) => {
    const dot = full.lastIndexOf('.');
    if (dot < 1)
      throw invalid(`“${full.slice(0, 40)}” is no name of the form <name>.<layer>, such as layer.12.`);
    names.add(full.slice(0, dot));
    return { layer: layerOf(full.slice(dot + 1), `“${full.slice(0, 40)}”`), entry };
  });
  if (names.size > 1)
    throw invalid(
      `The file holds vectors of ${names.size} names (${[...names].slice(0, 4).join(', ')}); give each a file of its own.`,
    );
  return found;
}
