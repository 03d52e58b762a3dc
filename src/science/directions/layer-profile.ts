import { cosine, type LayerVector } from '../steering-vector.ts';
import type { Agreement } from './agreement.ts';

interface Agreed {
  readonly layer: number;
  readonly agreement?: Agreement;
}

/** The layer whose pairs agree best, by mean pairwise cosine, the earliest of equals; undefined where none was measured. */
export function bestAgreement<Of extends Agreed>(layers: readonly Of[]): (Of & Required<Agreed>) | undefined {
  const measured = layers.filter((one): one is Of & Required<Agreed> => one.agreement !== undefined);
  return measured.reduce<(Of & Required<Agreed>) | undefined>(
    (best, one) => (best && one.agreement.pairwise.mean <= best.agreement.pairwise.mean ? best : one),
    undefined,
  );
}

/** How alike two sets of vectors point, at the layers that both hold; a layer where one is zeros is left out. */
export function layerCosines(
  first: readonly LayerVector[],
  second: readonly LayerVector[],
): { readonly layer: number; readonly cosine: number }[] {
  const others = new Map(second.map(({ layer, direction }) => [layer, direction]));
  return first.flatMap(({ layer, direction }) => {
    const other = others.get(layer);
    const found = other ? cosine(direction, other) : NaN;
    return Number.isNaN(found) ? [] : [{ layer, cosine: found }];
  });
}
