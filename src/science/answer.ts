import type { Axis } from './item.ts';

/** What the figures need to know of one answered dilemma. */
export interface Answer {
  readonly id: string;
  readonly wvsId: string;
  readonly axis: Axis;
  /** As written in the file; compare through `domainKey`. */
  readonly domain: string;
  /** Log-odds of the high pole, nats. */
  readonly logOddsHigh: number;
}
