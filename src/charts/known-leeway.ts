/** One leeway by every way in which it is known. */
export interface KnownLeewayRow {
  readonly key: string;
  readonly name: string;
  readonly bayes: number;
  readonly evidence: number;
  readonly reference: { readonly mean: number; readonly low: number; readonly high: number };
  readonly found: readonly number[];
}
