import type { LintRule } from '../../science/lint/lint.ts';

/** What each rule asks, as the page says it above what it found. */
export const LINT_WORDS: Readonly<Record<LintRule, string>> = {
  'scene-length': 'Scenes of unusual length',
  'option-length': 'Options of unusual length',
  'length-ratio': 'One option is much longer than the other',
  'longer-option': 'The longer option is mostly at one pole',
  'cue-word': 'An option names its value',
  'reading-level': 'Hard to read',
  'near-duplicate': 'Nearly the same dilemma twice',
  'unique-id': 'The same id twice',
  counts: 'Uneven numbers of items and domains',
  'order-balance': 'The low pole stands mostly at one letter',
};
