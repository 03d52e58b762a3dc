import type { Engine } from '../engine/client/engine.ts';
import { LeewayError } from '../errors/leeway-error.ts';
import type { StoredAnswer } from '../runs/run.ts';
import type { RunStore } from '../runs/run-store.ts';
import type { VectorSet } from '../runs/vector-set.ts';
import { mapPoint, type MapPoint, type Projection } from '../science/culture-map.ts';
import { itemScores, probabilities, sumOf } from '../science/item-score.ts';
import type { Protocol } from '../science/prompt.ts';
import { nearestStrengths, type DisplacementCurve } from '../science/targets/strength-search.ts';
import { vectorPush } from './axis-push.ts';
import type { PartOptions } from './part-counts.ts';
import type { RecordedPush } from './push.ts';
import type { ScenarioSet } from './scenarios.ts';
import { storedProbe } from './stored-probe.ts';

/** Pushes that should lead from one place toward another, as far as training dilemmas tell. */
export interface AimedPushes {
  readonly pushes: readonly RecordedPush[];
  /** In the order of the axes. */
  readonly strengths: readonly number[];
  /** Where they led on training dilemmas, or are expected to. */
  readonly predicted: MapPoint;
}

/** Chooses strengths from what is known of training dilemmas alone. */
export type StrengthsToward = (from: MapPoint, aim: MapPoint) => Promise<AimedPushes>;

/** Multiples of the layer's mean residual norm at which each axis is tried. */
export const TRIED = [-0.3, -0.15, 0.15, 0.3] as const;

export interface TrainingSpec {
  readonly scenarios: ScenarioSet;
  /** The dilemmas from here on, and how many. */
  readonly from: number;
  readonly limit: number;
  readonly protocol: Protocol;
  readonly seed: number;
  readonly projection: Projection;
}

/** The place by training dilemmas; both ways of reading the map have the same displacements. */
export function trainingPlace(
  answers: readonly StoredAnswer[],
  projection: Projection,
  mode: 'centred' | 'published' = 'centred',
): MapPoint {
  const place = mapPoint(probabilities(itemScores(answers.map(sumOf))), projection, mode);
  if (place) return place;
  throw new LeewayError(
    'scenario-invalid',
    'The training dilemmas that were asked leave out some of the ten items: they give no place on the map.',
    'Ask more of them: the first 30 of the page’s own hold every item in every domain.',
  );
}

/**
 * Tries each axis's vector alone at a few strengths on training dilemmas, and chooses pairs of strengths by where these
 * led: displacements of both axes are taken to add up, and to be linear between the strengths that were tried. What the
 * pushes then do on test dilemmas is for measurement to say.
 * @param plain the model's own answers to the same training dilemmas
 */
export async function measuredStrengths(
  engine: Engine,
  store: RunStore,
  sets: readonly [VectorSet, VectorSet],
  layer: number,
  plain: readonly StoredAnswer[],
  { projection, ...training }: TrainingSpec,
  optionsFor: () => PartOptions,
): Promise<StrengthsToward> {
  const start = trainingPlace(plain, projection);
  const curves: DisplacementCurve[] = [];
  for (const set of sets) {
    const steps: DisplacementCurve['steps'][number][] = [];
    for (const strength of TRIED) {
      const pushes = vectorPush(set, layer, strength);
      const spec = { ...training, pushes };
      const end = trainingPlace(await storedProbe(engine, store, spec, optionsFor()), projection);
      steps.push({ strength, moved: { x: end.x - start.x, y: end.y - start.y } });
    }
    curves.push({ steps });
  }
  const [first, second] = curves as [DisplacementCurve, DisplacementCurve];
  return (from, aim) => {
    const found = nearestStrengths([first, second], from, aim);
    const pushes = sets.flatMap((set, i) => vectorPush(set, layer, found.strengths[i] ?? 0));
    return Promise.resolve({ ...found, pushes });
  };
}
