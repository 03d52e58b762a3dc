import type { LabelSet } from '../../science/prompt.ts';
import type { Dilemma } from '../../science/dilemma.ts';
import type { SelectionKind } from '../../science/directions/selection.ts';
import type { Manner } from '../asking.ts';
import type { ScenarioSet } from '../scenarios.ts';

/** What a response matrix can be measured of. */
export const RESPONSE_KINDS = ['axis', 'item', 'domain'] as const satisfies readonly SelectionKind[];
export type ResponseKind = (typeof RESPONSE_KINDS)[number];

/** Sizes of strength that are tried both ways, in multiples of the layer's residual norm. */
export const SIZES: readonly number[] = [0.1, 0.2];
/** Vectors without a meaning of either sort, as many as a p below 0.05 wants. */
export const NULLS = 20;
export const OTHER_LABELS: readonly LabelSet[] = ['XY', '12'];

/** A study of how a model answers pushes at one layer. */
export interface ResponsePlan extends Manner {
  readonly kinds: readonly ResponseKind[];
  readonly layer: number;
  /** Tried both ways, with 0 between; the smallest one for vectors without a meaning. */
  readonly sizes: readonly number[];
  /** Dilemmas that are asked, and how many of them at most. */
  readonly test: ScenarioSet;
  readonly limit?: number | undefined;
  /** Dilemmas that vectors are learned from, and how many of them at most. */
  readonly training: ScenarioSet;
  readonly learnFrom?: number | undefined;
  /** Random vectors. */
  readonly random: number;
  /** Vectors of pairs whose poles were dealt by chance, for each axis. */
  readonly shuffled: number;
  /** Whether the axes' vectors are tried without what they share. */
  readonly orthogonal: boolean;
  /** Label sets beside A and B under which the axes' vectors are tried; asked of letters alone. */
  readonly labelSets: readonly LabelSet[];
  readonly seed: number;
}

export const asked = ({ test, limit }: Pick<ResponsePlan, 'test' | 'limit'>): readonly Dilemma[] =>
  test.dilemmas.slice(0, limit);

/** Sizes in their order, each once, none of them 0. */
export const sizesOf = ({ sizes }: Pick<ResponsePlan, 'sizes'>): readonly number[] =>
  [...new Set(sizes.map(Math.abs))].filter((size) => size > 0).sort((a, b) => a - b);
