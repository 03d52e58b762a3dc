import type { TextToEncode } from '../engine/shared/protocol.ts';
import type { PairPlace } from '../science/directions/agreement.ts';
import { belongs, type Selectable, type Selection } from '../science/directions/selection.ts';
import { domainKey } from '../science/dilemma.ts';
import { clozeParts } from '../science/prompt.ts';
import type { PairSet } from './own-pairs.ts';
import type { ScenarioSet } from './scenarios.ts';

/** Two texts whose residuals are compared, each in parts that are tokenized apart. */
export interface TextPair {
  readonly high: readonly TextToEncode[];
  readonly low: readonly TextToEncode[];
  /** Where the pair belongs in a bootstrap. */
  readonly place: PairPlace;
  /** What selections look at; absent for pairs of no item. */
  readonly about?: Selectable;
}

/** Pairs of one file. */
export interface PairSource {
  readonly name: string;
  /** SHA-256 of the file's text. */
  readonly sha256: string;
  readonly pairs: readonly TextPair[];
}

/**
 * Dilemmas as pairs: `{scenario} Answer: {high}` and `{scenario} Answer: {low}` (Dang & Masud, arXiv 2605.26365; design,
 * "Vectors").
 * @param limit take only the first ones of the file
 */
export function dilemmaPairs({ name, sha256, dilemmas }: ScenarioSet, limit?: number): PairSource {
  const pairs = dilemmas.slice(0, limit).map((dilemma): TextPair => {
    const texts = (pole: 'high' | 'low'): TextToEncode[] => {
      const { stem, option } = clozeParts(dilemma, pole);
      return [
        { text: stem, special: true },
        { text: option, special: false },
      ];
    };
    const place = { stratum: dilemma.wvsId, cluster: domainKey(dilemma.domain) };
    return { high: texts('high'), low: texts('low'), place, about: dilemma };
  });
  return { name, sha256, pairs };
}

/** A visitor's pairs, each text as it stands. */
export function ownPairs({ name, sha256, pairs }: PairSet): PairSource {
  return {
    name,
    sha256,
    pairs: pairs.map(({ positive, negative }, index) => ({
      high: [{ text: positive, special: true }],
      low: [{ text: negative, special: true }],
      place: { stratum: '', cluster: String(index) },
    })),
  };
}

/** The places of the pairs that belong to a selection. */
export function placesOf(selection: Selection, pairs: readonly TextPair[]): number[] {
  return pairs.flatMap(({ about }, place) =>
    selection.kind === 'all' || (about && belongs(selection, about)) ? [place] : [],
  );
}
