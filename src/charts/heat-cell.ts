/** One figure of a heatmap. */
export interface HeatCell {
  readonly value: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  readonly n?: number | undefined;
  /** Greyed: its interval holds what would be nothing; or why else it may be nothing. */
  readonly muted?: boolean | string | undefined;
  /** What else is known of it, in a few words. */
  readonly notes?: string | undefined;
  /** A sign beside the figure, and what it says: the cell was chosen, or broke something. */
  readonly marked?: { readonly sign: string; readonly words: string } | undefined;
}

/** What a cell says beside its figure. */
export function cellWords(
  { low, high, n, muted, notes, marked }: HeatCell,
  format: (value: number) => string,
): string {
  return [
    low === undefined || high === undefined ? '' : `interval ${format(low)} to ${format(high)}`,
    n === undefined ? '' : `n = ${n}`,
    muted === true ? 'no clear difference' : muted || '',
    notes ?? '',
    marked?.words ?? '',
  ]
    .filter(Boolean)
    .join(', ');
}
