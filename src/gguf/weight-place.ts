/** Where a weight's bytes lie. */
export interface WeightPlace {
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}
