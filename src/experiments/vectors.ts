import type { Engine } from '../engine/client/engine.ts';
import type { Addition } from '../engine/shared/steer.ts';
import { LeewayError } from '../errors/leeway-error.ts';
import type { StoredLayerVector } from '../runs/vector-set.ts';
import { agreement } from '../science/directions/agreement.ts';
import { directionOf, type Method } from '../science/directions/direction.ts';
import { selectionName, type Selection } from '../science/directions/selection.ts';
import type { Dilemma } from '../science/dilemma.ts';
import { AXES, type Axis } from '../science/item.ts';
import { scaled, type LayerVector, type StrengthUnit } from '../science/steering-vector.ts';
import { readResiduals, type LearnOptions, type ResidualTable } from './residual-table.ts';
import { dilemmaPairs, placesOf, type TextPair } from './text-pairs.ts';

/** Vectors of both axes at every layer, learned from training dilemmas. */
export interface AxisVectors {
  readonly vectors: Readonly<Record<Axis, readonly LayerVector[]>>;
  /** Number of dilemma pairs behind each axis's vector. */
  readonly pairs: Readonly<Record<Axis, number>>;
  /** Training dilemmas in all. */
  readonly learnedFrom: number;
}

/** What is wanted of a table of residuals. */
export interface VectorRequest {
  readonly selection: Selection;
  readonly method: Method;
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
  { selection, method }: VectorRequest,
  { seed, signal }: { readonly seed?: number; readonly signal?: AbortSignal | undefined } = {},
): Promise<StoredLayerVector[]> {
  const chosen = pairsOf(selection, pairs);
  const places = chosen.map((place) => (pairs[place] as TextPair).place);
  const made: StoredLayerVector[] = [];
  for (const [layer, all] of layers.entries()) {
    if (method !== 'mean' || seed !== undefined) await breathe();
    if (signal?.aborted)
      throw new LeewayError('cancelled', 'The work was cancelled.', 'Start it again whenever you like.');
    const residuals = all.only(chosen);
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

const axisRecord = <Value>(of: (axis: Axis) => Value): Record<Axis, Value> =>
  Object.fromEntries(AXES.map((axis) => [axis, of(axis)])) as Record<Axis, Value>;

/**
 * For each axis and layer: mean over training dilemmas of
 * residual(`{scenario} Answer: {high}`) - residual(`{scenario} Answer: {low}`) at the last token
 * (Dang & Masud, arXiv 2605.26365; design, "Vectors"), with the layer's mean residual norm over all these texts.
 * @throws LeewayError scenario-invalid where an axis has no dilemma, and as `readResiduals` does.
 */
export async function learnAxisVectors(
  engine: Engine,
  training: readonly Dilemma[],
  options: LearnOptions = {},
): Promise<AxisVectors> {
  const { pairs } = dilemmaPairs({ name: '', sha256: '', dilemmas: training });
  const counts = axisRecord((axis) => pairsOf({ kind: 'axis', axis }, pairs).length);
  const table = await readResiduals(engine, pairs, options);
  const [first, second] = await Promise.all(
    AXES.map((axis) => makeVectors(table, pairs, { selection: { kind: 'axis', axis }, method: 'mean' })),
  );
  return {
    vectors: { traditional_secular: first ?? [], survival_self_expression: second ?? [] },
    pairs: counts,
    learnedFrom: training.length,
  };
}

/** The steering of one vector at a strength; none at strength 0, so that 0 is the baseline to the bit. */
export function steerBy(vector: LayerVector, strength: number, unit: StrengthUnit): Addition[] {
  return strength === 0 ? [] : [{ layer: vector.layer, vector: scaled(vector, strength, unit) }];
}
