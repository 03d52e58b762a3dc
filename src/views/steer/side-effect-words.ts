import { BREAKS_BELOW, BREAKS_FROM, type Break } from '../../science/breaking.ts';
import type { SideEffects } from '../../science/side-effects.ts';

/** A p value as it is read aloud. */
export const pWords = (p: number): string => (p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(p < 0.1 ? 3 : 2)}`);

export const times = (ratio: number): string => `×${ratio.toFixed(2)}`;

const boundsOf = (
  interval: { readonly low: number; readonly high: number } | undefined,
  format: (value: number) => string,
): string => (interval ? `[${format(interval.low)}, ${format(interval.high)}], ` : '');

const nats = (value: number): string => value.toFixed(value < 0.1 ? 3 : 2);

/** One line of the meter. */
export interface EffectLine {
  readonly key: string;
  readonly name: string;
  readonly value?: string;
  readonly detail?: string;
  readonly gauge?: {
    readonly value: number;
    readonly low?: number;
    readonly high?: number;
    readonly from: number;
    readonly to: number;
    readonly limit: number;
  };
  readonly broken: boolean;
}

/** The three side effects as lines, as far as they are known. */
export function effectLines(
  { perplexity, controls, kl }: SideEffects,
  breaks: readonly Break[],
): readonly EffectLine[] {
  return [
    {
      key: 'fluency',
      name: 'Perplexity of plain prose',
      broken: breaks.includes('fluency'),
      ...(perplexity
        ? {
            value: times(perplexity.mean),
            detail: `${boundsOf(perplexity.interval, times)}n = ${perplexity.n}`,
            gauge: {
              value: perplexity.mean,
              ...(perplexity.interval
                ? { low: perplexity.interval.low, high: perplexity.interval.high }
                : {}),
              from: 1,
              to: 2,
              limit: BREAKS_FROM,
            },
          }
        : {}),
    },
    {
      key: 'controls',
      name: 'Controls right',
      broken: breaks.includes('controls'),
      ...(controls
        ? {
            value: `${controls.rightAfter} of ${controls.n}`,
            detail: `was ${controls.rightBefore}, McNemar ${pWords(controls.p)}`,
          }
        : {}),
    },
    {
      key: 'drift',
      name: 'Drift of the next word',
      broken: false,
      ...(kl ? { value: `${nats(kl.mean)} nats`, detail: `${boundsOf(kl.interval, nats)}n = ${kl.n}` } : {}),
    },
  ];
}

const BREAK_WORDS: Readonly<Record<Break, string>> = {
  fluency: `plain prose puzzles it surely more than ${BREAKS_FROM} times as much`,
  controls: `it loses questions with one obvious answer, more than chance would (McNemar’s p below ${BREAKS_BELOW})`,
};

/** Why a push counts as breaking the model, in a sentence; undefined where it does not. */
export function breakSentence(breaks: readonly Break[]): string | undefined {
  if (breaks.length === 0) return undefined;
  return `This push breaks the model: ${breaks.map((one) => BREAK_WORDS[one]).join(', and ')}. What its values do here says little.`;
}
