import type { Provenance } from '../runs/run.ts';

export const PAPER =
  'Dang, Masud: Cultural Value Alignment Via Latent Activation Steering in LLMs. arXiv 2605.26365.';

export const PROTOCOL_SENTENCES: Readonly<Record<Provenance['protocol'], string>> = {
  letters:
    'Each dilemma was put to the model as a choice between two lettered options, in both orders; no answer was drawn: the log-odds are those of the next token, averaged over the orders. Half the difference of the orders is the position bias.',
  'letters-chat':
    'Each dilemma was put to the model inside its chat template as a choice between two lettered options, in both orders; no answer was drawn: the log-odds are those of the next token, averaged over the orders. Half the difference of the orders is the position bias.',
  cloze:
    'Each dilemma was followed by each option’s own words; the log-odds are the difference of their mean log-likelihoods per token, high pole minus low pole. No answer was drawn.',
};

/** How the figures were made, in a few sentences. */
export const methodSentences = (protocol: Provenance['protocol']): readonly string[] => [
  PROTOCOL_SENTENCES[protocol],
  'Positive figures point to the high pole: secular-rational, self-expression; vectors and axes are named after it. An axis score is the mean of the log-odds of its five items, an item’s the mean over its dilemmas. The place on the map is the published linear projection of the ten items’ mean probabilities; “human average” puts an undecided model at the mean of the pooled human societies, “mid-scale” at the middle of the survey’s scales.',
  'Intervals are 95 % intervals of a seeded bootstrap (expanded percentiles), stratified by item, whose units are item × domain clusters where there are enough, else dilemmas. They speak of the choice of dilemmas, not of the model, whose answers are exact.',
  'A push adds a vector to the residual stream after a layer at every position; the vector is learned from training dilemmas, the figures are from others. Shifts are paired by dilemma; p is from a sign-flip test of whole units, adjusted by Holm over the two axes of each push.',
  'A slope is the least-squares slope over all strengths of each dilemma’s log-odds, up to the strength at which the vector’s own axis still answers in a straight line; p is adjusted by Holm over all cells of a matrix. Beside a slope stand those of random vectors of the same length, and of vectors learned from pairs whose poles were dealt by chance: p = (1 + k) / (n + 1), k of n at least as far from 0.',
  'Leeway is the shift of the other axis for each nat of the vector’s own. It is called “no drift” where its 90 % interval lies within ±0.2, “drifts” where its 95 % interval excludes 0.',
];
