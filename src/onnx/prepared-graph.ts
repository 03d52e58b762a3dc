import type { ElementType } from './element-type.ts';

/** Raised whenever the patched graph changes, so that caches of older patches are dropped. */
export const SURGERY_VERSION = 5;

/** Names of what the surgery adds to every graph. */
export const PORTS = {
  /** input, float32 [batch, layers, hidden]: row l is added after layer l at every position of the batch row */
  steering: 'steering',
  /** input, int64 [n]: flat positions (row * sequence + position) whose logits are wanted */
  logitRows: 'logit_rows',
  /** input, int64 [m]: flat positions whose residual stream is wanted */
  residualRows: 'residual_rows',
  /** output, float32 [m, layers, hidden]: the stream after every layer, steering included */
  residual: 'residual',
} as const;

/**
 * Further inputs of a graph that is steered in every way; `sequence` counts the new tokens, not the cached ones. For
 * one position of one batch row, with h as layer l made it:
 *   a = h · directions[l]                          2·pairs numbers
 *   r = the norms of a's pairs                     pairs numbers
 *   c = (a, r) gated by direction_gates, then place_gates
 *   d = steering[l] + c · changes[l]
 *   h' = h + d; where norm_gates[l] is 1, h' · ‖h‖ / ‖h'‖
 * All of them 0 leaves h + steering[l], to the last bit.
 */
export const WAY_PORTS = {
  /** float32 [batch, layers, hidden, 2·pairs] */
  directions: 'steering_directions',
  /** float32 [batch, layers, 3·pairs + places, hidden] */
  changes: 'steering_changes',
  /** float32 [batch, sequence, 3·pairs], 0 or 1 */
  directionGates: 'steering_direction_gates',
  /** float32 [batch, sequence, places], 0 or 1 */
  placeGates: 'steering_place_gates',
  /** float32 [batch, sequence, layers], 0 or 1 */
  normGates: 'steering_norm_gates',
} as const;

/** How a graph can be steered: a sum at every position ('add'), or every way (WAY_PORTS), which costs more work. */
export type SteeringWays = 'add' | 'all';

export interface SurgeryOptions {
  /** The name under which the original file will be mounted; weights inside it are referred to by it. */
  readonly fileName: string;
  /** Layers that the model's config promises. */
  readonly expectedLayers?: number;
  /** Width of the residual stream that the model's config promises. */
  readonly expectedHidden?: number;
  /** Sets `accuracy_level` of every MatMulNBits to 0, so that activations are not rounded. Default true. */
  readonly preciseActivations?: boolean;
  /** Default 'add'. */
  readonly steering?: SteeringWays;
}

/** One key/value (or convolution) cache entry; batch is dimension 0. */
export interface PastInput {
  readonly name: string;
  readonly dims: readonly (number | string)[];
  readonly elementType: ElementType;
}

export interface GraphInputs {
  readonly inputIds: string;
  readonly attentionMask?: string;
  readonly positionIds?: string;
  readonly past: readonly PastInput[];
  /** int64 scalars that are fed 0: how many of the last positions' logits to keep, where 0 means all. */
  readonly other: readonly string[];
}

export interface GraphOutputs {
  /** float32 [n, 1, vocabulary], n as in `logit_rows` */
  readonly logits: string;
  /** Paired by index with `inputs.past`. */
  readonly present: readonly string[];
}

export type StreamType = 'float32' | 'float16' | 'bfloat16';

/** A decoder graph with steering and captures, and what one has to know to run it. */
export interface PreparedGraph {
  /** The patched ModelProto, without the weights. */
  readonly proto: Uint8Array;
  /** File names that must be mounted next to `proto`, the original one included if it holds weights. */
  readonly externalFiles: readonly string[];
  readonly layers: number;
  /** Width of the residual stream. */
  readonly hidden: number;
  /** Length of a row of logits. */
  readonly vocabulary: number;
  /** Element type of the residual stream inside the graph; `steering` and `residual` are float32 always. */
  readonly elementType: StreamType;
  /** How it can be steered. */
  readonly steering: SteeringWays;
  readonly inputs: GraphInputs;
  readonly outputs: GraphOutputs;
  /** 'group-query': batches must be padded right, and past plus several new tokens works at batch 1 only. */
  readonly attention: 'group-query' | 'plain';
  /** Positions that the graph has rotations for, where it says so. */
  readonly positions?: number;
  /** `domain:OpType` of every operator used, sorted; the default domain is written `ai.onnx`. */
  readonly operators: readonly string[];
  /**
   * Named nodes that take sines and cosines of position angles. WebGPU promises these only to 2^-11 (WGSL, "Accuracy
   * of Concrete Floating Point Expressions"): they are tiny and belong on the CPU.
   */
  readonly angleNodes: readonly string[];
  /** Whether weights are kept in 16-bit floats, and widened in each pass for a stream of 32 bits. */
  readonly float16Weights?: true;
  /** Why WebGPU must not run the graph, in a sentence: a kernel there is known to be silently wrong. */
  readonly webgpuFault?: string;
  readonly version: number;
}
