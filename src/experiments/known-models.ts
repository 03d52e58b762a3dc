import { faredSummary, mean, type FaredSummary, type KnownLeeway } from '../science/calibration/summary.ts';
import { AXES, type Axis } from '../science/item.ts';
import type { Calibration } from './calibration.ts';
import { PHANTOMS, phantomJson, type Phantom } from './phantoms.ts';

interface Mean {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

interface Evidence {
  readonly axis: Axis;
  readonly ratio: Mean;
  readonly bayes_own: number;
  readonly bayes_other: number;
}

/** The part of truth.json that leeway is held against. */
interface Truth {
  readonly population: { readonly rho: number };
  readonly measured: {
    readonly evidence: readonly Evidence[];
    readonly steering: {
      readonly reference_layer: number;
      readonly layers: readonly { readonly response: Readonly<Record<Axis, { readonly drift: Mean }>> }[];
    };
  };
}

/** A calibration model: what is true of it, and what the page's own measurement makes of it. */
export interface KnownModel {
  readonly phantom: Phantom;
  /** Correlation of the axes in the population that it was trained on. */
  readonly rho: number;
  readonly leeway: readonly KnownLeeway[];
  /** Mean of what the page found over learnings and axes; absent where it was not calibrated. */
  readonly drift?: number;
  /** Absent where the stored calibration is of another revision of the model. */
  readonly fared?: FaredSummary;
  readonly calibration?: Calibration;
}

/** What is known of a model, from its truth file and the stored calibration. */
export function knownModel(phantom: Phantom, truth: Truth, calibration: Calibration | undefined): KnownModel {
  const { evidence, steering } = truth.measured;
  const vectors = calibration?.vectors ?? [];
  const leeway = AXES.flatMap((axis): KnownLeeway[] => {
    const told = evidence.filter((row) => row.axis === axis);
    const reference = steering.layers[steering.reference_layer]?.response[axis].drift;
    if (!reference || told.length === 0) return [];
    return [
      {
        axis,
        bayes: mean(told.map((row) => row.bayes_other / row.bayes_own)),
        evidence: mean(told.map(({ ratio }) => ratio.mean)),
        reference,
        found: vectors.flatMap(({ leeway: all }) =>
          all.filter((one) => one.axis === axis).map(({ ratio }) => ratio.truth),
        ),
      },
    ];
  });
  const found = leeway.flatMap((one) => one.found);
  return {
    phantom,
    rho: truth.population.rho,
    leeway,
    ...(found.length > 0 ? { drift: mean(found) } : {}),
    ...(calibration
      ? {
          calibration,
          fared: faredSummary(
            calibration.scores,
            vectors.flatMap(({ leeway: all }) => all),
          ),
        }
      : {}),
  };
}

/** All calibration models with what is known of them. Throws network. */
export function loadKnownModels(): Promise<readonly KnownModel[]> {
  return Promise.all(
    PHANTOMS.map(async (phantom) => {
      const [truth, stored, manifest] = await Promise.all([
        phantomJson<Truth>(phantom.id, 'truth.json'),
        phantomJson<{ readonly calibration: Calibration }>(phantom.id, 'calibration.json').catch(
          () => undefined,
        ),
        phantomJson<{ readonly revision: string }>(phantom.id, 'leeway.json'),
      ]);
      const isOfThis = stored?.calibration.model.revision === manifest.revision;
      return knownModel(phantom, truth, isOfThis ? stored.calibration : undefined);
    }),
  );
}
