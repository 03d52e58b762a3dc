import type { DataFlow, Step } from './data-flow.ts';
import type { Dims } from './dims.ts';
import {
  MAX_RANK,
  broadcast,
  concatenated,
  gathered,
  merged,
  product,
  reshaped,
  sumDims,
  transposed,
  unsqueezed,
  withLast,
} from './dims.ts';
import type { Node } from './node.ts';
import type { Tensor } from './tensor.ts';
import { readSmallIntegers } from './tensor.ts';

/** What is known of a tensor. A dimension is undefined where its length is not known for certain. */
export interface TensorFacts {
  /** Element type by ONNX's number. */
  readonly type?: number | undefined;
  readonly dims?: Dims | undefined;
}

const FLOAT = 1;
const UINT8 = 2;
const INT32 = 6;
const INT64 = 7;

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
  for (const input of flow.graph.inputs) facts.set(input.name, declared.get(input.name) ?? {});
  for (const tensor of flow.initializers.values())
    facts.set(tensor.name, { type: tensor.dataType, dims: tensor.dims });
  for (const step of flow.steps) {
    const node = flow.graph.nodes[step.node];
    if (!node) continue;
    const inferred = infer(
      step,
      node,
      (index) => facts.get(step.inputs[index] ?? '') ?? {},
      (index) => integersOf(flow, step.inputs[index]),
    );
    step.outputs.forEach((value, i) => {
      const own = i === 0 ? inferred : {};
      const said = declared.get(value);
      const dims = merged(own.dims, said?.dims);
      facts.set(value, {
        type: own.type ?? said?.type,
        dims: dims && dims.length <= MAX_RANK ? dims : undefined,
      });
    });
  }
  return facts;
}

function integersOf(flow: DataFlow, value: string | undefined): readonly number[] | undefined {
  if (value === undefined) return undefined;
  const initializer = flow.initializers.get(value);
  if (initializer) return readSmallIntegers(initializer);
  const step = flow.producer.get(value);
  const node = step && flow.graph.nodes[step.node];
  if (node?.opType !== 'Constant') return undefined;
  const { tensor } = node.attributes.get('value') ?? {};
  const single = node.attributes.get('value_int')?.int;
  if (single !== undefined) return [single];
  return tensor ? readSmallIntegers(tensor) : node.attributes.get('value_ints')?.ints;
}

function infer(
  step: Step,
  node: Node,
  input: (index: number) => TensorFacts,
  integers: (index: number) => readonly number[] | undefined,
): TensorFacts {
  const first = input(0);
  const int = (name: string, fallback: number): number => node.attributes.get(name)?.int ?? fallback;
  switch (step.operator) {
    case 'ai.onnx:Constant':
      return constantFacts(node.attributes.get('value')?.tensor);
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
    case 'ai.onnx:Shape':
      return { type: INT64, dims: node.attributes.size > 0 ? [undefined] : [first.dims?.length] };
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
      return {
        type: first.type,
        dims: unsqueezed(first.dims, integers(1) ?? node.attributes.get('axes')?.ints),
      };
    case 'ai.onnx:Concat':
      return { type: first.type, dims: concatenated(step.inputs.map((_, i) => input(i).dims)) };
    case 'ai.onnx:Reshape':
      return { type: first.type, dims: reshaped(first.dims, input(1).dims, integers(1)) };
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

function constantFacts(tensor: Tensor | undefined): TensorFacts {
  return tensor ? { type: tensor.dataType, dims: tensor.dims } : {};
}

/** Sub-byte values packed into uint8: the last dimension counts bytes. */
function unpacked(data: TensorFacts, bits: number): Dims | undefined {
  const last = data.dims?.at(-1);
  return data.type === UINT8 && last !== undefined ? withLast(data.dims, (last * 8) / bits) : data.dims;
}
