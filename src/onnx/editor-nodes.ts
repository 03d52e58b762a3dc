import type { GraphEditor } from './graph-editor.ts';
import type { IntegerAttributes } from './node.ts';
import type { NodeWriter } from './node-writer.ts';
import { encodeFloat, encodeInteger } from './tensor.ts';

/** Writes into an edited graph, under names of its own that begin with `prefix`. */
export class EditorNodes implements NodeWriter {
  #made = 0;

  constructor(
    private readonly editor: GraphEditor,
    private readonly prefix: string,
  ) {}

  node(
    opType: string,
    inputs: readonly string[],
    { ints = {} }: { readonly ints?: IntegerAttributes } = {},
  ): string {
    return this.editor.add(opType, inputs, this.#name(), ints);
  }

  integers(values: readonly number[]): string {
    return this.editor.constant(this.#name(), values);
  }

  integer(value: number): string {
    const name = this.#name();
    return this.editor.addInitializer(name, encodeInteger(name, value));
  }

  float(value: number): string {
    const name = this.#name();
    return this.editor.addInitializer(name, encodeFloat(name, value));
  }

  #name(): string {
    return `${this.prefix}/${this.#made++}`;
  }
}
