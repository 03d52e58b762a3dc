import { LABEL_SETS, type LabelSet } from '../../science/prompt.ts';
import type { Relabelling, RelabellingVerdict } from '../../science/response/relabelling.ts';
import type { SignFlip } from '../../science/response/sign-flip.ts';
import type { Estimate } from '../../science/axis-estimate.ts';
import { intervalWords, signed } from '../runs/run-words.ts';

/** What the relabelling control says: opinions do not care what options are called. */
export const RELABELLING_WORDS: Readonly<Record<RelabellingVerdict, string>> = {
  'carries over': 'the effect is there whatever the options are called: it belongs to their meaning.',
  'follows the letters':
    'with other names for the options the effect is gone, turned over or less than half as large: part of it belongs to the letters A and B, not to an opinion.',
  undecided: 'whether the effect carries over to other names is not clear from so few dilemmas.',
  'no effect': 'with A and B it does nothing for sure, so that there is nothing to carry over.',
};

export const LETTER_WORDS: Readonly<Record<NonNullable<Relabelling['pushes']>, string>> = {
  letter:
    'It pushes the letter itself more than it moves the axis: asked in one order only, this would look like an opinion.',
  position:
    'It pushes whatever option stands first more than it moves the axis: asked in one order only, this would look like an opinion.',
};

export const labelWords = (labels: LabelSet): string => LABEL_SETS[labels].join(' and ');

/** A figure with its interval. */
export const estimateWords = (estimate: Estimate): string =>
  `${signed(estimate.mean)} ${intervalWords(estimate)}`.trim();

const isClear = ({ interval }: Estimate): boolean =>
  interval !== undefined && (interval.low > 0 || interval.high < 0);

/** What the sign-flip control says. */
export function flipSentence({ up, down, difference }: SignFlip): string {
  if (!isClear(up) && !isClear(down))
    return 'it does nothing for sure either way, so that there is nothing to turn round.';
  if (!isClear(up) || !isClear(down)) return 'it moves the axis for sure one way only.';
  if (Math.sign(up.mean) !== Math.sign(down.mean))
    return 'the reversed push does not turn its effect round: it disturbs more than it steers.';
  return isClear(difference)
    ? 'the reversed push turns its effect round, as it should; one way it moves more than the other.'
    : 'the reversed push turns its effect round, as it should, and no way moves more for sure.';
}
