import type { SideEffects } from './side-effects.ts';

/** So many times as puzzled by plain prose, at the least, and a model counts as broken. */
export const BREAKS_FROM = 1.5;
/** So unlikely by chance, two-sided, have the questions it lost to be. */
export const BREAKS_BELOW = 0.05;

/** Why a push counts as breaking the model: its prose, its answers with one obvious choice, or both. */
export type Break = 'fluency' | 'controls';

/**
 * The rule by which a push breaks the model, stated before anything is measured: the lower bound of its perplexity ratio
 * on neutral passages lies above `BREAKS_FROM`, or it gets fewer control questions right than without the push and
 * McNemar's exact p is below `BREAKS_BELOW`. Empty where neither holds, or where neither was measured.
 */
export function breaksOf({ perplexity, controls }: SideEffects): readonly Break[] {
  const breaks: Break[] = [];
  if (perplexity && (perplexity.interval?.low ?? perplexity.mean) > BREAKS_FROM) breaks.push('fluency');
  if (controls && controls.rightAfter < controls.rightBefore && controls.p < BREAKS_BELOW)
    breaks.push('controls');
  return breaks;
}
