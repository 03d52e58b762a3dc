import type { Graph } from './graph.ts';
import type { Node } from './node.ts';
import { operatorName } from './node.ts';
import type { Tensor } from './tensor.ts';
import { malformed } from './wire.ts';

/**
 * One operation on named values. Most nodes are one step; a fused residual-and-norm node is two, so that the
 * sum inside it is a value like any other.
 */
export interface Step {
  /** Index of the node in the graph. */
  readonly node: number;
  /** `domain:OpType`; for the parts of a fused node `ai.onnx:Add` and the plain norm. */
  readonly operator: string;
  /** Inputs in order, '' where an optional one is left out; values captured by subgraphs follow. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** The graph as steps between values, sorted so that every step follows those it depends on. */
export interface DataFlow {
  readonly graph: Graph;
  readonly steps: readonly Step[];
  /** Which step makes a value. */
  readonly producer: ReadonlyMap<string, Step>;
  readonly consumers: ReadonlyMap<string, readonly Step[]>;
  readonly initializers: ReadonlyMap<string, Tensor>;
  /** Values that depend on no graph input: initializers, constants and what is computed from them. */
  readonly constants: ReadonlySet<string>;
  /** Sums inside fused nodes, by the name of the value: index of the node. */
  readonly fusedSums: ReadonlyMap<string, number>;
}

/** com.microsoft nodes that add two values and normalize the sum, with their plain norm and the place of their bias. */
const FUSED_NORMS = new Map([
  [
    'com.microsoft:SkipSimplifiedLayerNormalization',
    { norm: 'ai.onnx:SimplifiedLayerNormalization', bias: 3 },
  ],
  ['com.microsoft:SkipLayerNormalization', { norm: 'ai.onnx:LayerNormalization', bias: 4 }],
]);

/** Which output of a fused node is the sum. */
export const FUSED_SUM_OUTPUT = 3;

/** Sorts and indexes a graph. Throws onnx-malformed on cycles, missing values and values made twice. */
export function readDataFlow(graph: Graph): DataFlow {
  const initializers = new Map(graph.initializers.map((tensor) => [tensor.name, tensor]));
  const fusedSums = new Map<string, number>();
  const unsorted = graph.nodes.flatMap((node, index) => stepsOf(node, index, fusedSums));
  const { producer, consumers } = indexSteps(unsorted);
  const given = new Set([
    ...initializers.keys(),
    ...graph.sparse,
    ...graph.inputs.map((input) => input.name),
  ]);
  for (const step of unsorted) {
    for (const value of step.outputs) {
      if (given.has(value))
        throw malformed(`The value ${value} is made by a node and given from outside as well.`);
    }
    for (const value of step.inputs) {
      if (value !== '' && !producer.has(value) && !given.has(value))
        throw malformed(`A node uses ${value}, which nothing makes.`);
    }
  }
  const steps = sorted(unsorted, producer, consumers);
  const constants = new Set([...initializers.keys(), ...graph.sparse]);
  for (const step of steps) {
    if (step.inputs.every((value) => value === '' || constants.has(value))) {
      for (const value of step.outputs) constants.add(value);
    }
  }
  return { graph, steps, producer, consumers, initializers, constants, fusedSums };
}

function stepsOf(node: Node, index: number, fusedSums: Map<string, number>): Step[] {
  const operator = operatorName(node);
  const fused = FUSED_NORMS.get(operator);
  const [input, skip] = node.inputs;
  if (!fused || !input || !skip || node.inputs.length < 3) {
    return [
      {
        node: index,
        operator,
        inputs: [...node.inputs, ...node.captured],
        outputs: node.outputs.filter((value) => value !== ''),
      },
    ];
  }
  const sum = node.outputs[FUSED_SUM_OUTPUT] || `leeway/sum/${String(index)}`;
  fusedSums.set(sum, index);
  const bias = node.inputs[fused.bias];
  const scale = node.inputs.slice(2, fused.bias);
  const normed = node.outputs.slice(0, FUSED_SUM_OUTPUT).filter((value) => value !== '');
  return [
    { node: index, operator: 'ai.onnx:Add', inputs: [input, skip, ...(bias ? [bias] : [])], outputs: [sum] },
    { node: index, operator: fused.norm, inputs: [sum, ...scale], outputs: normed },
  ];
}

function indexSteps(steps: readonly Step[]): { producer: Map<string, Step>; consumers: Map<string, Step[]> } {
  const producer = new Map<string, Step>();
  const consumers = new Map<string, Step[]>();
  for (const step of steps) {
    for (const value of step.outputs) {
      if (producer.has(value)) throw malformed(`Two nodes make the value ${value}.`);
      producer.set(value, step);
    }
    for (const value of new Set(step.inputs)) {
      if (value === '') continue;
      const list = consumers.get(value);
      if (list) list.push(step);
      else consumers.set(value, [step]);
    }
  }
  return { producer, consumers };
}

// Kahn's algorithm: ONNX promises an order, but files written by merging break the promise.
function sorted(
  steps: readonly Step[],
  producer: ReadonlyMap<string, Step>,
  consumers: ReadonlyMap<string, readonly Step[]>,
): Step[] {
  const waiting = new Map<Step, number>();
  const order: Step[] = [];
  for (const step of steps) {
    const made = new Set(step.inputs.filter((value) => producer.has(value))).size;
    waiting.set(step, made);
    if (made === 0) order.push(step);
  }
  for (let at = 0; at < order.length; at++) {
    for (const value of order[at]?.outputs ?? []) {
      for (const next of consumers.get(value) ?? []) {
        const left = (waiting.get(next) ?? 0) - 1;
        waiting.set(next, left);
        if (left === 0) order.push(next);
      }
    }
  }
  if (order.length !== steps.length) throw malformed('The graph runs in a circle.');
  return order;
}
