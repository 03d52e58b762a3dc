import type { IntegerAttributes } from './node.ts';

/** What writes nodes of the default operator set and constants into a graph; each returns the value's name. */
export interface NodeWriter {
  node(opType: string, inputs: readonly string[], options?: { readonly ints?: IntegerAttributes }): string;
  /** A list of whole numbers. */
  integers(values: readonly number[]): string;
  /** A whole number without dimensions. */
  integer(value: number): string;
  /** A float32 without dimensions. */
  float(value: number): string;
}
