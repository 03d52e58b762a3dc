import { LeewayError } from '../errors/leeway-error.ts';
import { externalised, encodeIntegers } from './tensor.ts';
import type { Graph, GraphEdit } from './graph.ts';
import { editedNode, encodeNode, type IntegerAttributes, type Node } from './node.ts';

interface MutableEdit {
  inputs: string[];
  outputs: string[];
  ints: Map<string, number>;
}

/** Gathers changes to a graph; nothing is applied to the graph itself. */
export class GraphEditor {
  private readonly graph: Graph;
  private readonly edits = new Map<number, MutableEdit>();
  private readonly initializers = new Map<number, Uint8Array>();
  private readonly outputs = new Map<number, Uint8Array>();
  private readonly dropped = new Set<string>();
  private readonly replacements = new Map<number, Uint8Array>();
  private readonly newNodes: Uint8Array[] = [];
  private readonly newInitializers: Uint8Array[] = [];
  private readonly newInputs: Uint8Array[] = [];
  private readonly newOutputs: Uint8Array[] = [];
  private readonly usedOperators = new Set<string>();

  constructor(graph: Graph) {
    this.graph = graph;
  }

  /** `domain:OpType` of the nodes that were added. */
  get addedOperators(): ReadonlySet<string> {
    return this.usedOperators;
  }

  /** Adds a node of the default domain; returns the name of its output. */
  add(opType: string, inputs: readonly string[], output: string, ints: IntegerAttributes = {}): string {
    this.newNodes.push(encodeNode(opType, inputs, output, ints));
    this.usedOperators.add(`ai.onnx:${opType}`);
    return output;
  }

  /** Nodes of the graph that stay in it, replaced ones left out. */
  get keptNodes(): Node[] {
    return this.graph.nodes.filter((_, index) => !this.replacements.has(index));
  }

  /** Puts a node of the default domain in the place of node `index`; it makes `output`, which the old one made. */
  replaceNode(
    index: number,
    output: string,
    { opType, inputs, ints }: { opType: string; inputs: readonly string[]; ints: IntegerAttributes },
  ): void {
    this.replacements.set(index, encodeNode(opType, inputs, output, ints));
    this.usedOperators.add(`ai.onnx:${opType}`);
  }

  /** Adds a one-dimensional int64 constant; returns its name. */
  constant(name: string, values: readonly number[]): string {
    return this.addInitializer(name, encodeIntegers(name, values));
  }

  /** Adds a TensorProto; returns its name. */
  addInitializer(name: string, tensor: Uint8Array): string {
    this.newInitializers.push(tensor);
    return name;
  }

  addInput(valueInfo: Uint8Array): void {
    this.newInputs.push(valueInfo);
  }

  addOutput(valueInfo: Uint8Array): void {
    this.newOutputs.push(valueInfo);
  }

  /** Declares a graph output anew. */
  replaceOutput(name: string, valueInfo: Uint8Array): void {
    const index = this.graph.outputs.findIndex((output) => output.name === name);
    if (index >= 0) this.outputs.set(index, valueInfo);
  }

  /** Forgets the declared shape of a value that is no graph input or output. */
  dropValueInfo(name: string): void {
    this.dropped.add(name);
  }

  /** Node `index` makes `to` where it made `from`. */
  renameOutput(index: number, from: string, to: string): void {
    const edit = this.edit(index);
    edit.outputs = edit.outputs.map((value) => (value === from ? to : value));
  }

  /** Node `index` takes `to` in place `input`. */
  setInput(index: number, input: number, to: string): void {
    this.edit(index).inputs[input] = to;
  }

  /** Node `index` gives its output `output` the name `to`, where it had none. */
  nameOutput(index: number, output: number, to: string): void {
    const { outputs } = this.edit(index);
    while (outputs.length <= output) outputs.push('');
    outputs[output] = to;
  }

  /** Every node that takes `from` takes `to`; captures of subgraphs are not reached. */
  renameConsumers(from: string, to: string): void {
    this.graph.nodes.forEach((node, index) => {
      const current = this.edits.get(index)?.inputs ?? node.inputs;
      if (!current.includes(from)) return;
      const edit = this.edit(index);
      edit.inputs = edit.inputs.map((value) => (value === from ? to : value));
    });
  }

  setInteger(index: number, attribute: string, value: number): void {
    this.edit(index).ints.set(attribute, value);
  }

  /** Turns initializer `index` into a reference: `length` bytes at `offset` of the file `location`. */
  moveOut(index: number, location: string, offset: number, length: number): void {
    const tensor = this.graph.initializers[index];
    if (tensor) this.initializers.set(index, externalised(tensor, location, offset, length));
  }

  finish(): GraphEdit {
    const nodes = new Map<number, Uint8Array>();
    for (const [index, edit] of this.edits) {
      const node = this.graph.nodes[index];
      if (node) nodes.set(index, editedNode(node, edit));
    }
    for (const [index, node] of this.replacements) {
      // A replaced node takes and makes what it says; an edit of the old one would be lost without a word.
      if (nodes.has(index))
        throw new LeewayError('internal', 'A node was replaced and edited as well.', 'Report this fault.');
      nodes.set(index, node);
    }
    return {
      nodes,
      initializers: this.initializers,
      outputs: this.outputs,
      droppedValueInfo: this.dropped,
      newNodes: this.newNodes,
      newInitializers: this.newInitializers,
      newInputs: this.newInputs,
      newOutputs: this.newOutputs,
    };
  }

  private edit(index: number): MutableEdit {
    let edit = this.edits.get(index);
    if (!edit) {
      const node = this.graph.nodes[index];
      edit = { inputs: [...(node?.inputs ?? [])], outputs: [...(node?.outputs ?? [])], ints: new Map() };
      this.edits.set(index, edit);
    }
    return edit;
  }
}
