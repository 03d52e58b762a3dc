import type { Engine } from '../engine/client/engine.ts';
import type { Addition } from '../engine/shared/steer.ts';
import { LeewayError } from '../errors/leeway-error.ts';
import type { Dilemma } from '../science/dilemma.ts';
import { AXES, type Axis } from '../science/item.ts';
import { clozeParts } from '../science/prompt.ts';
import {
  MeanDifference,
  norm,
  scaled,
  type LayerVector,
  type StrengthUnit,
} from '../science/steering-vector.ts';

/** Mean-difference vectors of both axes at every layer, learned from training dilemmas. */
export interface AxisVectors {
  readonly vectors: Readonly<Record<Axis, readonly LayerVector[]>>;
  /** Number of dilemma pairs behind each axis's vector. */
  readonly pairs: Readonly<Record<Axis, number>>;
  /** Training dilemmas in all. */
  readonly learnedFrom: number;
}

export interface LearnOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * For each axis and layer: mean over training dilemmas of
 * residual(`{scenario} Answer: {high}`) - residual(`{scenario} Answer: {low}`) at the last token
 * (Dang & Masud, arXiv 2605.26365; design, "Vectors"), with the layer's mean residual norm over all these texts.
 */
export async function learnAxisVectors(
  engine: Engine,
  training: readonly Dilemma[],
  options: LearnOptions = {},
): Promise<AxisVectors> {
  const model = engine.model;
  if (!model) throw new LeewayError('request-invalid', 'No model is loaded.', 'Load a model first.');
  const { layers, hidden } = model;
  const capture = Array.from({ length: layers }, (_, layer) => layer);
  const sums: Record<Axis, MeanDifference[]> = {
    traditional_secular: capture.map(() => new MeanDifference(hidden)),
    survival_self_expression: capture.map(() => new MeanDifference(hidden)),
  };
  const norms = new Float64Array(layers);
  for (const [done, dilemma] of training.entries()) {
    const parts = [clozeParts(dilemma, 'high'), clozeParts(dilemma, 'low')] as const;
    const [stem = [], high = [], low = []] = await engine.encode([
      { text: parts[0].stem, special: true },
      { text: parts[0].option, special: false },
      { text: parts[1].option, special: false },
    ]);
    const { rows } = await engine.run(
      [high, low].map((option) => ({ tokens: [...stem, ...option], capture })),
      { signal: options.signal },
    );
    for (const layer of capture) {
      const atHigh = rows[0]?.residual?.[layer];
      const atLow = rows[1]?.residual?.[layer];
      if (!atHigh || !atLow)
        throw new LeewayError('internal', 'The engine returned no residual stream.', 'Reload the page.');
      sums[dilemma.axis][layer]?.add(atHigh, atLow);
      norms[layer] = (norms[layer] ?? 0) + (norm(atHigh) + norm(atLow)) / (2 * training.length);
    }
    options.onProgress?.(done + 1, training.length);
  }
  const vectorsOf = (axis: Axis): LayerVector[] => {
    if (!sums[axis][0]?.pairs)
      throw new LeewayError(
        'scenario-invalid',
        `The training dilemmas hold none of the axis ${axis}.`,
        'Use a training file that covers both axes.',
      );
    return capture.map((layer) => ({
      layer,
      direction: sums[axis][layer]?.mean() ?? new Float32Array(hidden),
      residualNorm: norms[layer] ?? 0,
    }));
  };
  return {
    vectors: Object.fromEntries(AXES.map((axis) => [axis, vectorsOf(axis)])) as Record<Axis, LayerVector[]>,
    pairs: Object.fromEntries(AXES.map((axis) => [axis, sums[axis][0]?.pairs ?? 0])) as Record<Axis, number>,
    learnedFrom: training.length,
  };
}

/** The steering of one vector at a strength; none at strength 0, so that 0 is the baseline to the bit. */
export function steerBy(vector: LayerVector, strength: number, unit: StrengthUnit): Addition[] {
  return strength === 0 ? [] : [{ layer: vector.layer, vector: scaled(vector, strength, unit) }];
}
