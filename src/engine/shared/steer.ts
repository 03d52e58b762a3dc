/**
 * Where in a row a change acts: at every position, at the row's last one, or at every position from one on (counted
 * from 0; with the prompt's length, at what is generated). In a row that is continued token by token, 'last' is the
 * newest token of each pass.
 */
export type SteerPlace = 'all' | 'last' | { readonly from: number };

/** After which layer (from 0) and where in the row; by default at every position. */
interface Steered {
  readonly layer: number;
  readonly at?: SteerPlace;
}

/** h' = h + v. With 'add-preserving' the sum is then brought back to the length of h: h'' = h' · ‖h‖ / ‖h'‖. */
export interface Addition extends Steered {
  readonly way?: 'add' | 'add-preserving';
  /** [hidden], in units of the residual stream; a strength is multiplied in. */
  readonly vector: Float32Array;
}

/** h' = h − β (h·û) û: takes a direction out of h (Arditi et al. 2024, arXiv 2406.11717, for β = 1). */
export interface Ablation extends Steered {
  readonly way: 'ablate';
  /** û, [hidden], of length 1. */
  readonly vector: Float32Array;
  /** β, from 0 to 1; 1 where absent. */
  readonly share?: number;
}

/**
 * Turns the part of h that lies in a plane and keeps its length; the rest of h stays (angular steering, Vu & Nguyen
 * 2025, arXiv 2510.26243). With a = (h·b1, h·b2), θ the angle:
 * 'to': h' = h − a1 b1 − a2 b2 + ‖a‖ (cos θ b1 + sin θ b2); 'by': a is turned by θ, from b1 toward b2.
 */
export interface Rotation extends Steered {
  readonly way: 'rotate';
  /** b1 and b2, [hidden] each, orthonormal. */
  readonly plane: readonly [Float32Array, Float32Array];
  /** θ in radians, counted from b1 toward b2. */
  readonly angle: number;
  /** 'to' where absent. */
  readonly turn?: 'to' | 'by';
}

/**
 * A change of the residual stream after a layer. Several at one layer all read h as the layer made it, and what they
 * change adds up; a length that is kept is restored after all of them.
 */
export type Steer = Addition | Ablation | Rotation;

/** How a loaded model can be steered: by vectors added at every position, or in every way, which costs more work. */
export type SteeringWays = 'add' | 'all';

/** The first position of a row of `length` tokens at which the change acts; it acts on all that follow. */
export function steerStart({ at = 'all' }: Steer, length: number): number {
  if (at === 'all') return 0;
  return at === 'last' ? length - 1 : at.from;
}

/** What a model has to be loaded for, to be asked these rows. */
export function waysOf(rows: readonly { readonly steer?: readonly Steer[] }[]): SteeringWays {
  const isPlain = ({ way = 'add', at = 'all' }: Steer): boolean => way === 'add' && at === 'all';
  return rows.every(({ steer = [] }) => steer.every(isPlain)) ? 'add' : 'all';
}
