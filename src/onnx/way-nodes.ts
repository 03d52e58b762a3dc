import type { NodeWriter } from './node-writer.ts';
import { PORTS, WAY_PORTS, type SteeringWays } from './prepared-graph.ts';
import type { Dimension } from './value-info.ts';

/** From this version on a reduction takes its axes as an input. */
const AXES_AS_INPUT = 18;

/** Far below the norm of any stream: keeps a stream that steering made zero from being divided by it. */
const TINY = 1e-12;

/** Sizes of the decoder; `batch` and `sequence` as its token ids name them. */
export interface WaySizes {
  readonly batch: Dimension;
  readonly sequence: Dimension;
  readonly layers: number;
  readonly hidden: number;
}

/** Names and shapes of the inputs that steer a graph (see PORTS and WAY_PORTS), all float32. */
export function steeringInputs(
  ways: SteeringWays,
  { batch, sequence, layers, hidden }: WaySizes,
): { readonly name: string; readonly dims: readonly Dimension[] }[] {
  const added = { name: PORTS.steering, dims: [batch, layers, hidden] };
  if (ways === 'add') return [added];
  return [
    added,
    { name: WAY_PORTS.directions, dims: [batch, layers, hidden, 'steering_reads'] },
    { name: WAY_PORTS.changes, dims: [batch, layers, 'steering_writes', hidden] },
    { name: WAY_PORTS.directionGates, dims: [batch, sequence, 'steering_coefficients'] },
    { name: WAY_PORTS.placeGates, dims: [batch, sequence, 'steering_places'] },
    { name: WAY_PORTS.normGates, dims: [batch, sequence, layers] },
  ];
}

/**
 * What is added to the stream after a layer, float32 [batch, sequence or 1, hidden]; `stream` names the stream there as
 * the layer made it, in float32, and is asked only where the change depends on it.
 */
export type Change = (layer: number, stream: () => string) => string;

/** Writes the changes of all layers into a graph that has the inputs; `opset` is its default operator set. */
export function steeringChange(graph: NodeWriter, ways: SteeringWays, opset: number): Change {
  const nodes = ways === 'all' ? new WayNodes(graph, opset) : undefined;
  return (layer, stream) => {
    const added = graph.node('Gather', [PORTS.steering, graph.integers([layer])], { ints: { axis: 1 } });
    return nodes ? nodes.change(stream(), layer, added) : added;
  };
}

/**
 * Writes what every way of steering computes (see WAY_PORTS). It is a change that is added to the stream, so that inputs
 * of zeros add zeros, and a sum that happens inside another node gets it as it gets a plain vector.
 */
class WayNodes {
  readonly #gates: string;
  readonly #pairs: string;
  readonly #lastAxis: string | undefined;
  readonly #tiny: string;

  constructor(
    private readonly graph: NodeWriter,
    /** Version of the default operator set. */
    opset: number,
  ) {
    // A gate is 0 or 1, so that it may be multiplied twice: coefficients of constants are their own gates.
    const gates = [WAY_PORTS.directionGates, WAY_PORTS.placeGates];
    this.#gates = graph.node('Concat', gates, { ints: { axis: 2 } });
    this.#pairs = graph.integers([0, 0, -1, 2]);
    this.#lastAxis = opset < AXES_AS_INPUT ? undefined : graph.integers([-1]);
    this.#tiny = graph.float(TINY);
  }

  /**
   * What is added to `h`, the float32 stream [batch, sequence, hidden] as `layer` made it; `added` is what is added at
   * every position [batch, 1, hidden].
   */
  change(h: string, layer: number, added: string): string {
    const { graph } = this;
    const change = graph.node('Add', [this.#byDirections(h, layer), added]);
    const moved = graph.node('Add', [h, change]);
    const before = this.#norm(h, 1);
    const after = this.#norm(moved, 1);
    // h'·(‖h‖/‖h'‖ − 1) is what restores the norm; written as a difference it is 0 where the gate is.
    const excess = graph.node('Div', [
      graph.node('Sub', [before, after]),
      graph.node('Add', [after, this.#tiny]),
    ]);
    const gate = graph.node('Gather', [WAY_PORTS.normGates, graph.integers([layer])], { ints: { axis: 2 } });
    const scale = graph.node('Mul', [excess, gate]);
    return graph.node('Add', [change, graph.node('Mul', [moved, scale])]);
  }

  #byDirections(h: string, layer: number): string {
    const { graph } = this;
    const index = graph.integer(layer);
    const ofLayer = (port: string): string => graph.node('Gather', [port, index], { ints: { axis: 1 } });
    const along = graph.node('MatMul', [h, ofLayer(WAY_PORTS.directions)]);
    const radii = this.#norm(graph.node('Reshape', [along, this.#pairs]), 0);
    const all = graph.node('Concat', [along, radii, WAY_PORTS.placeGates], { ints: { axis: 2 } });
    return graph.node('MatMul', [graph.node('Mul', [all, this.#gates]), ofLayer(WAY_PORTS.changes)]);
  }

  /** Euclidean norms along the last axis. */
  #norm(value: string, keepdims: 0 | 1): string {
    return this.#lastAxis === undefined
      ? this.graph.node('ReduceL2', [value], { ints: { axes: [-1], keepdims } })
      : this.graph.node('ReduceL2', [value, this.#lastAxis], { ints: { keepdims } });
  }
}
