import type { Axis } from './item.ts';

/** The axes' poles as people read them. */
export const AXIS_WORDS: Readonly<Record<Axis, { readonly low: string; readonly high: string }>> = {
  traditional_secular: { low: 'traditional', high: 'secular-rational' },
  survival_self_expression: { low: 'survival', high: 'self-expression' },
};

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** An axis by its two ends. */
export const axisName = (axis: Axis): string => `${capital(AXIS_WORDS[axis].low)} – ${AXIS_WORDS[axis].high}`;
