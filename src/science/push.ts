import type { LayerVector, StrengthUnit } from './steering-vector.ts';

/**
 * How a vector acts on the residual stream h: added; added and h brought back to its length; h turned toward it; or its
 * direction taken out of h.
 */
export const PUSH_WAYS = ['add', 'add-preserving', 'rotate', 'ablate'] as const;
export type PushWay = (typeof PUSH_WAYS)[number];

/** Where it acts: at every position, at the last one of what is read, or only at what the model generates. */
export const PUSH_PLACES = ['all', 'last', 'generated'] as const;
export type PushPlace = (typeof PUSH_PLACES)[number];

/** How a strength is counted: see `StrengthUnit`; a rotation's in radians, an ablation's as the share that is taken out. */
export const PUSH_UNITS = ['norm', 'raw', 'radian', 'share'] as const;
export type PushUnit = (typeof PUSH_UNITS)[number];

/** How the vectors of a push act; the same for all that act together. */
export interface PushManner {
  readonly way: PushWay;
  readonly at: PushPlace;
  readonly unit: PushUnit;
}

/** The usual manner: added at every position, counted in multiples of the layer's mean residual norm. */
export const ADDED: PushManner = { way: 'add', at: 'all', unit: 'norm' };

/** One vector, and how it acts. Positive strength moves toward the high pole. */
export interface Push extends PushManner {
  readonly vector: LayerVector;
  readonly strength: number;
}

/** The units in which a way's strength can be counted, the usual one first. */
export function unitsOf(way: PushWay): readonly [PushUnit, ...PushUnit[]] {
  if (way === 'rotate') return ['radian'];
  return way === 'ablate' ? ['share'] : ['norm', 'raw'];
}

/** The strongest push that is offered in a unit: a share of the state's length, of a turn, or of the direction. */
export const strengthEnd = (unit: PushUnit): number => (unit === 'share' ? 1 : unit === 'raw' ? 5 : 0.5);

export const isStrengthUnit = (unit: PushUnit): unit is StrengthUnit => unit === 'norm' || unit === 'raw';

/** Whether a push changes nothing: at strength 0 every way is the baseline. */
export const isIdle = ({ strength }: Pick<Push, 'strength'>): boolean => strength === 0;

/** A strength to the thousandth: steps of a slider are not exact in binary, and runs are found again by their strength. */
export const roundedStrength = (strength: number): number => Math.round(strength * 1000) / 1000;
