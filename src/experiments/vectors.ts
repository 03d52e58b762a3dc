import { LeewayError } from '../errors/leeway-error.ts';
import type { StoredLayerVector } from '../runs/vector-set.ts';
import { agreement } from '../science/directions/agreement.ts';
import { directionOf, type Method } from '../science/directions/direction.ts';
import { selectionName, type Selection } from '../science/directions/selection.ts';
import type { ResidualTable } from './residual-table.ts';
import { placesOf, type TextPair } from './text-pairs.ts';

/** What is wanted of a table of residuals. */
export interface VectorRequest {
  readonly selection: Selection;
  readonly method: Method;
  /** Deals the poles of each pair by chance, with this seed: what a vector is that means nothing. */
  readonly shuffle?: number;
}

/** Gives the page a turn: a Gram matrix for every layer takes a while. */
const breathe = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** The pairs of a selection. @throws LeewayError scenario-invalid where there is none. */
export function pairsOf(selection: Selection, pairs: readonly TextPair[]): number[] {
  const places = placesOf(selection, pairs);
  if (places.length > 0) return places;
  throw new LeewayError(
    'scenario-invalid',
    selection.kind === 'axis'
      ? `The training dilemmas hold none of the axis ${selection.axis}.`
      : `The training pairs hold none of ${selectionName(selection)}.`,
    selection.kind === 'axis'
      ? 'Use a training file that covers both axes.'
      : 'Use a training file that covers it.',
  );
}

/**
 * Makes the vectors of a selection at every layer; norms are means over all pairs of the table, so that strengths in units
 * of the norm compare between selections.
 * @param seed of the agreement's resampling; where absent, agreement is not measured
 * @throws LeewayError scenario-invalid where no pair belongs to the selection, cancelled.
 */
export async function makeVectors(
  { layers, norms, means }: ResidualTable,
  pairs: readonly TextPair[],
  { selection, method, shuffle }: VectorRequest,
  { seed, signal }: { readonly seed?: number; readonly signal?: AbortSignal | undefined } = {},
): Promise<StoredLayerVector[]> {
  const chosen = pairsOf(selection, pairs);
  const places = chosen.map((place) => (pairs[place] as TextPair).place);
  const made: StoredLayerVector[] = [];
  for (const [layer, all] of layers.entries()) {
    if (method !== 'mean' || seed !== undefined) await breathe();
    if (signal?.aborted)
      throw new LeewayError('cancelled', 'The work was cancelled.', 'Start it again whenever you like.');
    const own = all.only(chosen);
    const residuals = shuffle === undefined ? own : own.dealt(shuffle);
    const { direction, converged } = directionOf(residuals, method);
    const agreed =
      seed === undefined ? undefined : agreement(residuals.differences(), direction, places, { seed });
    made.push({
      layer,
      direction,
      residualNorm: norms[layer] ?? 0,
      ...(means[layer] ? { mean: means[layer] } : {}),
      ...(agreed ? { agreement: agreed } : {}),
      ...(converged ? {} : { converged }),
    });
  }
  return made;
}
