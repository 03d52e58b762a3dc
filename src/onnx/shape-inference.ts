import type { DataFlow } from './data-flow.ts';
import type { Dims } from './dims.ts';
import {
  MAX_RANK,
  broadcast,
  concatenated,
  gathered,
  gemm,
  lengths,
  merged,
  product,
  reshaped,
  sliced,
  squeezed,
  sumDims,
  transposed,
  unsqueezed,
  withLast,
} from './dims.ts';
import type { Integers } from './integer-values.ts';
import { allKnown, followIntegers, shapeRange, storedIntegers } from './integer-values.ts';
import { isLogitsToKeep } from './logits-to-keep.ts';
import type { Node } from './node.ts';

/** What is known of a tensor. A dimension is undefined where its length is not known for certain. */
export interface TensorFacts {
  /** Element type by ONNX's number. */
  readonly type?: number | undefined;
  readonly dims?: Dims | undefined;
  /** Elements of a small integer tensor, as far as they are known. */
  readonly values?: Integers | undefined;
}

const FLOAT = 1;
const UINT8 = 2;
const INT32 = 6;
const INT64 = 7;
const BOOL = 9;

/**
 * Element types and shapes of all values, as far as declarations and the few operators of a decoder tell them.
 * Inferred facts come first, the file's value_info fills what they leave open; an unknown operator gives nothing.
 */
export function inferShapes(flow: DataFlow): ReadonlyMap<string, TensorFacts> {
  const facts = new Map<string, TensorFacts>();
  const declared = new Map<string, TensorFacts>();
  for (const info of [...flow.graph.valueInfo, ...flow.graph.outputs, ...flow.graph.inputs]) {
    declared.set(info.name, {
      type: info.elementType,
      dims: info.dims?.map((dim) => (typeof dim === 'number' ? dim : undefined)),
    });
  }
  for (const input of flow.graph.inputs)
    facts.set(
      input.name,
      isLogitsToKeep(input) ? { type: INT64, dims: [], values: [0] } : (declared.get(input.name) ?? {}),
    );
  for (const tensor of flow.initializers.values())
    facts.set(tensor.name, { type: tensor.dataType, dims: tensor.dims, values: storedIntegers(tensor) });
  for (const step of flow.steps) {
    const node = flow.graph.nodes[step.node];
    if (!node) continue;
    const inputs = step.inputs.map((name) => (name === '' ? undefined : (facts.get(name) ?? {})));
    const inferred = infer(step.operator, node, inputs);
    for (const value of step.outputs) {
      // Steps leave unnamed outputs out: the first that is named need not be the first.
      const isFirst = value === node.outputs[0] || flow.fusedSums.has(value);
      const own = isFirst ? inferred : {};
      const said = declared.get(value);
      const agreed = merged(own.dims, said?.dims);
      const dims = agreed && agreed.length <= MAX_RANK ? agreed : undefined;
      const values = isFirst ? followIntegers(step.operator, node, inputs, dims) : undefined;
      facts.set(value, { type: own.type ?? said?.type, dims, values });
    }
  }
  return facts;
}

/** Inputs in order, undefined where an optional one is left out. */
type Inputs = readonly (TensorFacts | undefined)[];

/** Facts of a step's first output. */
function infer(operator: string, node: Node, inputs: Inputs): TensorFacts {
  const input = (index: number): TensorFacts => inputs[index] ?? {};
  const first = input(0);
  const int = (name: string, fallback: number): number => node.attributes.get(name)?.int ?? fallback;
  switch (operator) {
    case 'ai.onnx:Constant':
      return constantFacts(node);
    case 'ai.onnx:Cast':
      return { type: int('to', 0), dims: first.dims };
    case 'ai.onnx:Identity':
    case 'ai.onnx:Dropout':
    case 'ai.onnx:Softmax':
    case 'ai.onnx:Tanh':
    case 'ai.onnx:Sigmoid':
    case 'ai.onnx:Relu':
    case 'ai.onnx:Erf':
    case 'ai.onnx:Gelu':
    case 'ai.onnx:Sqrt':
    case 'ai.onnx:Reciprocal':
    case 'ai.onnx:Clip':
    case 'ai.onnx:Neg':
    case 'com.microsoft:Gelu':
    case 'com.microsoft:FastGelu':
    case 'com.microsoft:QuickGelu':
      return first;
    case 'ai.onnx:LayerNormalization':
    case 'ai.onnx:SimplifiedLayerNormalization':
    case 'ai.onnx:RMSNormalization':
      return { type: first.type, dims: broadcast(first.dims, input(1).dims) };
    case 'ai.onnx:Add':
    case 'ai.onnx:Sub':
    case 'ai.onnx:Mul':
    case 'ai.onnx:Div':
    case 'ai.onnx:Pow':
      return { type: first.type ?? input(1).type, dims: sumDims(first.dims, input(1).dims, input(2).dims) };
    case 'ai.onnx:ReduceMean':
      return {
        type: first.type,
        dims: int('keepdims', 1) === 1 ? first.dims?.map(() => undefined) : undefined,
      };
    case 'ai.onnx:Equal':
      return { type: BOOL, dims: broadcast(first.dims, input(1).dims) };
    case 'ai.onnx:Where':
      return {
        type: input(1).type,
        dims: broadcast(broadcast(first.dims, input(1).dims), input(2).dims),
      };
    case 'ai.onnx:Shape':
      return { type: INT64, dims: [first.dims && shapeRange(first.dims, node).length] };
    case 'ai.onnx:ConstantOfShape':
      return {
        type: node.attributes.get('value')?.tensor?.dataType ?? FLOAT,
        dims: lengths(first.values) ?? reshaped(undefined, first.dims, undefined, true),
      };
    case 'ai.onnx:Expand':
      return { type: first.type, dims: broadcast(first.dims, lengths(input(1).values)) };
    case 'ai.onnx:Transpose':
      return { type: first.type, dims: transposed(first.dims, node.attributes.get('perm')?.ints) };
    case 'ai.onnx:Gather':
      return { type: first.type, dims: gathered(first.dims, input(1).dims, int('axis', 0)) };
    case 'com.microsoft:GatherBlockQuantized':
      return {
        type: input(2).type,
        dims: gathered(unpacked(first, int('bits', 4)), input(1).dims, int('gather_axis', 0)),
      };
    case 'ai.onnx:DynamicQuantizeLinear':
      return { type: UINT8, dims: first.dims };
    case 'ai.onnx:DequantizeLinear':
    case 'com.microsoft:DequantizeLinear':
      return { type: input(1).type, dims: first.dims };
    case 'ai.onnx:Unsqueeze':
      return { type: first.type, dims: unsqueezed(first.dims, axesOf(node, inputs)) };
    case 'ai.onnx:Squeeze':
      return { type: first.type, dims: squeezed(first.dims, axesOf(node, inputs)) };
    case 'ai.onnx:Slice':
      return { type: first.type, dims: slicedDims(inputs) };
    case 'ai.onnx:Concat':
      return { type: first.type, dims: concatenated(inputs.map((one) => one?.dims)) };
    case 'ai.onnx:Reshape':
      return {
        type: first.type,
        dims: reshaped(first.dims, input(1).dims, input(1).values, int('allowzero', 0) === 1),
      };
    case 'ai.onnx:Gemm':
      return {
        type: first.type ?? input(1).type,
        dims: gemm(first.dims, input(1).dims, int('transA', 0) !== 0, int('transB', 0) !== 0),
      };
    case 'ai.onnx:MatMul':
    case 'com.microsoft:FusedMatMul':
      return {
        type: first.type ?? input(1).type,
        dims: int('transA', 0) + int('transB', 0) === 0 ? product(first.dims, input(1).dims) : undefined,
      };
    case 'ai.onnx:MatMulInteger':
      return { type: INT32, dims: product(first.dims, input(1).dims) };
    case 'com.microsoft:MatMulIntegerToFloat':
    case 'com.microsoft:DynamicQuantizeMatMul':
      return { type: FLOAT, dims: product(first.dims, input(1).dims) };
    case 'com.microsoft:MatMulNBits':
      return { type: first.type, dims: withLast(first.dims, node.attributes.get('N')?.int) };
    case 'com.microsoft:GroupQueryAttention':
    case 'com.microsoft:MultiHeadAttention':
      return {
        type: first.type,
        dims: first.dims?.length === 3 ? [first.dims[0], first.dims[1], undefined] : undefined,
      };
    default:
      return {};
  }
}

function constantFacts({ attributes }: Node): TensorFacts {
  const tensor = attributes.get('value')?.tensor;
  if (tensor) return { type: tensor.dataType, dims: tensor.dims };
  const list = attributes.get('value_ints')?.ints;
  if (list) return { type: INT64, dims: [list.length] };
  return attributes.has('value_int') ? { type: INT64, dims: [] } : {};
}

/** Axes from the input or, before operator set 13, from the attribute; 'all' where the node has neither. */
function axesOf(node: Node, inputs: Inputs): readonly number[] | 'all' | undefined {
  if (inputs[1]) return allKnown(inputs[1].values);
  return node.attributes.get('axes')?.ints ?? 'all';
}

function slicedDims([data, starts, ends, axes, steps]: Inputs): Dims | undefined {
  return sliced(data?.dims, {
    starts: starts?.values,
    ends: ends?.values,
    axes: axes ? allKnown(axes.values) : 'first',
    steps: steps ? steps.values : 'ones',
  });
}

/** Sub-byte values packed into uint8: the last dimension counts bytes. */
function unpacked(data: TensorFacts, bits: number): Dims | undefined {
  const last = data.dims?.at(-1);
  return data.type === UINT8 && last !== undefined ? withLast(data.dims, (last * 8) / bits) : data.dims;
}
